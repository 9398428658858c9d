import Calendars
import Diagnostics

/// The numbers of one kind of document: 1, 2, 3 … without a gap, none twice, in order of the documents' dates.
///
/// Numbers are drawn when documents are final, for all documents of a batch as one block, in the transaction that writes
/// them: what is rolled back has drawn none. A number that was drawn is never drawn again.
package struct NumberSeries: Sendable {
    package let pattern: NumberPattern
    package let reset: Reset
    /// The first number; that after the last one of another system.
    package let start: Int64
    /// The values of which each has numbers of its own: `customer`.
    package let scope: [String]
    package let cycle: AnnualCycle
    private var counters: [String: Counter] = [:]

    package static let maximumNumber: Int64 = 999_999_999_999_999_999

    /// When numbers begin again, by document date.
    package enum Reset: String, CaseIterable, Sendable {
        case never, yearly, monthly
    }

    /// How far one run of numbers has come; a row of the store.
    package struct Counter: Hashable, Sendable {
        /// Names the run of numbers: the values of the scope, and the year or month.
        package let name: String
        package var next: Int64
        /// The date of the last document.
        package var lastDate: CalendarDate

        package init(name: String, next: Int64, lastDate: CalendarDate) {
            self.name = name
            self.next = next
            self.lastDate = lastDate
        }
    }

    package struct Document: Hashable, Sendable {
        /// Decides the order of documents of one date.
        package let key: String
        package let date: CalendarDate
        package let values: [String: String]

        package init(key: String, date: CalendarDate, values: [String: String] = [:]) {
            self.key = key
            self.date = date
            self.values = values
        }
    }

    package struct Number: Hashable, Sendable {
        package let text: String
        package let counter: String
        package let sequence: Int64
    }

    /// - Parameter counters: as they were left by the documents before. A pattern may change; its counters go on.
    /// - Throws: a pattern under which two documents could have the same number: one that resets by year and does not
    ///   show it, one of a scope that it does not show.
    package init(
        pattern: NumberPattern, reset: Reset = .never, start: Int64 = 1, scope: [String] = [],
        cycle: AnnualCycle = .calendarYear, counters: [Counter] = []
    ) throws(Failure) {
        var problems = ProblemList()
        if !pattern.tells(reset, cycle) {
            problems.add(
                "the numbers begin again \(reset.rawValue), and the pattern \"\(pattern)\" does not show it",
                expected: reset == .monthly ? "e.g. {yyyymm}" : cycle == .calendarYear ? "e.g. {yyyy}" : "{fy}")
        }
        for name in scope where !pattern.valueNames.contains(name) {
            problems.add(
                "each \(name) has its own numbers, and the pattern \"\(pattern)\" does not show it",
                expected: "{\(name)}")
        }
        if !(0...Self.maximumNumber).contains(start) {
            problems.add("the first number is \(start)", expected: "0 to \(Self.maximumNumber)")
        }
        try problems.throwIfAny(consequence: "the series cannot be used")
        self.pattern = pattern
        self.reset = reset
        self.start = start
        self.scope = scope
        self.cycle = cycle
        for counter in counters { self.counters[counter.name] = counter }
    }

    /// All counters, by name: what the store keeps.
    package var state: [Counter] { counters.values.sorted { $0.name < $1.name } }

    /// Draws a number for each document, in the order of their dates and then keys.
    ///
    /// - Returns: the numbers in the order in which the documents were given.
    /// - Throws: every document that is dated before one that has a number, or lacks a value; then none was drawn.
    package mutating func draw(for documents: [Document]) throws(Failure) -> [Number] {
        var problems = ProblemList(maximumCount: 100)
        var counters = counters
        let order = documents.indices.sorted {
            (documents[$0].date, documents[$0].key, $0) < (documents[$1].date, documents[$1].key, $1)
        }
        let names = pattern.valueNames + scope
        var numbers = [Number?](repeating: nil, count: documents.count)
        for index in order {
            let document = documents[index]
            let missing = names.filter { document.values[$0]?.isEmpty ?? true }
            guard missing.isEmpty else {
                problems.add(
                    "\(document.key) has no \(Set(missing).sorted().joined(separator: ", "))",
                    expected: "what the pattern \"\(pattern)\" shows")
                continue
            }
            let name = counterName(for: document)
            var counter = counters[name] ?? Counter(name: name, next: start, lastDate: document.date)
            guard document.date >= counter.lastDate else {
                problems.add(
                    "\(document.key) is of \(document.date), and a later one of \(counter.lastDate) has its number",
                    expected: "\(counter.lastDate) or later")
                continue
            }
            guard counter.next <= Self.maximumNumber else {
                problems.add("the numbers of \(pattern) are used up", expected: "another pattern")
                break
            }
            numbers[index] = Number(
                text: pattern.number(counter.next, on: document.date, values: document.values, cycle: cycle),
                counter: name, sequence: counter.next)
            counter.next += 1
            counter.lastDate = document.date
            counters[name] = counter
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "no number was drawn")
        self.counters = counters
        return numbers.compactMap(\.self)
    }

    /// The run of numbers that a document belongs to; each value of the scope with its length, so that no two are alike.
    private func counterName(for document: Document) -> String {
        var parts = scope.map { name in
            let value = document.values[name] ?? ""
            return "\(name)=\(value.utf8.count):\(value)"
        }
        switch reset {
        case .never: break
        case .yearly: parts.append(cycle.year(containing: document.date).label)
        case .monthly: parts.append(Period(.month, containing: document.date).description)
        }
        return parts.joined(separator: "/")
    }
}

/// Numbers that are missing from a run of them, or there twice: what must be none when a period closes.
package struct NumberAudit: Hashable, Sendable {
    package let gaps: [ClosedRange<Int64>]
    package let duplicates: [Int64]
    /// Numbers outside those that were drawn.
    package let strays: [Int64]

    package var isClean: Bool { gaps.isEmpty && duplicates.isEmpty && strays.isEmpty }

    /// - Parameters:
    ///   - sequences: of the documents there are, in any order.
    ///   - start: the first number of the run; `next`: the one to be drawn next.
    package init(of sequences: [Int64], from start: Int64, next: Int64) {
        var gaps: [ClosedRange<Int64>] = []
        var duplicates: [Int64] = []
        var strays: [Int64] = []
        var expected = start
        var last: Int64?
        for sequence in sequences.sorted() {
            if sequence == last {
                if duplicates.last != sequence { duplicates.append(sequence) }
            } else if sequence < start || sequence >= next {
                strays.append(sequence)
            } else {
                if sequence > expected { gaps.append(expected...sequence - 1) }
                expected = sequence + 1
            }
            last = sequence
        }
        if expected < next { gaps.append(expected...next - 1) }
        self.gaps = gaps
        self.duplicates = duplicates
        self.strays = strays
    }
}
