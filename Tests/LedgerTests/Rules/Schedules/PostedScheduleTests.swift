import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

/// Schedules, accruals and recurring entries on their way into the journal.
@Suite struct PostedScheduleTests {
    private static func period(_ text: String) throws -> FiscalPeriod {
        try #require(FiscalPeriod(text, in: .calendarYear))
    }

    private static let request = PostingRequest(
        areas: [.general], person: "ann", at: Instant(startOf: day("2026-05-01")))

    private static func books(closedThrough last: String) throws -> FiscalPeriods {
        var books = try FiscalPeriods(from: try period("2026-P01"), through: try period("2026-P12"))
        for period in books.periods where period <= (try Self.period(last)) && !period.isForAdjustments {
            books.load(.closed, period, .general)
        }
        return books
    }

    @Test func `rows of closed months catch up in the first open one, each under its own key`() throws {
        let rows = try DepreciationPlan(
            cost: gbp("1200"), salvage: gbp("0"), inUseFrom: day("2026-01-01"), firstDate: day("2026-01-31"), count: 12,
            monthsBetween: 1, method: .straightLine
        ).rows()
        let due = try DueRow.rows(
            of: rows, after: 0, through: day("2026-04-30"), in: try Self.books(closedThrough: "2026-P02"), Self.request)
        #expect(due.map(\.row.number) == [1, 2, 3, 4])
        #expect(due.map(\.posting.date) == ["2026-03-01", "2026-03-01", "2026-03-31", "2026-04-30"].map(day))
        #expect(due.map(\.posting.isLate) == [true, true, false, false])
        let entry = try due[1].entry(
            of: "depreciation/A-17", debit: AccountCode("8000"), credit: AccountCode("0031"),
            dimensions: Dimensions(costCentre: "SHOP"), description: "Depreciation of a loom")
        #expect(entry.key == "depreciation/A-17/2")
        #expect(entry.documentDate == day("2026-02-28") && entry.date == day("2026-03-01"))
        #expect(entry.postings.map(\.base) == [gbp("100"), gbp("-100")])
        // What was posted is not due again.
        #expect(
            try DueRow.rows(
                of: rows, after: 4, through: day("2026-04-30"), in: Self.books(closedThrough: "2026-P02"), Self.request
            ).isEmpty)
        #expect(throws: PeriodRefusal.self) {
            try DueRow.rows(
                of: rows, after: 0, through: day("2026-04-30"), in: Self.books(closedThrough: "2026-P12"), Self.request)
        }
    }

    @Test(arguments: [("2026-P04", "2026-04-30", "2026-05-01"), ("2026-P13", "2026-12-31", "2027-01-01")])
    func `an accrual is undone on the first day of the next month`(
        period: String, date: String, reversal: String
    ) throws {
        let entry = try JournalEntry(
            key: "accrual/power", date: day(date), description: "Power",
            postings: [line("7200", gbp("80")), line("2110", gbp("-80"))])
        let accrual = try ReversingEntry(entry, in: try Self.period(period))
        #expect(accrual.reversal.date == day(reversal))
        #expect(accrual.reversal.key == "accrual/power/reversal")
        #expect(accrual.reversal.reverses == "accrual/power")
        #expect(try base(of: "2110", in: entry.postings + accrual.reversal.postings).isZero)
        #expect(throws: LedgerError.self) { try ReversingEntry(entry, in: try Self.period("2026-P01")) }
    }

    private static func recurring(
        first: String, _ interval: RecurringEntry.Interval, last: String? = nil, credit: String = "-900"
    ) throws -> RecurringEntry {
        try RecurringEntry(
            name: "rent", description: "Rent", postings: [line("7100", gbp("900")), line("2100", gbp(credit))],
            first: day(first), interval: interval, last: last.map(day))
    }

    @Test(arguments: [
        (
            "2026-01-15", RecurringEntry.Interval.months(1), "2026-01-01", "2026-03-31", nil as String?,
            ["2026-01-15", "2026-02-15", "2026-03-15"]
        ),
        ("2026-01-31", .months(1), "2026-01-31", "2026-04-30", nil, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-01-30", .months(1), "2026-01-31", "2026-03-31", nil, ["2026-02-28", "2026-03-30"]),
        ("2024-02-29", .months(12), "2025-12-31", "2028-12-31", nil, ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2026-01-01", .days(14), "2026-01-15", "2026-02-12", nil, ["2026-01-29", "2026-02-12"]),
        ("2026-01-15", .months(3), "2026-01-15", "2027-12-31", "2026-08-01", ["2026-04-15", "2026-07-15"]),
        ("2026-06-01", .months(1), "2020-01-01", "2026-05-31", nil, []),
    ])
    func `a recurring entry is due on its days`(
        first: String, interval: RecurringEntry.Interval, after: String, through: String, last: String?,
        dates: [String]
    ) throws {
        let entry = try Self.recurring(first: first, interval, last: last)
        #expect(try entry.dates(after: day(after), through: day(through)) == dates.map(day))
    }

    @Test(arguments: [
        RecurringEntry.Interval.days(1), .days(7), .months(1), .months(2), .months(5), .months(12),
    ])
    func `asking from any day gives the same days as asking for all`(interval: RecurringEntry.Interval) throws {
        for first in ["2024-01-31", "2024-02-29", "2024-03-15"] {
            let entry = try Self.recurring(first: first, interval)
            let all = try entry.dates(through: day("2026-12-31"))
            for offset in stride(from: -40, to: 1_060, by: 1) {
                let start = day(first).adding(days: offset)
                #expect(try entry.dates(after: start, through: day("2026-12-31")) == all.filter { $0 > start })
            }
        }
    }

    @Test func `a recurring entry has a key for each day, and must balance`() throws {
        let entry = try Self.recurring(first: "2026-01-15", .months(1))
        let april = try entry.entry(for: day("2026-04-15"), postedOn: day("2026-05-01"))
        #expect(april.key == "recurring/rent/2026-04-15")
        #expect(april.documentDate == day("2026-04-15"))
        #expect(throws: LedgerError.self) { try Self.recurring(first: "2026-01-15", .months(1), credit: "-899") }
        #expect(throws: Failure.self) { try Self.recurring(first: "2026-01-15", .months(0)) }
        #expect(throws: Failure.self) { try Self.recurring(first: "2026-01-15", .days(1), last: "2026-01-14") }
        #expect(throws: Failure.self) {
            try Self.recurring(first: "1900-01-15", .days(1)).dates(through: day("2026-01-01"))
        }
    }
}
