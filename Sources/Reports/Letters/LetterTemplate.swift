import Configuration
import Diagnostics
import Jobs
import Mustache

/// The subject and the text of a mail with reports: `config/letters/NAME.mustache`.
///
/// ```
/// {{! What it is for. }}
/// Subject: Payroll cost {{period_name}}: {{payroll-cost.cost}}
///
/// {{#reports}}
/// {{title}}, {{subtitle}}
/// {{#figures}}
///   {{label}}: {{value}}
/// {{/figures}}
/// {{/reports}}
/// ```
struct LetterTemplate: Sendable {
    private let subject: MustacheTemplate
    private let text: MustacheTemplate

    static let folder = "config/letters"
    static let fileExtension = "mustache"
    static let maximumFileBytes = 65_536

    static func file(_ name: String) -> String { "\(folder)/\(name).\(fileExtension)" }

    /// Reads the letter of a company and reports everything that is wrong with it, with its place.
    static func load(
        _ name: String, for company: Company, _ names: LetterNames, problems: inout ProblemList
    ) -> LetterTemplate? {
        let all = SourceFile.names(in: company.path(folder), withExtension: fileExtension)
            .map { String($0.dropLast(fileExtension.count + 1)) }
        guard all.contains(name) else {
            problems.add(
                "there is no letter \(Quoted.text(name))" + Suggestion.hint(for: name, among: all),
                expected: "a file \(folder)/NAME.\(fileExtension)")
            return nil
        }
        do throws(Failure) {
            let bytes = try SourceFile.bytes(
                of: company.path(file(name)), shownAs: file(name), maximumFileBytes: maximumFileBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.add("the letter is no UTF-8 text", at: SourceLocation(file: file(name), line: 0))
                return nil
            }
            return read(text.replacing("\r\n", with: "\n"), in: file(name), names, problems: &problems)
        } catch {
            problems.add(Problem(error))
            return nil
        }
    }

    static func read(
        _ source: String, in file: String, _ names: LetterNames, problems: inout ProblemList
    ) -> LetterTemplate? {
        var cursor = LetterCursor(source, file)
        cursor.skipCommentsAndBlankLines()
        let subjectPlace = cursor.location
        guard cursor.skip("Subject:") else {
            problems.add(
                "the letter does not begin with its subject", expected: "a line Subject: …", at: subjectPlace)
            return nil
        }
        cursor.skipSpaces()
        let subjectStart = cursor.location
        let subject = cursor.takeLine()
        let gap = cursor.location
        guard cursor.takeLine().allSatisfy(\.isWhitespace) else {
            problems.add("the subject is one line", expected: "an empty line between it and the text", at: gap)
            return nil
        }
        let textStart = cursor.location
        var found = ProblemList()
        let templates = [(subject, subjectStart), (cursor.rest, textStart)].map { part, origin in
            template(part, origin, names, problems: &found)
        }
        if subject.allSatisfy(\.isWhitespace) {
            found.add("the letter has no subject", expected: "words behind Subject:", at: subjectPlace)
        }
        problems.add(contentsOf: found)
        guard found.isEmpty, let subject = templates[0], let text = templates[1] else { return nil }
        return LetterTemplate(subject: subject, text: text)
    }

    private static func template(
        _ text: Substring, _ origin: SourceLocation, _ names: LetterNames, problems: inout ProblemList
    ) -> MustacheTemplate? {
        guard LetterCheck(names).check(LetterTag.all(in: text, from: origin), problems: &problems) else { return nil }
        // Without this line what is filled in would be written as HTML.
        let plain = "{{% CONTENT_TYPE:TEXT}}\n"
        do {
            return try MustacheTemplate(string: plain + text)
        } catch let error as MustacheTemplate.ParserError {
            let line = max(1, error.context.lineNumber - 1)
            let column = line == 1 ? error.context.columnNumber + (origin.column ?? 1) - 1 : error.context.columnNumber
            problems.add(
                words(error.error), expected: "{{name}}, or {{#name}} … {{/name}}",
                at: SourceLocation(file: origin.file, line: origin.line + line - 1, column: max(1, column)))
        } catch {
            problems.add("the template cannot be read (\(error))", at: origin)
        }
        return nil
    }

    private static func words(_ error: any Error) -> String {
        switch error as? MustacheTemplate.Error {
        case .sectionCloseNameIncorrect: "this ends another section than the one that is open"
        case .expectedSectionEnd: "a section is not ended"
        default: "a tag is not ended, or its name holds what no name can"
        }
    }

    /// The letter with its names filled in.
    ///
    /// - Parameter values: texts, lists and objects by name, as `LetterNames` has them; what is left out is nothing.
    func letter(_ values: [String: Any]) -> LetterText {
        let line = subject.render(values).map { $0.isNewline ? " " : $0 }
        return LetterText(subject: String(line).trimmingBlanks, text: text.render(values))
    }
}

/// Goes through the source of a letter and knows where it is.
private struct LetterCursor {
    private(set) var rest: Substring
    private let file: String
    private var line = 1
    private var column = 1

    init(_ source: String, _ file: String) {
        rest = source[...]
        self.file = file
    }

    var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }

    private mutating func advance(to index: Substring.Index) {
        for character in rest[..<index] {
            if character.isNewline {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        rest = rest[index...]
    }

    mutating func skip(_ prefix: String) -> Bool {
        guard rest.hasPrefix(prefix) else { return false }
        advance(to: rest.index(rest.startIndex, offsetBy: prefix.count))
        return true
    }

    mutating func skipSpaces() {
        advance(to: rest.firstIndex { $0 != " " && $0 != "\t" } ?? rest.endIndex)
    }

    mutating func skipCommentsAndBlankLines() {
        while true {
            advance(to: rest.firstIndex { !$0.isWhitespace } ?? rest.endIndex)
            guard rest.hasPrefix("{{!"), let end = rest.firstRange(of: "}}") else { return }
            advance(to: end.upperBound)
        }
    }

    /// The rest of the line, without its end.
    mutating func takeLine() -> Substring {
        let end = rest.firstIndex(where: \.isNewline)
        let taken = rest[..<(end ?? rest.endIndex)]
        advance(to: end.map { rest.index(after: $0) } ?? rest.endIndex)
        return taken
    }
}
