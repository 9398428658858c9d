import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import Testing

@testable import Payroll

/// When payroll counts in the books, and whether a close finds there what the payslips say; on both databases.
@Suite(.serialized) struct PayrollPostingDayTests {
    private static let now = Instant("2026-05-12T08:00:00Z") ?? Instant(microseconds: 0)

    private func close(_ demo: DemoCompany, _ number: String) throws {
        try demo.store.write { connection in
            let unit = UnitOfWork(
                connection: connection, stamp: Stamp(run: nil, person: "ann", at: Self.now), digest: nil)
            try Journal.adoptConfiguration(of: demo.company, in: unit)
            let period = try #require(FiscalPeriod(number, in: .calendarYear))
            for state in [PeriodState.softClosed, .closed] {
                try FiscalPeriodRecords.move(
                    period, [.payroll], to: state, by: ["ann", "bob"], reason: "a test", in: unit)
            }
        }
    }

    private func findings(_ demo: DemoCompany, _ period: String) throws -> [CloseFinding] {
        try demo.store.read { connection in
            let close = try CloseContext(
                company: demo.company, period: try #require(FiscalPeriod(period, in: .calendarYear)),
                knownAt: Self.now, in: connection)
            return try PayrollPosted().check(close, in: connection).obstacles.filter { !$0.item.hasPrefix("pay group") }
        }
    }

    @Test(arguments: Database.available)
    func `payroll of a closed period is posted in the first open one, and keeps its pay date`(
        database: Database
    ) throws {
        try DemoCompany.with(database) { demo in
            try close(demo, "2026-P04")
            let run = try demo.run("payroll-monthly", "2026-04", at: Self.now)
            #expect(run.summary.figures.contains(.init("posted late, on", "2026-05-01")))
            let entries = try demo.store.read { try Journal.entries(of: run.id, in: $0) }.map(\.entry)
            #expect(entries.map { "\($0.date) \($0.documentDate)" } == ["2026-05-01 2026-04-28"])
            #expect(
                entries.map(\.description) == [
                    "Payroll monthly 2026-04, paid 2026-04-28; posted late: 2026-P04 is closed"
                ])
            // What is owed is due as if it were in time.
            let due = Set(entries.flatMap(\.postings).filter { $0.account == AccountCode("2220") }.map(\.due))
            #expect(due == [CalendarDate("2026-04-28")])
            // Both the month that it was for and the one it came to look at it.
            #expect(try findings(demo, "2026-P04") == [] && findings(demo, "2026-P05") == [])
            #expect(try demo.run("payroll-monthly", "2026-04", at: Self.now).id == run.id)
        }
    }

    @Test(arguments: Database.available)
    func `payroll in time is posted on its pay date, and without an open period not at all`(
        database: Database
    ) throws {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04", at: Self.now)
            let entries = try demo.store.read { try Journal.entries(of: run.id, in: $0) }.map(\.entry)
            #expect(entries.map { "\($0.date)" } == ["2026-04-28"])
            #expect(!run.summary.figures.contains { $0.label.hasPrefix("posted late") })
            for number in 4...12 { try close(demo, "2026-P\(number < 10 ? "0" : "")\(number)") }
            for number in 1...5 { try close(demo, "2027-P0\(number)") }
            #expect(refusal { try demo.run("payroll-weekly", "2026-W15", at: Self.now) }?.exitCode == .refused)
        }
    }

    @Test(arguments: Database.available)
    func `a close compares what was posted by account and cost centre`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04", at: Self.now)
            #expect(try findings(demo, "2026-P04") == [])
            // Another entry of the run moves cost from one centre to another: net pay is as it was.
            let books = Stamp(run: run.id.rawValue, person: "ann", at: Self.now)
            try demo.store.write { connection in
                let postings = ["A", "B"].map { centre in
                    JournalEntry.Posting(
                        account: AccountCode("7000"), amount: Money(minorUnits: centre == "A" ? 100 : -100, .gbp),
                        dimensions: Dimensions(costCentre: centre), description: "")
                }
                try Journal.post(
                    [
                        try JournalEntry(
                            key: "moved", journal: .payroll, date: try #require(CalendarDate("2026-04-28")),
                            source: .init(type: "payroll-run", id: "monthly/2026-04"), description: "moved",
                            postings: postings)
                    ], in: UnitOfWork(connection: connection, stamp: books, digest: nil))
            }
            #expect(
                try findings(demo, "2026-P04").map(\.text) == [
                    "account 7000, cost centre A: GBP 0.00 by the payslips and GBP 1.00 in the books",
                    "account 7000, cost centre B: GBP 0.00 by the payslips and GBP -1.00 in the books",
                ])
        }
    }

    @Test(arguments: Database.available)
    func `a close names who came to a group after it was paid, and nobody else`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04", at: Self.now)
            // Set aside by the run, which the close asks after in another step; and long gone.
            #expect(try findings(demo, "2026-P04") == [])
            try demo.importPerson(startingOn: "2026-04-20")
            let found = try findings(demo, "2026-P04")
            #expect(
                found == [
                    CloseFinding(
                        item: "employee E900",
                        text:
                            "is in pay group monthly for 2026-04 by what is known now, and was not paid for it; add what "
                            + "is owed to a later period")
                ])
            // Who begins when the period is over is not owed anything for it.
            try demo.record("E900", "start_date", "2026-05-01", from: "2026-04-20")
            #expect(try findings(demo, "2026-P04") == [])
        }
    }

    @Test func `a company without payroll has nothing to be paid before its close`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            try FileManager.default.removeItem(at: demo.directory.appending(path: "config/payroll"))
            #expect(try findings(demo, "2026-P04") == [])
        }
    }
}
