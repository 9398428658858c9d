import Diagnostics

/// Reads a cron expression, and says of everything that is wrong where it is and what to write instead.
struct CronParser {
    private let text: String
    private let location: SourceLocation
    private(set) var problems: [Problem] = []

    init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }

    /// A stretch of the expression, and where it begins: 0 is the first character.
    private struct Part {
        var text: String
        var offset: Int
    }

    /// What `@daily` and the like stand for. Source: crontab(5). The flags are those of the fields.
    private static let nicknames = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]

    private static let shape = "five fields: minute, hour, day of month, month, day of week"

    /// - Returns: nil when a problem was reported.
    mutating func parse() -> CronExpression? {
        guard text.utf8.count <= CronExpression.maximumCharacters else {
            report(
                "the expression has \(text.utf8.count) characters",
                expected: "at most \(CronExpression.maximumCharacters)")
            return nil
        }
        let parts = parts(of: text, at: 0) { $0 == " " || $0 == "\t" }.filter { !$0.text.isEmpty }
        guard let first = parts.first else {
            report("the expression is empty", expected: Self.shape)
            return nil
        }
        if first.text.hasPrefix("@") { return nickname(parts, first) }
        if let assignment = parts.first(where: { $0.text.contains("=") }) {
            report(
                "\(quoted(assignment)) is no field", at: assignment,
                expected: "\(Self.shape); a time zone is given beside the expression, with tz")
            return nil
        }
        guard parts.count == CronField.allCases.count else {
            report(
                "the expression has \(parts.count) field\(parts.count == 1 ? "" : "s")",
                expected: Self.shape
                    + (parts.count > 5 ? "; for seconds write every: 30s, for years from and until" : ""))
            return nil
        }
        var bits: [CronField: UInt64] = [:]
        var stars: Set<CronField> = []
        for (field, part) in zip(CronField.allCases, parts) {
            bits[field] = values(of: field, part)
            if part.text.hasPrefix("*") { stars.insert(field) }
        }
        guard problems.isEmpty else { return nil }
        return CronExpression(text: parts.map(\.text).joined(separator: " "), bits: bits, stars: stars)
    }

    private mutating func nickname(_ parts: [Part], _ first: Part) -> CronExpression? {
        let name = first.text.lowercased()
        guard let fields = Self.nicknames.first(where: { $0.0 == name })?.1 else {
            let names = Self.nicknames.map(\.0)
            let expected =
                switch name {
                case "@every": "every: 5m in the place of cron"
                case "@reboot": "a time; no job is due because a machine was started"
                default: "one of \(names.joined(separator: ", "))"
                }
            let hint = expected.hasPrefix("one of") ? Suggestion.hint(for: name, among: names) : ""
            report("\(quoted(first)) is no nickname\(hint)", at: first, expected: expected)
            return nil
        }
        guard parts.count == 1 else {
            report("\(quoted(parts[1])) stands after \(first.text)", at: parts[1], expected: "\(first.text) alone")
            return nil
        }
        var parser = CronParser(text: fields, location: location)
        return parser.parse().map { $0.written(as: first.text) }
    }

    // MARK: - Fields

    /// The bits of a list: `1,5-8,*/15`.
    private mutating func values(of field: CronField, _ part: Part) -> UInt64 {
        parts(of: part.text, at: part.offset) { $0 == "," }.reduce(0) { $0 | item($1, of: field) }
    }

    /// The bits of `*`, `*/5`, `3`, `3-9` or `3-9/2`.
    private mutating func item(_ part: Part, of field: CronField) -> UInt64 {
        if let expected = Self.foreign(part.text, field) {
            report("\(field.name) \(quoted(part)) is not understood alike by all", at: part, expected: expected)
            return 0
        }
        let pieces = parts(of: part.text, at: part.offset) { $0 == "/" }
        guard pieces.count <= 2, let range = pieces.first else {
            report("\(field.name) \(quoted(part)) has two steps", at: part, expected: "one, e.g. */5")
            return 0
        }
        let step = pieces.count == 2 ? step(pieces[1], of: field) : 1
        guard let values = self.range(range, of: field) else { return 0 }
        if pieces.count == 2, !range.text.contains("-"), range.text != "*" {
            report(
                "\(field.name) \(quoted(part)) is read differently by different programs", at: part,
                expected: "\(range.text)-\(field.range.upperBound)/\(pieces[1].text), or \(range.text) alone")
            return 0
        }
        guard let step else { return 0 }
        return stride(from: values.lowerBound, through: values.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private mutating func step(_ part: Part, of field: CronField) -> Int? {
        guard let step = number(part.text) else {
            report("the step \(quoted(part)) of the \(field.name) is no number", at: part, expected: "e.g. */5")
            return nil
        }
        guard step > 0 else {
            report("the step of the \(field.name) is 0", at: part, expected: "1 or more")
            return nil
        }
        guard step <= field.range.upperBound else {
            report(
                "the step \(step) of the \(field.name) is longer than the field", at: part,
                expected: "at most \(field.range.upperBound); for longer intervals write every")
            return nil
        }
        return step
    }

    /// `*`, `3` or `3-9`.
    private mutating func range(_ part: Part, of field: CronField) -> ClosedRange<Int>? {
        if part.text == "*" { return field.range }
        let ends = parts(of: part.text, at: part.offset) { $0 == "-" }
        guard ends.count <= 2 else {
            report("\(field.name) \(quoted(part)) is no range", at: part, expected: "a range, e.g. 1-5")
            return nil
        }
        let values = ends.map { value($0, of: field) }
        guard let first = values[0], let last = values[values.count - 1] else { return nil }
        guard first <= last else {
            report(
                "\(field.name) \(quoted(part)) goes backwards", at: part,
                expected: Self.turned(ends[0].text, ends[1].text, first, last, field))
            return nil
        }
        return first...last
    }

    /// How to write a range that goes past the end of its field: `22-6` as `22-23,0-6`.
    private static func turned(_ from: String, _ to: String, _ first: Int, _ last: Int, _ field: CronField) -> String {
        // 7 is Sunday once more, and named 0.
        let end = field == .dayOfWeek ? 6 : field.range.upperBound
        let isNamed = field.value(named: from) != nil
        func text(_ value: Int) -> String {
            let index = value - field.range.lowerBound
            return isNamed && field.names.indices.contains(index) ? field.names[index] : String(value)
        }
        let upper = first >= end ? from : "\(from)-\(text(end))"
        let lower = last == field.range.lowerBound ? to : "\(text(field.range.lowerBound))-\(to)"
        return "\(upper),\(lower)"
    }

    private mutating func value(_ part: Part, of field: CronField) -> Int? {
        guard !part.text.isEmpty else {
            report("the \(field.name) has an empty place", at: part, expected: field.expected)
            return nil
        }
        if let value = field.value(named: part.text) { return value }
        guard let value = number(part.text) else {
            report(
                "\(field.name) \(quoted(part)) is no value" + hint(for: part.text, field), at: part,
                expected: field.expected)
            return nil
        }
        guard field.range.contains(value) else {
            report("\(field.name) \(part.text) is out of range", at: part, expected: field.expected)
            return nil
        }
        return value
    }

    private func hint(for text: String, _ field: CronField) -> String {
        if let name = field.names.first(where: { text.count > 3 && text.lowercased().hasPrefix($0) }) {
            return "; did you mean \"\(name)\"?"
        }
        let other = CronField.allCases.first { $0 != field && $0.value(named: text) != nil }
        return other.map { "; it is a \($0.name)" } ?? Suggestion.hint(for: text, among: field.names)
    }

    /// What to write in the place of what only some programs know; nil for anything else.
    private static func foreign(_ text: String, _ field: CronField) -> String? {
        let upper = text.uppercased()
        switch field {
        case _ where text == "?":
            return "*"
        case .dayOfMonth where ["LW", "WL"].contains(upper):
            return "on: last_business_day, in the place of cron"
        case .dayOfMonth where upper == "L" || upper.hasPrefix("L-"):
            return "on: {day: last}, in the place of cron"
        case .dayOfMonth where upper.hasSuffix("W") && upper.dropLast().allSatisfy(\.isNumber):
            return "on: {day: …, adjust: preceding} with a calendar, in the place of cron"
        case .dayOfWeek where text.contains("#"):
            return "on: {weekday: friday, nth: 2}, in the place of cron"
        case .dayOfWeek where upper.hasSuffix("L") && upper.count >= 2:
            return "on: {weekday: friday, nth: last}, in the place of cron"
        case _
        where text.contains("~") || ["H", "R"].contains(upper) || upper.hasPrefix("H/") || upper.hasPrefix("H("):
            return "a value; no time is chosen at random"
        default:
            return nil
        }
    }

    // MARK: - Text

    private func parts(of text: String, at offset: Int, separator: (Character) -> Bool) -> [Part] {
        var parts = [Part(text: "", offset: offset)]
        for (index, character) in text.enumerated() {
            if separator(character) {
                parts.append(Part(text: "", offset: offset + index + 1))
            } else {
                parts[parts.count - 1].text.append(character)
            }
        }
        return parts
    }

    /// ASCII digits alone; large numbers are out of every range.
    private func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text) ?? .max
    }

    private func quoted(_ part: Part) -> String {
        "\"" + part.text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined() + "\""
    }

    private mutating func report(_ message: String, at part: Part? = nil, expected: String) {
        var place = location
        place.column = location.column.map { $0 + (part?.offset ?? 0) }
        problems.append(Problem(message, expected: expected, at: place))
    }
}

extension CronExpression {
    /// The same under another name.
    fileprivate func written(as text: String) -> CronExpression {
        CronExpression(
            text: text,
            bits: [
                .minute: minutes, .hour: UInt64(hours), .dayOfMonth: UInt64(daysOfMonth), .month: UInt64(months),
                .dayOfWeek: UInt64(weekdays),
            ], stars: stars)
    }
}
