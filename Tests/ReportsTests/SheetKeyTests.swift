import Amounts
import CompanyFixtures
import Configuration
import Diagnostics
import Foundation
import Jobs
import Store
import Testing

@testable import Reports

/// What `key` of a sheet means: rows in an order that the database need not sort for, and that is the same nevertheless.
struct SheetKeyTests {
    private static func report(_ sheet: String) throws -> ReportDeclaration {
        let text = """
            report: postings
            title: Postings
            sheets:
              - sheet: Postings
            \(sheet.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            """
        var problems = ProblemList()
        let document = try YAMLDocument(text: text, shownAs: "config/reports/postings.yaml")
        let report = ReportFile(currency: .gbp, file: "config/reports/postings.yaml").read(
            document, problems: &problems)
        try problems.throwIfAny(consequence: "no report was read")
        return try #require(report)
    }

    private static func postings(key: String, order: String = "[]") throws -> ReportDeclaration {
        try report(
            """
            query: SELECT entry, line, day, account, base FROM ledger_posting
            order: \(order)
            key: \(key)
            columns:
              - {column: account}
              - {column: base}
            """)
    }

    private static func rows(_ report: ReportDeclaration, _ demo: DemoCompany) throws -> [ReportRow] {
        let renderer = CollectingRenderer()
        _ = try ReportEngine(report, given: [:], of: demo.company, asOf: DemoCompany.now).render(
            to: renderer, in: demo.store)
        return renderer.sheets[0].rows
    }

    @Test(arguments: Database.available)
    func `rows stand in the order of their key, whether it is shown or not`(database: Database) throws {
        try StandardReports.withCompany(database) { demo in
            let stored = try demo.store.read { connection in
                try connection.all("SELECT account, base_minor FROM posting ORDER BY entry_number, line") {
                    [ReportValue.text(try $0.text(0)), .money(Money(minorUnits: try $0.int(1), .gbp))]
                }
            }
            #expect(stored.count > 100)
            let byKey = try Self.rows(Self.postings(key: "[entry, line]"), demo)
            #expect(byKey.filter { $0.kind == .row }.map(\.values) == stored)
            // What is asked for goes before the key, and the key decides among equals.
            let byAccount = try Self.rows(Self.postings(key: "[entry, line]", order: "[-account]"), demo)
            let expected = Dictionary(grouping: stored, by: { $0[0] }).sorted { a, b in
                guard case .text(let a) = a.key, case .text(let b) = b.key else { return false }
                return a > b
            }.flatMap(\.value)
            #expect(byAccount.filter { $0.kind == .row }.map(\.values) == expected)
        }
    }

    @Test func `SQLite reads the rows of a key from its index and sorts nothing`() throws {
        try StandardReports.withCompany { demo in
            func steps(_ report: ReportDeclaration) throws -> [String] {
                let engine = try ReportEngine(report, given: [:], of: demo.company, asOf: DemoCompany.now)
                let values = try engine.arguments.queryValues(of: demo.company, asOf: engine.asOf)
                return try demo.store.read { connection in
                    let plan = try SheetPlan(
                        report.sheets[0], report.parameters, values, engine.source(.sqlite), in: connection)
                    return try connection.all(
                        "EXPLAIN QUERY PLAN " + plan.statement.text, arguments: plan.statement.arguments
                    ) { try $0.text(3) }
                }
            }
            let (keyed, plain) = (try steps(Self.postings(key: "[entry, line]")), try steps(Self.postings(key: "[]")))
            #expect(!keyed.contains { $0.contains("TEMP B-TREE") }, "\(keyed)")
            #expect(plain.contains { $0.contains("TEMP B-TREE") }, "\(plain)")
        }
    }

    @Test(arguments: Database.available)
    func `a key that several rows have is refused, and nothing is left`(database: Database) throws {
        try StandardReports.withCompany(database) { demo in
            let path = demo.directory.appending(path: "postings.xlsx").path
            let engine = try ReportEngine(
                Self.postings(key: "[entry]"), given: [:], of: demo.company, asOf: DemoCompany.now)
            let failure = refusal { _ = try engine.render(to: WorkbookRenderer(path: path), in: demo.store) }
            #expect(
                failure?.problems.first?.description
                    == "config/reports/postings.yaml:4:5: several rows of the query have the same entry "
                    + "(expected in key, columns that tell each row from every other)", "\(failure as Any)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a key has no place where rows are added up`() throws {
        let failure = refusal {
            _ = try Self.report(
                """
                query: SELECT account, base FROM ledger_posting
                key: [account]
                columns:
                  - {column: account}
                  - {column: base, sum: base}
                """)
        }
        #expect(
            failure?.problems.map(\.description) == [
                "config/reports/postings.yaml:6:10: rows that are added up are told apart by the columns without sum and count "
                    + "(expected no key beside sum and count)"
            ], "\(failure as Any)")
    }
}
