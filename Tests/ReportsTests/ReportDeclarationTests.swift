import Amounts
import CompanyFixtures
import Configuration
import Diagnostics
import Foundation
import Store
import TestSupport
import Testing

@testable import Reports

/// What is wrong with a file of `config/reports` is said at its place.
struct ReportDeclarationTests {
    private static func problems(_ text: String) throws -> [String] {
        var problems = ProblemList()
        let document = try YAMLDocument(text: text, shownAs: "config/reports/test.yaml")
        let report = ReportFile(currency: .gbp, file: "config/reports/test.yaml").read(document, problems: &problems)
        #expect((report == nil) == !problems.isEmpty)
        return problems.problems.map(\.description)
    }

    private static func file(query: String = "SELECT account, base FROM ledger_posting", columns: String) -> String {
        """
        report: test
        title: Test
        parameters:
          period: {type: month}
          limit: {type: money, default: "1.00"}
        sheets:
          - sheet: One
            query: \(query)
            columns:
        \(columns.split(separator: "\n").map { "      - \($0)" }.joined(separator: "\n"))
        """
    }

    @Test func `a sound file is read`() throws {
        #expect(
            try Self.problems(
                Self.file(
                    columns: "{column: account}\n{column: base, sum: base}\n{column: x, type: money, formula: base * 2}"
                )
            ) == [])
    }

    @Test(arguments: [
        ("SELECT a FROM payslip", "8:27: there is no view payslip"),
        ("SELECT a FROM ledger_postng", "did you mean \"ledger_posting\""),
        ("DELETE FROM ledger_posting", "DELETE has no place"),
        ("SELECT 1 FROM ledger_posting; DROP TABLE run", "\";\" has no place"),
        ("SELECT pg_read_file('x') FROM ledger_posting", "there is no function pg_read_file"),
        ("SELECT a FROM ledger_posting, run", "tables are joined with JOIN"),
        ("SELECT a FROM ledger_posting JOIN run ON 1 = 1", "there is no view run"),
        ("SELECT a FROM (run)", "only a query stands in parentheses"),
        ("SELECT a FROM main.run", "main. is no view"),
        ("SELECT a FROM ledger_posting WHERE account IN run", "IN wants a list"),
        ("SELECT a FROM ledger_posting WHERE account = ?", "\"?\" has no place"),
        ("SELECT a FROM ledger_posting WHERE account = :perod", "there is no parameter :perod"),
        ("SELECT (SELECT 1 FROM users) FROM ledger_posting", "there is no view users"),
        ("WITH run AS (SELECT 1 FROM attempt) SELECT 1 FROM run", "there is no view attempt"),
        ("WITH RECURSIVE x AS (SELECT 1) SELECT 1 FROM x", "RECURSIVE has no place"),
        ("SELECT load_extension('x')", "there is no function load_extension"),
        ("SELECT a FROM ledger_posting WHERE (1 = 1", "a ( is not closed"),
        ("SELECT a FROM ledger_posting WHERE a = 'x", "has no end"),
        ("SELECT a INTO x FROM ledger_posting", "INTO has no place"),
        ("SELECT a FROM ledger_posting FOR UPDATE", "FOR has no place"),
        ("TABLE run", "TABLE has no place"),
    ])
    func `a query only reads, and only views`(query: String, problem: String) throws {
        let found = try Self.problems(Self.file(query: "\"\(query)\"", columns: "{column: a, type: text}"))
        #expect(found.contains { $0.hasPrefix("config/reports/test.yaml:8:") && $0.contains(problem) }, "\(found)")
    }

    @Test(arguments: [
        ("{column: account, type: date}", "9:", "account is date here and text in the view"),
        ("{column: other}", ":", "the query gives no column other"),
        ("{column: other, formula: base}", ":", "the type of other is not known from a view"),
        ("{column: a, type: money, formula: b}\n{column: b, type: money, formula: a}", ":", "uses itself"),
        ("{column: a, type: money, formula: nothing}", ":", "nothing"),
        ("{column: account}\n{column: account}", ":", "there are two columns account"),
        ("{column: account, sum: base, formula: base}", ":", "several sources"),
        ("{column: account, total: sum}", ":", "cannot be added up"),
        ("{column: account, titel: x}", ":", "\"titel\" is unknown"),
        ("{column: account, when: \"1 = 1\"}", ":", "when belongs to sum and count"),
        ("{column: base, sum: base, when: \"SELECT 1\"}", ":", "SELECT has no place in a condition"),
        ("{column: base, sum: base, when: \"day = :dy\"}", ":", "there is no parameter :dy"),
        ("{column: base, sum: base, mark: {bad: base}}", ":", "true or false"),
        ("{column: base, sum: base, mark: {terrible: base > 0}}", ":", "there is no mark terrible"),
        ("{column: Base, sum: base}", ":", "Base"),
    ])
    func `a column that cannot be is reported at its place`(columns: String, place: String, problem: String) throws {
        let found = try Self.problems(Self.file(columns: columns))
        #expect(found.contains { $0.hasPrefix("config/reports/test.yaml:") && $0.contains(problem) }, "\(found)")
    }

    @Test func `all mistakes of a file are said at once`() throws {
        let found = try Self.problems(
            """
            report: other
            title: Test
            sheets:
              - sheet: One
                query: SELECT a FROM nowhere
                columns:
                  - {column: a, type: colour}
              - sheet: one
                query: SELECT account FROM ledger_posting WHERE day = :day
                columns:
                  - {column: account}
            figures:
              - {label: X, sheet: Two, column: a}
            """)
        #expect(found.count >= 3, "\(found)")
        #expect(Set(found).count == found.count)
    }

    @Test func `what the database says of a query is told at the place of the query`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            var report = try ReportCatalog.load(for: demo.company).report("trial-balance")
            var problems = ProblemList()
            let query = LocatedText(
                text: "SELECT nothing FROM ledger_posting", location: .init(file: "x.yaml", line: 3, column: 5))
            report.sheets[0].query = try #require(QueryText.read(query, .query, problems: &problems))
            let engine = try ReportEngine(
                report, given: ["period": "2026-04"], of: demo.company, asOf: DemoCompany.now)
            let failure = refusal { _ = try engine.render(to: CollectingRenderer(), in: demo.store) }
            #expect(failure?.problems.first?.description.hasPrefix("x.yaml:3:5: ") == true, "\(failure as Any)")
            #expect(failure?.problems.first?.message.contains("nothing") == true, "\(failure as Any)")
        }
    }

    // MARK: - Views

    @Test func `the page of the views is what the views are`() throws {
        let page = repositoryRoot.appending(path: "docs/reference/report-views.md")
        let text = ReportViewsPage.text
        if ProcessInfo.processInfo.environment["STEWARD_RECORD"] != nil {
            try text.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == text)
    }

    @Test(arguments: Database.available)
    func `every column of every view is there, and no view is named like a table`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            let values = ReportArguments.sample([], currency: .gbp)
            let source = try ReportSource(
                demo.company, views: ReportViews.names, costCentres: ["EDI-SHOP"], dialect: demo.store.dialect)
            for view in ReportViews.all {
                #expect(Set(view.columns.map(\.name)).count == view.columns.count)
                try demo.store.read { connection in
                    var sql = BoundSQL()
                    sql.text = "WITH "
                    sql.append(try source.expressions([view.name], values))
                    sql.text += " SELECT \(view.columns.map(\.name).joined(separator: ", ")) FROM \(view.name)"
                    _ = try connection.all(sql.text, arguments: sql.arguments) { _ in 0 }
                }
            }
            // A view that was named like a table would be that table, of any time and with everybody's rows.
            for view in ReportViews.names {
                let refused = refusal {
                    _ = try demo.store.read { connection in
                        try connection.all("SELECT 1 FROM \(view) LIMIT 1") { _ in 0 }
                    }
                }
                #expect(refused != nil, "\(view)")
            }
        }
    }
}
