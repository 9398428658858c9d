import Foundation

/// `steward.1`, made of what the program says of its own commands (`--experimental-dump-help`) and of the table of exit
/// codes, in the language of mdoc(7).
struct ManualPage {
    private struct Tool: Decodable {
        var command: Command
    }

    private struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
        var superCommands: [String]?
    }

    private struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            var kind: String
            var name: String

            var text: String { (kind == "short" ? "-" : "--") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
    }

    /// The text of the page.
    let text: String
    /// Every command that is shown, from the program's name on: `steward job pause`.
    let commands: [String]

    /// What every command takes; it is told once.
    private static let common: Set = ["company", "json", "csv", "help", "version"]

    /// - Parameters:
    ///   - help: what `steward --experimental-dump-help` prints.
    ///   - exitCodes: the rows of the table of exit codes: code, name, meaning, what to do.
    init(help: Data, exitCodes: [[String]]) throws {
        let root = try JSONDecoder().decode(Tool.self, from: help).command
        var found: [(path: String, command: Command)] = []
        func visit(_ command: Command, below path: [String]) {
            guard command.shouldDisplay ?? true, command.commandName != "help" else { return }
            let path = path + [command.commandName]
            found.append((path.joined(separator: " "), command))
            for next in command.subcommands ?? [] { visit(next, below: path) }
        }
        visit(root, below: [])
        commands = found.map(\.path)
        var page = Self.opening
        for (path, command) in found.dropFirst() { page += Self.section(path, command) }
        page += [".Sh EXIT STATUS", ".Bl -tag -width 124 -compact"]
        for row in exitCodes where row.count >= 3 { page += [".It \(row[0])"] + Self.lines(row[2]) }
        page += [".El"] + Self.closing
        text = page.joined(separator: "\n") + "\n"
    }

    private static let opening = """
        .\\" Made by the tests from the program's own help: STEWARD_RECORD=1 swift test --filter ManualPages
        .Dd November 22, 2026
        .Dt STEWARD 1
        .Os
        .Sh NAME
        .Nm steward
        .Nd the back office that runs itself
        .Sh SYNOPSIS
        .Nm
        .Ar command
        .Op Ar argument ...
        .Op Fl -company Ar directory
        .Op Fl -json | Fl -csv
        .Sh DESCRIPTION
        .Nm
        runs the declared jobs of a company: payroll, reports and what else the files in
        .Pa jobs/
        say, when a person asks for it or by the clock.
        A run is one execution of a job for one period; it is done once, goes on where it was cut off, and can be explained.
        .Pp
        Every command takes these options:
        .Bl -tag -width Ds
        .It Fl -company Ar directory
        The company directory; without it,
        .Ev STEWARD_COMPANY ,
        or the folder we are in.
        .It Fl -json
        Print JSON, for programs.
        .It Fl -csv
        Print CSV, for programs.
        .It Fl h , Fl -help
        Say what the command does.
        .El
        .Sh COMMANDS
        """.components(separatedBy: "\n")

    private static let closing = """
        .Sh ENVIRONMENT
        .Bl -tag -width Ds
        .It Ev STEWARD_COMPANY
        The company directory, where no
        .Fl -company
        is given.
        .It Ev STEWARD_NOW
        The time that the program goes by, as 2026-04-28T06:00:00Z: to see a day as it was, and for tests.
        .El
        .Sh FILES
        .Bl -tag -width Ds
        .It Pa config/
        What is set for the company: its currency, calendars, accounts, pay groups; the settings of the daemon.
        .It Pa jobs/
        One file for each job.
        .It Pa var/
        The store, unless it is elsewhere, reports, mail, and the socket of the daemon.
        .El
        .Sh EXAMPLES
        .Bd -literal
        steward run payroll-monthly --period 2026-04 --dry-run
        steward run payroll-monthly --period 2026-04
        steward run show payroll-monthly@2026-04
        steward timers
        steward job pause payroll-weekly --reason "stock-taking"
        .Ed
        """.components(separatedBy: "\n")

    // MARK: - Commands

    private static func section(_ path: String, _ command: Command) -> [String] {
        var lines = [".Ss \(escaped(path))"] + lines(command.abstract ?? "")
        let arguments = (command.arguments ?? []).filter { argument in
            argument.shouldDisplay && !(argument.names ?? []).contains { common.contains($0.name) }
        }
        if !arguments.isEmpty {
            lines.append(".Bl -tag -width Ds")
            for argument in arguments { lines += item(argument) }
            lines.append(".El")
        }
        return lines + discussion(command.discussion ?? "")
    }

    private static func item(_ argument: Argument) -> [String] {
        let value = argument.valueName.map(escaped) ?? "value"
        let heading: String
        switch argument.kind {
        case .positional: heading = "Ar \(value)\(argument.isRepeating ? " ..." : "")"
        case .flag, .option:
            let names = (argument.names ?? []).map { name in
                "Fl \(escaped(String(name.text.dropFirst())))"
                    + (argument.kind == .option ? " Ar \(value)" : "")
            }
            heading = names.joined(separator: " , ")
        }
        var text = argument.abstract ?? ""
        if let standard = argument.defaultValue, argument.kind == .option {
            text += " Without it, \(standard)."
        }
        return [".It \(heading)"] + lines(text.trimmingCharacters(in: .whitespaces))
    }

    /// Paragraphs as they are, and what is set in from the margin, or stands below `EXAMPLES`, as it was typed.
    private static func discussion(_ text: String) -> [String] {
        var result: [String] = []
        for paragraph in text.components(separatedBy: "\n\n") where !paragraph.isEmpty {
            var rest = paragraph.components(separatedBy: "\n")
            if rest.first == "EXAMPLES" { rest.removeFirst() }
            let literal = rest.filter { $0.hasPrefix("  ") }
            let prose = rest.filter { !$0.hasPrefix("  ") }
            if !prose.isEmpty { result += [".Pp"] + lines(prose.joined(separator: " ")) }
            if !literal.isEmpty {
                result += [".Bd -literal -offset indent"]
                result += literal.map { escaped($0.trimmingCharacters(in: .whitespaces)) } + [".Ed"]
            }
        }
        return result
    }

    // MARK: - Text

    /// A text, a sentence to a line, as mdoc(7) wants it.
    private static func lines(_ text: String) -> [String] {
        var result: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            line += (line.isEmpty ? "" : " ") + word
            if word.hasSuffix(".") || word.hasSuffix("?") {
                result.append(escaped(line))
                line = ""
            }
        }
        if !line.isEmpty { result.append(escaped(line)) }
        return result
    }

    /// Text that is none of the language: no backslash of its own, no full stop or quote at its beginning.
    private static func escaped(_ text: String) -> String {
        var text = text.replacing("\\", with: "\\e").replacing("`", with: "").replacing("**", with: "")
        for (character, name) in [("–", "\\(en"), ("…", "..."), ("’", "'"), ("“", "\\(lq"), ("”", "\\(rq")] {
            text = text.replacing(character, with: name)
        }
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
