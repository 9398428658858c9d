import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import Testing

@testable import Ledger

/// The journal in the store, on both databases, posted by a run.
@Suite(.serialized) struct JournalTests {
    /// Posts entries: `amounts` gives one in pence for each, `key` what they are called.
    private struct PostEntries: JobKind {
        static let name = "test.post"
        static let abstract = "Posts."
        static let parameters = [
            ParameterDefinition("amounts", description: "pence", example: "1,2"),
            ParameterDefinition("key", description: "name", example: "a"),
        ]
        static let granularities: [Period.Granularity] = [.month]

        func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

        func run(_ run: Run) throws -> RunSummary {
            let amounts = (run.parameters["amounts"] ?? "").split(separator: ",").compactMap { Int64($0) }
            var numbers: [String] = []
            try run.step("post") { work in
                for (index, amount) in amounts.enumerated() {
                    let entry = try JournalEntry(
                        key: "\(run.parameters["key"] ?? "")/\(index)", date: run.period.firstDay, description: "Test",
                        postings: [
                            .init(
                                account: AccountCode("7000"), amount: Money(minorUnits: amount, .gbp), description: "a"),
                            .init(
                                account: AccountCode("1200"), amount: Money(minorUnits: -amount, .gbp), description: "b"
                            ),
                        ])
                    numbers.append("\(try Journal.post(entry, in: work))")
                }
            }
            return RunSummary(figures: [.init("entries", numbers.joined(separator: " "))])
        }
    }

    private func post(_ demo: DemoCompany, key: String, _ amounts: String, period: String = "2026-04") throws
        -> RunRecord
    {
        let declaration = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).jobs[0]
        var job = declaration
        job.name = "post"
        job.kind = PostEntries.name
        job.granularity = .month
        return try RunExecutor(
            company: demo.company, store: demo.store, kinds: KindRegistry([PostEntries.self]),
            clock: FixedClock(DemoCompany.now), person: "ann"
        ).run(
            job, period: try #require(Period(period)), parameters: ParameterValues(["amounts": amounts, "key": key]),
            trigger: .person
        ).record
    }

    @Test(arguments: Database.available)
    func `entries are numbered without gaps and chained by their hashes`(database: Database) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            #expect(try post(demo, key: "a", "100,200").summary.figures.first?.value == "1 2")
            #expect(try post(demo, key: "b", "300").summary.figures.first?.value == "3")
            let entries = try demo.store.read { connection in
                try ["a/0", "a/1", "b/0"].compactMap { try Journal.find(key: $0, in: connection) }
            }
            #expect(entries.map(\.number) == [1, 2, 3])
            var problems: [String] = []
            let extent = try demo.store.read { try Journal.check(in: $0, report: { problems.append($0) }) }
            #expect(problems == [] && extent.lastHash == entries.last?.hash && extent.entries == 3)
            #expect(
                try demo.store.read { try Journal.entries(of: RunID(rawValue: 1), in: $0) }.map(\.number) == [1, 2])
        }
    }

    @Test(arguments: Database.available)
    func `the same entry a second time is posted once, and another of its name is refused`(
        database: Database
    ) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            _ = try post(demo, key: "a", "100")
            // Another run with the same effect.
            #expect(try post(demo, key: "a", "100,200").summary.figures.first?.value == "1 2")
            let failure = refusal { _ = try post(demo, key: "a", "101") }
            #expect(failure?.summary == "The entry a/0 was posted before as number 1, with other contents.")
            let count = try demo.store.read { try $0.first("SELECT COUNT(*) FROM journal_entry") { try $0.int(0) } }
            #expect(count == 2)
        }
    }

    @Test(arguments: Database.available, ["journal_entry", "posting"])
    func `what is posted is never changed or deleted`(database: Database, table: String) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            _ = try post(demo, key: "a", "100")
            let before = try StoreDump.lines(of: demo.store)
            for statement in ["UPDATE \(table) SET entry_number = 7", "DELETE FROM \(table)"] {
                #expect(throws: StoreError.appendOnly(table: table)) {
                    try demo.store.write { _ = try $0.execute(statement) }
                }
            }
            #expect(try StoreDump.lines(of: demo.store) == before)
        }
    }

    @Test(arguments: [
        (
            "{account: \"7000\", name: \"Again\", type: expense}",
            "the account 7000 is declared twice (expected each once)"
        ),
        (
            "{account: \"70 00\", name: \"Blank\", type: expense}",
            "account \"70 00\" is not an account (expected e.g. 7000)"
        ),
        ("{account: \"7999\", name: \"Odd\", type: cost}", "type \"cost\" is not one of the choices"),
        ("{account: \"7999\", type: expense}", "name"),
        (
            "{account: \"7999\", name: \"Odd\", type: expense, section: revenue}",
            "the section revenue is not for accounts of the type expense (expected cost_of_sales, operating_expenses"
        ),
        (
            "{account: \"7999\", name: \"Odd\", type: expense, cash_flow: cash}",
            "only assets and liabilities are cash"
        ),
        ("{account: \"7999\", name: \"Odd\", type: asset, normal_side: left}", "normal_side \"left\""),
    ])
    func `a mistake in the chart of accounts is told with its line`(line: String, problem: String) throws {
        try DemoCompany.with(
            hasPeople: false, edit: ["config/accounts.yaml": { $0 + "  - \(line)\n" }]
        ) { demo in
            var problems = ProblemList()
            _ = ChartOfAccounts.load(for: demo.company, problems: &problems)
            #expect(problems.count == 1)
            let found = problems.problems.first
            #expect(found?.description.contains(problem) == true, "\(found as Any)")
            #expect(found?.location?.file == "config/accounts.yaml")
            let lines = try String(contentsOf: demo.directory.appending(path: "config/accounts.yaml"), encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false)
            #expect(found?.location?.line == lines.count - 1)
        }
    }
}
