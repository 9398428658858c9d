import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store
import Testing

@testable import Ledger

/// What the sub-ledgers add to the close of a month, on both databases.
@Suite struct SubLedgerStepsTests {
    private static let steps: [any CloseStep] = [SchedulesPosted(), ForeignMoneyRevalued(), ControlAccountsAgree()]

    private static func april() throws -> FiscalPeriod {
        try #require(FiscalPeriod("2026-P04", in: .calendarYear))
    }

    /// The books of the demo company with a claim and cash in dollars.
    private static func with(_ database: Database, _ body: (DemoCompany, CloseContext) throws -> Void) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            try demo.write { unit in
                try Journal.adoptConfiguration(of: demo.company, in: unit)
                try Journal.post(
                    [
                        try JournalEntry(
                            key: "invoice/1", date: day("2026-04-03"), source: .init(type: "invoice", id: "INV-1"),
                            description: "Loom",
                            postings: [
                                line("1100", usd("130"), base: gbp("100"), party: Party(.customer, "C1")),
                                line("4000", usd("-130"), base: gbp("-100")),
                            ]),
                        try JournalEntry(
                            key: "sale/1", date: day("2026-04-04"), description: "Shop",
                            postings: [
                                line("1200", usd("13"), base: gbp("11")), line("4010", usd("-13"), base: gbp("-11")),
                            ]
                        ),
                    ], in: unit)
            }
            let close = try demo.store.read {
                try CloseContext(
                    company: demo.company, period: try Self.april(), knownAt: DemoCompany.now, in: $0)
            }
            try body(demo, close)
        }
    }

    @Test(arguments: Database.available)
    func `a month does not close without the rates of its last day, and names the currencies`(
        database: Database
    ) throws {
        try Self.with(database) { demo, close in
            let findings = try demo.store.read { try ForeignMoneyRevalued().check(close, in: $0) }
            #expect(findings.obstacles.count == 1)
            #expect(findings.obstacles.first?.text.contains("no rate from USD to GBP for 2026-04-30") == true)
        }
    }

    @Test(arguments: Database.available)
    func `what is open and in the bank in dollars is worth the rate of the last day`(database: Database) throws {
        try Self.with(database) { demo, close in
            try demo.write { unit in
                _ = try ExchangeRateRecords.insert(
                    [
                        .init(
                            rate: ExchangeRate(
                                date: day("2026-04-30"), base: .gbp, quote: .usd, rate: Rate("1.25") ?? .zero),
                            location: SourceLocation(file: "rates.csv", line: 2))
                    ], source: "rates.csv", correction: nil, in: unit)
            }
            let findings = try demo.store.read { try ForeignMoneyRevalued().check(close, in: $0) }
            // 130 / 1.25 = 104 and 13 / 1.25 = 10.40.
            #expect(findings.obstacles == [])
            #expect(
                findings.figures == [
                    .init("items in foreign currencies", "2"), .init("unrealised exchange gain", gbp("4")),
                    .init("unrealised exchange loss", gbp("0.60")),
                ])
        }
    }

    /// Performs the steps of the sub-ledgers as a close does, and again.
    private struct PerformSteps: JobKind {
        static let name = "test.steps"
        static let abstract = "Performs."
        static let parameters: [ParameterDefinition] = []
        static let granularities: [Period.Granularity] = [.month]

        func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

        func run(_ run: Run) throws -> RunSummary {
            for round in 1...2 {
                try run.step("steps \(round)") { work in
                    let close = try CloseContext(
                        company: run.company, period: try SubLedgerStepsTests.april(), knownAt: run.knownAt,
                        in: work.connection)
                    for step in SubLedgerStepsTests.steps { try step.perform(close, in: work) }
                }
            }
            return RunSummary(figures: [])
        }
    }

    @Test(arguments: Database.available)
    func `what is revalued is undone on the next day, and leaves the items as they were`(database: Database) throws {
        try Self.with(database) { demo, close in
            try demo.write { unit in
                _ = try ExchangeRateRecords.insert(
                    [
                        .init(
                            rate: ExchangeRate(
                                date: day("2026-04-30"), base: .gbp, quote: .usd, rate: Rate("1.25") ?? .zero),
                            location: SourceLocation(file: "rates.csv", line: 2))
                    ], source: "rates.csv", correction: nil, in: unit)
            }
            var job = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).jobs[0]
            job.name = "steps"
            job.kind = PerformSteps.name
            job.granularity = .month
            let run = try RunExecutor(
                company: demo.company, store: demo.store, kinds: KindRegistry([PerformSteps.self]),
                clock: FixedClock(DemoCompany.now), person: "ann"
            ).run(
                job, period: try #require(Period("2026-04")), parameters: ParameterValues([:]), trigger: .person
            ).record
            try demo.store.read { connection in
                let entries = try Journal.entries(of: run.id, in: connection).map(\.entry)
                #expect(entries.map(\.kind) == [.revaluation, .revaluation])
                #expect(entries.map(\.date) == [day("2026-04-30"), day("2026-05-01")])
                #expect(try base(of: "1100", in: entries[0].postings) == gbp("4"))
                #expect(try base(of: "1200", in: entries[0].postings) == gbp("-0.60"))
                for date in ["2026-04-30", "2026-05-01"] {
                    let rows = try ControlBalances.rows(on: day(date), .gbp, in: connection)
                    #expect(rows.count == 1 && rows[0].agrees)
                    #expect(rows[0].revaluation == (date == "2026-04-30" ? gbp("4") : gbp("0")))
                }
                for step in SubLedgerStepsTests.steps { #expect(try step.check(close, in: connection).isGreen) }
            }
        }
    }

    @Test(arguments: Database.available)
    func `the control accounts agree with their items, or the step says which does not`(database: Database) throws {
        try Self.with(database) { demo, close in
            #expect(try demo.store.read { try ControlAccountsAgree().check(close, in: $0) }.isGreen)
            try demo.store.write { connection in
                try connection.execute(
                    "INSERT INTO control_account (account, party_kind) VALUES ('1200', 'institution')")
            }
            let findings = try demo.store.read { try ControlAccountsAgree().check(close, in: $0) }
            #expect(findings.obstacles.map(\.item) == ["account 1200 Bank current account"])
            #expect(
                findings.obstacles.first?.text.hasPrefix(
                    "USD 13.00 was posted to it and USD 0.00 is open of its items, worth GBP 11.00 and GBP 0.00")
                    == true)
        }
    }
}

extension DemoCompany {
    fileprivate func write(_ body: (UnitOfWork) throws -> Void) throws {
        try store.write {
            try body(
                UnitOfWork(
                    connection: $0, stamp: Stamp(run: nil, person: "ann", at: Self.now), digest: nil))
        }
    }
}
