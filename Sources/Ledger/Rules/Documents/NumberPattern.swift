import Calendars
import Diagnostics

/// How the number of a document is written: `INV-{yyyy}/{seq:6}` gives `INV-2026/000001`.
///
/// - `{seq}`, `{seq:6}`: the number in the series, with at least so many digits; once in every pattern
/// - `{yyyy}`, `{yy}`, `{mm}`, `{dd}`, `{yyyymm}`: the document date
/// - `{fy}`: the fiscal year of the document date, such as `2026-27`
/// - `{customer}`, `{customer:3}` or any other name: a value that comes with the document, filled up with zeros on the
///   left
package struct NumberPattern: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    let pieces: [Piece]

    package static let maximumCharacters = 60
    package static let maximumWidth = 18
    private static let dateNames: Set<String> = ["yyyy", "yy", "mm", "dd", "yyyymm", "fy"]

    enum Piece: Hashable, Sendable {
        case literal(String)
        case sequence(width: Int)
        case date(String)
        case value(String, width: Int)
    }

    /// - Throws: everything that is wrong with it.
    package init(_ text: String) throws(Failure) {
        var problems = ProblemList()
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text)
        func check(_ literal: String, _ problems: inout ProblemList) {
            if literal.contains("}") || literal.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                problems.add("the pattern \"\(text)\" has \"\(literal)\"", expected: "plain text and names in { }")
            }
        }
        while let open = rest.firstIndex(of: "{") {
            literal += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else {
                problems.add("the pattern \"\(text)\" has a { without a }", expected: "e.g. {seq:6}")
                rest = ""
                break
            }
            check(literal, &problems)
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = ""
            let name = rest[rest.index(after: open)..<close]
            if let piece = Self.piece(name) {
                pieces.append(piece)
            } else {
                problems.add(
                    "the pattern \"\(text)\" has {\(name)}",
                    expected: "a name of small letters, and a width of 1 to \(Self.maximumWidth) such as {seq:6}")
            }
            rest = rest[rest.index(after: close)...]
        }
        literal += rest
        check(literal, &problems)
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        let sequences = pieces.count { if case .sequence = $0 { true } else { false } }
        if sequences != 1 {
            problems.add("the pattern \"\(text)\" has {seq} \(sequences) times", expected: "once")
        }
        if text.count > Self.maximumCharacters {
            problems.add("the pattern has \(text.count) characters", expected: "at most \(Self.maximumCharacters)")
        }
        try problems.throwIfAny(consequence: "the pattern cannot be used")
        self.text = text
        self.pieces = pieces
    }

    private static func piece(_ text: Substring) -> Piece? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard !name.isEmpty, name.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            return nil
        }
        var width = 1
        if parts.count == 2 {
            guard let given = Int(parts[1]), (1...maximumWidth).contains(given), !dateNames.contains(name) else {
                return nil
            }
            width = given
        }
        if name == "seq" { return .sequence(width: width) }
        return dateNames.contains(name) ? .date(name) : .value(name, width: width)
    }

    package var description: String { text }

    /// The names of the values that come with a document.
    package var valueNames: [String] {
        pieces.compactMap { if case .value(let name, _) = $0 { name } else { nil } }
    }

    /// Whether two documents whose years, months or fiscal years differ have different numbers.
    func tells(_ reset: NumberSeries.Reset, _ cycle: AnnualCycle) -> Bool {
        let names = Set(pieces.compactMap { if case .date(let name) = $0 { name } else { nil } })
        let hasCalendarYear = !names.isDisjoint(with: ["yyyy", "yy", "yyyymm"])
        let hasYear = names.contains("fy") || cycle == .calendarYear && hasCalendarYear
        return switch reset {
        case .never: true
        case .yearly: hasYear
        case .monthly: hasCalendarYear && !names.isDisjoint(with: ["mm", "yyyymm"])
        }
    }

    /// The number of a document.
    ///
    /// - Precondition: `values` has every one of `valueNames`.
    func number(_ sequence: Int64, on date: CalendarDate, values: [String: String], cycle: AnnualCycle) -> String {
        let (year, month, day) = date.parts
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - text.count)) + text
        }
        var number = ""
        for piece in pieces {
            switch piece {
            case .literal(let text): number += text
            case .sequence(let width): number += padded("\(sequence)", width)
            case .value(let name, let width): number += padded(values[name] ?? "", width)
            case .date("yyyy"): number += padded("\(year)", 4)
            case .date("yy"): number += padded("\(year % 100)", 2)
            case .date("mm"): number += padded("\(month)", 2)
            case .date("dd"): number += padded("\(day)", 2)
            case .date("yyyymm"): number += padded("\(year)", 4) + padded("\(month)", 2)
            case .date: number += cycle.year(containing: date).label
            }
        }
        return number
    }
}
