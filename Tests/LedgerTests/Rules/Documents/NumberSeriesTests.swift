import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct NumberSeriesTests {
    private static func series(
        _ pattern: String, _ reset: NumberSeries.Reset = .never, start: Int64 = 1, scope: [String] = [],
        cycle: AnnualCycle = .calendarYear, counters: [NumberSeries.Counter] = []
    ) throws -> NumberSeries {
        try NumberSeries(
            pattern: NumberPattern(pattern), reset: reset, start: start, scope: scope, cycle: cycle, counters: counters)
    }

    private static func document(_ date: String, key: String = "a", _ values: [String: String] = [:])
        -> NumberSeries.Document
    {
        .init(key: key, date: day(date), values: values)
    }

    private static func problems(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as Failure {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    /// What users of other systems asked for, and one of them tests.
    @Test func `numbers are as the threads and tests of other projects want them`() throws {
        guard let rows = try Vectors.rows("accounting/document_numbering.csv") else {
            print("skipped: there is no accounting/document_numbering.csv")
            return
        }
        for row in rows {
            let expected = (row["expected"] ?? "").split(separator: " | ").map(String.init)
            let numbers: [String]
            switch row["case"] {
            case "numbering-1":
                var series = try Self.series(
                    "{yyyy}/{seq:6}", .yearly,
                    counters: [.init(name: "2025", next: 115, lastDate: day("2025-12-30"))])
                numbers = try series.draw(for: [Self.document("2026-01-02")]).map(\.text)
            case "numbering-2":
                var series = try Self.series("{seq}", start: 15_422)
                numbers = try series.draw(for: [Self.document("2026-01-02")]).map(\.text)
            case "numbering-3":
                // A draft has no number, so that deleting one leaves none.
                var series = try Self.series("{seq}")
                _ = try series.draw(for: (1...10).map { Self.document("2026-01-02", key: "\($0)") })
                numbers = try series.draw(for: [Self.document("2026-01-02", key: "z")]).map(\.text)
            case "numbering-4":
                var series = try Self.series("{entity}-{customer:3}-{seq:3}", scope: ["entity", "customer"])
                let documents = (1...3).map {
                    Self.document("2023-09-01", key: "\($0)", ["entity": "BENT-1", "customer": "\($0)"])
                }
                _ = try series.draw(for: documents)
                numbers = try series.draw(for: documents).map(\.text)
            case "numbering-5", "numbering-6":
                let isJanuary = row["case"] == "numbering-6"
                var series = try Self.series(
                    "{entity}-{yyyymm}-{seq:3}", start: isJanuary ? 20 : 10, scope: ["entity"])
                numbers = try series.draw(
                    for: (1...3).map {
                        Self.document(isJanuary ? "2024-01-09" : "2023-10-20", key: "\($0)", ["entity": "BENT-11"])
                    }
                ).map(\.text)
            default:
                Issue.record("a case that this test does not know: \(row)")
                continue
            }
            #expect(numbers == expected, "\(row)")
        }
    }

    @Test func `a batch is numbered by date and key, and given back in its own order`() throws {
        var series = try Self.series("INV-{yy}{mm}{dd}-{seq:4}", start: 7)
        let numbers = try series.draw(for: [
            Self.document("2026-04-02", key: "b"), Self.document("2026-04-01", key: "z"),
            Self.document("2026-04-02", key: "a"),
        ])
        #expect(numbers.map(\.text) == ["INV-260402-0009", "INV-260401-0007", "INV-260402-0008"])
        #expect(series.state == [.init(name: "", next: 10, lastDate: day("2026-04-02"))])
    }

    @Test(arguments: [
        (
            "{yyyy}-{seq}", NumberSeries.Reset.yearly, AnnualCycle.calendarYear,
            ["2025-1", "2026-1", "2026-2", "2027-1"]
        ),
        ("{yyyymm}-{seq}", .monthly, .calendarYear, ["202512-1", "202604-1", "202604-2", "202701-1"]),
        ("{fy}-{seq}", .yearly, .ukTaxYear, ["2025-26-1", "2025-26-2", "2026-27-1", "2026-27-2"]),
        ("{seq:12}", .never, .calendarYear, ["000000000001", "000000000002", "000000000003", "000000000004"]),
    ])
    func `numbers begin again with the year or month of the document`(
        pattern: String, reset: NumberSeries.Reset, cycle: AnnualCycle, expected: [String]
    ) throws {
        var series = try Self.series(pattern, reset, cycle: cycle)
        let dates = ["2025-12-31", "2026-04-05", "2026-04-06", "2027-01-01"]
        #expect(try series.draw(for: dates.map { Self.document($0) }).map(\.text) == expected)
    }

    @Test func `a document dated before a numbered one is refused, and no number is drawn`() throws {
        var series = try Self.series("{customer}-{seq}", scope: ["customer"])
        _ = try series.draw(for: [Self.document("2026-04-10", ["customer": "1"])])
        let before = series.state
        #expect(
            Self.problems {
                _ = try series.draw(for: [
                    Self.document("2026-04-11", key: "x", ["customer": "1"]),
                    Self.document("2026-04-09", key: "y", ["customer": "1"]), Self.document("2026-04-12", key: "v"),
                    Self.document("2026-04-12", key: "w", ["customer": ""]),
                ])
            } == [
                "y is of 2026-04-09, and a later one of 2026-04-10 has its number (expected 2026-04-10 or later)",
                "v has no customer (expected what the pattern \"{customer}-{seq}\" shows)",
                "w has no customer (expected what the pattern \"{customer}-{seq}\" shows)",
            ])
        #expect(series.state == before)
        // Another customer has numbers and dates of its own.
        #expect(
            try series.draw(for: [Self.document("2026-01-01", ["customer": "2"])]).map(\.text) == ["2-1"])
    }

    @Test func `a series that could give one number twice is refused`() {
        #expect(
            Self.problems { _ = try Self.series("{seq}", .yearly, start: -1, scope: ["customer"]) } == [
                "the numbers begin again yearly, and the pattern \"{seq}\" does not show it (expected e.g. {yyyy})",
                "each customer has its own numbers, and the pattern \"{seq}\" does not show it (expected {customer})",
                "the first number is -1 (expected 0 to 999999999999999999)",
            ])
        #expect(Self.problems { _ = try Self.series("{yyyy}-{seq}", .monthly) }.count == 1)
        #expect(Self.problems { _ = try Self.series("{yyyy}-{seq}", .yearly, cycle: .ukTaxYear) }.count == 1)
    }

    @Test(arguments: [
        "", "INV", "{seq}{seq}", "{seq", "seq}", "{seq:0}", "{seq:19}", "{seq:x}", "{Seq}", "{}", "{seq}}",
        "{seq} {yyyy:4}",
        "{seq}\n", "{seq}-{cust omer}", String(repeating: "x", count: 56) + "{seq}",
    ])
    func `what is no pattern is refused`(text: String) {
        #expect(!Self.problems { _ = try NumberPattern(text) }.isEmpty)
    }

    @Test func `gaps, duplicates and strays are found`() {
        #expect(NumberAudit(of: [3, 1, 2], from: 1, next: 4).isClean)
        #expect(NumberAudit(of: [], from: 1, next: 1).isClean)
        let audit = NumberAudit(of: [9, 5, 2, 2, 2, 7, 0, 12, 12], from: 1, next: 11)
        #expect(audit.gaps == [1...1, 3...4, 6...6, 8...8, 10...10])
        #expect(audit.duplicates == [2, 12])
        #expect(audit.strays == [0, 12])
        #expect(NumberAudit(of: [], from: 5, next: 8).gaps == [5...7])
    }
}
