import Calendars
import Diagnostics
import Testing

@testable import Ledger

/// Which period takes a document, and how periods are closed and opened again.
@Suite struct FiscalPeriodsTests {
    private static let noon = Instant(startOf: day("2026-06-10"))
    private static let both = ["ann", "bob"]

    private static func period(_ text: String) -> FiscalPeriod {
        FiscalPeriod(text, in: .calendarYear) ?? FiscalPeriod(containing: .earliest, in: .calendarYear)
    }

    /// 2025-P11 to 2027-P03; sales closed through 2026-P03, all else through 2026-P02.
    private static func books() throws -> FiscalPeriods {
        var books = try FiscalPeriods(from: period("2025-P11"), through: period("2027-P03"))
        for name in ["2025-P11", "2025-P12", "2025-P13", "2026-P01", "2026-P02"] {
            try close(&books, name)
        }
        try close(&books, "2026-P03", [.sales])
        return books
    }

    private static func close(
        _ books: inout FiscalPeriods, _ name: String, _ areas: Set<LedgerArea> = Set(LedgerArea.allCases)
    ) throws {
        try books.move(period(name), areas, to: .softClosed, by: ["ann"])
        try books.move(period(name), areas, to: .closed, by: ["ann"])
    }

    private static func request(
        _ areas: Set<LedgerArea>, _ kind: JournalEntry.Kind = .normal, person: String = "cay",
        isPartOfClose: Bool = false, at: Instant = noon
    ) -> PostingRequest {
        PostingRequest(areas: areas, kind: kind, person: person, isPartOfClose: isPartOfClose, at: at)
    }

