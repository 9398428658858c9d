import Configuration
import Diagnostics

/// The outside program that a job of the kind `command` runs.
///
/// ```yaml
/// command:
///   program: rsync
///   arguments: [-a, var/backups/, "backup@vault.example:{job}/"]
///   environment: [HOME, SSH_AUTH_SOCK]
///   repeatable: true
/// ```
/// It is a part of the declaration and not a parameter: who may start a job must not choose what is executed.
package struct ProgramCall: Hashable, Sendable {
    /// An absolute path, or the name of a program in one of the system's folders.
    package var program: String
    /// With their placeholders.
    package var arguments: [String]
    /// The names of variables that are handed on; no others are.
    package var environment: [String]
    /// Whether it may be run again when nobody knows how far it came.
    package var isRepeatable: Bool
    package var location: SourceLocation

    /// What may stand in braces in an argument.
    package enum Placeholder: String, CaseIterable, Sendable {
        case job, period, run, attempt
        /// The company directory.
        case company
    }

    package static let maximumArguments = 200

    init(_ map: YAMLMapping) {
        location = map.location
        program = map.required("program", .program)
        arguments = map.optionalList("arguments", .programArgument)
        environment = map.optionalList("environment", .environmentName)
        isRepeatable = map.optional("repeatable", .bool, default: false)
        if arguments.count > Self.maximumArguments {
            map.report(
                "a program is given \(arguments.count) arguments", expected: "\(Self.maximumArguments) at most",
                at: "arguments")
        }
    }

    /// The arguments with values in the places of the placeholders. Braces around anything else stay as they are.
    package func arguments(with values: [Placeholder: String]) -> [String] {
        arguments.map { argument in
            Self.pieces(of: argument).map { piece in
                switch piece {
                case .text(let text): String(text)
                case .name(let name): Placeholder(rawValue: name).flatMap { values[$0] } ?? "{\(name)}"
                }
            }.joined()
        }
    }

    enum Piece {
        case text(Substring)
        case name(String)
    }

    /// Splits at `{word}` of lower-case letters and underscores.
    static func pieces(of argument: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = argument[...]
        while let open = rest.firstIndex(of: "{") {
            let after = rest.index(after: open)
            let name = rest[after...].prefix { ("a"..."z").contains($0) || $0 == "_" }
            guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" else {
                pieces.append(.text(rest[..<after]))
                rest = rest[after...]
                continue
            }
            pieces.append(.text(rest[..<open]))
            pieces.append(.name(String(name)))
            rest = rest[rest.index(after: name.endIndex)...]
        }
        pieces.append(.text(rest))
        return pieces
    }
}

extension ScalarReader<String> {
    /// `rsync` or `/usr/bin/rsync`.
    fileprivate static let program = text.satisfying(
        "is neither a name nor an absolute path", expected: "e.g. rsync or /usr/bin/rsync"
    ) { $0.hasPrefix("/") ? !$0.hasSuffix("/") : !$0.contains("/") && !$0.contains(" ") && !$0.isEmpty }

    fileprivate static let programArgument = ScalarReader(
        expected: "text; in braces one of: " + ProgramCall.Placeholder.allCases.map(\.rawValue).joined(separator: ", "),
        placeholder: ""
    ) { text throws(ScalarRejection) in
        _ = try longText.read(text)
        for case .name(let name) in ProgramCall.pieces(of: text) where ProgramCall.Placeholder(rawValue: name) == nil {
            throw ScalarRejection(
                "has a placeholder {\(name)}, which is none"
                    + Suggestion.hint(for: name, among: ProgramCall.Placeholder.allCases.map(\.rawValue)))
        }
        return text
    }

    fileprivate static let environmentName = text.satisfying(
        "is no name of a variable that can be handed on", expected: "e.g. HOME; PATH and STEWARD_… are set by steward"
    ) { name in
        name.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0)
        }
            && name.first?.isNumber == false && name != "PATH" && !name.hasPrefix("STEWARD_")
    }
}