    private static func refusal(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as Failure {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `periods have no gap, and each year that ends its period 13`() throws {
        let names = try Self.books().periods.map(\.description)
        #expect(names.prefix(5) == ["2025-P11", "2025-P12", "2025-P13", "2026-P01", "2026-P02"])
        #expect(names.count == 3 + 13 + 3)
        #expect(try FiscalPeriods(from: Self.period("2025-P11"), through: Self.period("2025-P12")).periods.count == 3)
        #expect(throws: Failure.self) {
            try FiscalPeriods(from: Self.period("2026-P02"), through: Self.period("2026-P01"))
        }
    }

    @Test(arguments: [
        // documents on time
        ("2026-04-30", LedgerArea.sales, "2026-04-30", "2026-P04", false),
        ("2026-03-31", .purchase, "2026-03-31", "2026-P03", false),
        // late ones: the first day of the first open month
        ("2026-03-31", .sales, "2026-04-01", "2026-P04", true),
        ("2026-02-28", .purchase, "2026-03-01", "2026-P03", true),
        ("2025-12-31", .general, "2026-03-01", "2026-P03", true),
        // from before the books began
        ("2019-05-01", .sales, "2026-04-01", "2026-P04", true),
        // still to come
        ("2026-12-31", .sales, "2026-12-31", "2026-P12", false),
    ])
    func `a document is posted on its day, or in the first open period`(
        document: String, area: LedgerArea, date: String, period: String, isLate: Bool
    ) throws {
        let posting = try Self.books().postingDay(forDocumentOf: day(document), Self.request([area]))
        #expect(posting == PostingDay(date: day(date), period: Self.period(period), isLate: isLate))
    }

    @Test func `what touches two areas needs both, and the journal`() throws {
        var books = try Self.books()
        #expect(
            try books.postingDay(forDocumentOf: day("2026-03-05"), Self.request([.tax, .sales])).period
                == Self.period("2026-P04"))
        try books.move(Self.period("2026-P03"), [.general], to: .softClosed, by: ["ann"])
        #expect(
            try books.postingDay(forDocumentOf: day("2026-03-05"), Self.request([.stock])).period
                == Self.period("2026-P04"))
    }

    @Test func `a document beyond the books, or with nowhere to go, is refused with the reason`() throws {
        var books = try FiscalPeriods(from: Self.period("2026-P01"), through: Self.period("2026-P02"))
        #expect(
            throws: PeriodRefusal.noPeriod(
                day("2027-01-01"), first: Self.period("2026-P01"), last: Self.period("2026-P02"))
        ) { try books.postingDay(forDocumentOf: day("2027-01-01"), Self.request([.sales])) }
        try Self.close(&books, "2026-P01")
        try Self.close(&books, "2026-P02")
        let error = #expect(throws: PeriodRefusal.self) {
            try books.postingDay(forDocumentOf: day("2026-01-15"), Self.request([.sales]))
        }
        #expect(
            error?.failure.summary == "No period from 2026-01-15 to 2026-02-28 is open; nothing was posted.")
    }

    @Test(arguments: [
        (PeriodState.open, JournalEntry.Kind.normal, false, true), (.softClosed, .normal, false, false),
        (.softClosed, .normal, true, true), (.softClosed, .adjusting, false, true),
        (.softClosed, .revaluation, false, true), (.softClosed, .closing, false, true),
        (.closed, .adjusting, true, false), (.locked, .adjusting, true, false),
    ])
    func `a state lets in what it is for`(
        state: PeriodState, kind: JournalEntry.Kind, isPartOfClose: Bool, isLetIn: Bool
    ) throws {
        var books = try FiscalPeriods(from: Self.period("2026-P01"), through: Self.period("2026-P02"))
        books.load(state, Self.period("2026-P01"), .sales)
        let refusal = books.refusal(
            of: Self.request([.sales], kind, isPartOfClose: isPartOfClose), in: Self.period("2026-P01"))
        #expect(
            refusal
                == (isLetIn
                    ? nil : .notOpen(Self.period("2026-P01"), .sales, state, firstOpen: Self.period("2026-P02"))))
    }

    @Test func `period 13 takes adjustments and the closing of the year`() throws {
        let books = try FiscalPeriods(from: Self.period("2026-P01"), through: Self.period("2026-P12"))
        let adjustments = Self.period("2026-P13")
        #expect(books.refusal(of: Self.request([.general]), in: adjustments) == .adjustmentsOnly(adjustments))
        #expect(books.refusal(of: Self.request([.general], .adjusting), in: adjustments) == nil)
        #expect(books.refusal(of: Self.request([.general], .closing), in: adjustments) == nil)
        // A document never lands there by its date.
        #expect(
            try books.postingDay(forDocumentOf: day("2026-12-31"), Self.request([.sales], .adjusting)).period
                == Self.period("2026-P12"))
    }

    @Test func `a refusal says what to do`() throws {
        let refusal = try Self.books().refusal(of: Self.request([.sales]), in: Self.period("2026-P03"))
        #expect(
            refusal?.failure.description == """
                2026-P03 is closed for sales; nothing was posted.
                Post it in 2026-P04, the first open period; its document keeps its date. Or have an exception granted, \
                or the period reopened, by two people.
                """)
    }

    @Test func `an exception lets one person in for a while`() throws {
        var books = try Self.books()
        let march = Self.period("2026-P03")
        let exception = try PeriodException(
            period: march, areas: [.sales], person: "cay", until: Self.noon.adding(seconds: 3_600),
            reason: "credit note agreed with the auditor", grantedBy: Self.both)
        try books.grant(exception, at: Self.noon)
        #expect(books.refusal(of: Self.request([.sales]), in: march) == nil)
        #expect(
            try books.postingDay(forDocumentOf: day("2026-03-09"), Self.request([.sales])).date == day("2026-03-09"))
        #expect(books.refusal(of: Self.request([.sales], person: "dan"), in: march) != nil)
        #expect(
            books.refusal(of: Self.request([.sales], at: Self.noon.adding(seconds: 3_600)), in: march) != nil)
        // It is for sales alone, and in March alone.
        try books.move(march, [.general], to: .softClosed, by: ["ann"])
        #expect(books.refusal(of: Self.request([.sales]), in: march) != nil)
        #expect(books.refusal(of: Self.request([.sales]), in: Self.period("2026-P02")) != nil)
    }

    @Test func `an exception ends when its period is locked`() throws {
        var books = try FiscalPeriods(from: Self.period("2026-P01"), through: Self.period("2026-P02"))
        try Self.close(&books, "2026-P01", [.sales])
        let january = Self.period("2026-P01")
        try books.grant(
            PeriodException(
                period: january, areas: [.sales], person: "cay", until: Self.noon.adding(seconds: 60), reason: "x",
                grantedBy: Self.both), at: Self.noon)
        #expect(books.refusal(of: Self.request([.sales]), in: january) == nil)
        try books.move(january, [.sales], to: .locked, by: ["ann"])
        #expect(
            books.refusal(of: Self.request([.sales]), in: january)
                == .notOpen(january, .sales, .locked, firstOpen: Self.period("2026-P02")))
    }

    @Test func `an exception takes two people, a reason and an end, and not a locked period`() throws {
        var books = try Self.books()
        #expect(
            Self.refusal {
                _ = try PeriodException(
                    period: Self.period("2026-P03"), areas: [], person: " ", until: Self.noon, reason: " ",
                    grantedBy: ["ann", "ann"])
            } == [
                "the exception is for no area (expected e.g. sales)", "the exception is for nobody (expected a person)",
                "it is asked for by ann (expected two people)",
                "there is no reason (expected a sentence that an auditor will read)",
            ])
        books.load(.locked, Self.period("2025-P11"), .sales)
        let late = try PeriodException(
            period: Self.period("2025-P11"), areas: [.sales], person: "cay", until: Self.noon, reason: "x",
            grantedBy: Self.both)
        #expect(
            Self.refusal { try books.grant(late, at: Self.noon) } == [
                "2025-P11 is locked for sales (expected nothing: it stays so)",
                "the exception ends at 2026-06-10T00:00:00Z (expected an instant after 2026-06-10T00:00:00Z)",
            ])
    }

    @Test func `months close oldest first`() throws {
        var books = try Self.books()
        #expect(
            Self.refusal { try books.move(Self.period("2026-P04"), [.stock, .sales], to: .softClosed, by: ["ann"]) }
                == ["2026-P03 is open for stock (expected it to be soft-closed first)"])
        #expect(books.state(Self.period("2026-P04"), .sales) == .open)
        let changes = try books.move(Self.period("2026-P04"), [.sales], to: .softClosed, by: ["ann"])
        #expect(
            changes == [PeriodChange(period: Self.period("2026-P04"), area: .sales, from: .open, to: .softClosed)])
        #expect(try books.move(Self.period("2026-P04"), [.sales], to: .softClosed, by: ["ann"]).isEmpty)
    }

    @Test func `months reopen newest first, by two people with a reason`() throws {
        var books = try Self.books()
        #expect(
            Self.refusal { try books.move(Self.period("2026-P02"), [.sales], to: .open, by: ["ann"]) } == [
                "2026-P03 is closed for sales (expected it to be open first)",
                "it is asked for by ann (expected two people)",
                "there is no reason (expected a sentence that an auditor will read)",
            ])
        try books.move(Self.period("2026-P03"), [.sales], to: .open, by: Self.both, reason: "invoice missing")
        try books.move(Self.period("2026-P02"), [.sales], to: .softClosed, by: Self.both, reason: "invoice missing")
        #expect(books.state(Self.period("2026-P02"), .sales) == .softClosed)
    }

    @Test func `only the changes of the table are made, and nothing leaves a lock`() throws {
        for from in PeriodState.allCases {
            for to in PeriodState.allCases where from != to {
                var books = try FiscalPeriods(from: Self.period("2026-P01"), through: Self.period("2026-P01"))
                books.load(from, Self.period("2026-P01"), .tax)
                let isPossible = PeriodState.successors[from]?.contains(to) == true
                let problems = Self.refusal {
                    try books.move(Self.period("2026-P01"), [.tax], to: to, by: Self.both, reason: "x")
                }
                #expect(problems.isEmpty == isPossible, "\(from) to \(to): \(problems)")
                #expect(books.state(Self.period("2026-P01"), .tax) == (isPossible ? to : from))
            }
        }
        #expect(PeriodState.successors[.locked] == [])
    }

    @Test func `period 13 stays open while the next year closes, and must be locked before it`() throws {
        var books = try FiscalPeriods(from: Self.period("2025-P12"), through: Self.period("2026-P02"))
        #expect(
            Self.refusal { try books.move(Self.period("2025-P13"), [.general], to: .softClosed, by: ["ann"]) } == [
                "2025-P12 is open for general (expected it to be soft-closed first)"
            ])
        for name in ["2025-P12", "2026-P01"] { try Self.close(&books, name) }
        try books.move(Self.period("2025-P12"), [.general], to: .locked, by: ["ann"])
        #expect(
            Self.refusal { try books.move(Self.period("2026-P01"), [.general], to: .locked, by: ["ann"]) } == [
                "2025-P13 is open for general (expected it to be locked first)"
            ])
        try Self.close(&books, "2025-P13")
        try books.move(Self.period("2025-P13"), [.general], to: .locked, by: ["ann"])
        try books.move(Self.period("2026-P01"), [.general], to: .locked, by: ["ann"])
        // Month 12 does not open under its period 13.
        var year = try FiscalPeriods(from: Self.period("2025-P12"), through: Self.period("2025-P12"))
        try Self.close(&year, "2025-P12")
        try Self.close(&year, "2025-P13")
        #expect(
            Self.refusal {
                try year.move(Self.period("2025-P12"), [.tax], to: .open, by: Self.both, reason: "x")
            } == ["2025-P13 is closed for tax (expected it to be open first)"])
    }

    @Test func `a period 13 closes after that of the year before, and reopens before it`() throws {
        var books = try FiscalPeriods(from: Self.period("2024-P12"), through: Self.period("2025-P12"))
        for period in books.periods where !period.isForAdjustments { books.load(.closed, period, .general) }
        #expect(
            Self.refusal { try books.move(Self.period("2025-P13"), [.general], to: .softClosed, by: ["ann"]) } == [
                "2024-P13 is open for general (expected it to be soft-closed first)"
            ])
        try Self.close(&books, "2024-P13", [.general])
        try Self.close(&books, "2025-P13", [.general])
        #expect(
            Self.refusal {
                try books.move(Self.period("2024-P13"), [.general], to: .open, by: Self.both, reason: "x")
            } == ["2025-P13 is closed for general (expected it to be open first)"])
    }

    @Test func `at every point no month is closed further than the one before it`() throws {
        var generator = Numbers(seed: 20)
        var books = try FiscalPeriods(from: Self.period("2025-P10"), through: Self.period("2026-P03"))
        let months = books.periods.filter { !$0.isForAdjustments }
        for _ in 0..<2_000 {
            let period = books.periods[generator.below(books.periods.count)]
            let area = LedgerArea.allCases[generator.below(LedgerArea.allCases.count)]
            let state = PeriodState.allCases[generator.below(4)]
            _ = try? books.move(period, [area], to: state, by: Self.both, reason: "x")
            for (a, b) in zip(months, months.dropFirst()) {
                let (earlier, later) = (try #require(books.state(a, area)), try #require(books.state(b, area)))
                #expect(earlier >= later)
            }
        }
        #expect(LedgerArea.allCases.contains { books.state(months[0], $0) == .locked })
    }
}
