import CompanyFixtures
import Configuration
import Diagnostics
import Foundation
import Jobs
import Store
import Testing

@testable import Reports

/// Columns for each value of any column, and charts of them.
struct PivotTests {
    /// A report with one sheet.
    static func report(query: String, columns: [String], rest: [String] = []) throws -> ReportDeclaration {
        let text = """
            report: spread
            title: Spread
            parameters:
              period: {type: month, default: 2026-04}
            sheets:
              - sheet: One
                query: "\(query)"
                columns:
            \(columns.map { "      - \($0)" }.joined(separator: "\n"))
            \(rest.map { "    \($0)" }.joined(separator: "\n"))
            """
        var problems = ProblemList()
        let file = "config/reports/spread.yaml"
        let report = ReportFile(currency: .gbp, file: file).read(
            try YAMLDocument(text: text, shownAs: file), problems: &problems)
        try problems.throwIfAny(consequence: "no report was read")
        return try #require(report)
    }

    static func made(_ report: ReportDeclaration, _ demo: DemoCompany) throws -> CollectingRenderer {
        let renderer = CollectingRenderer()
        _ = try ReportEngine(report, given: [:], of: demo.company, asOf: DemoCompany.now).render(
            to: renderer, in: demo.store)
        return renderer
    }

    private static let amounts = "{column: amount, title: \"{value}\", sum: base, pivot: what}"

    @Test(arguments: Database.available)
    func `a pivot is by numbers, dates and texts, in their order, with those that have none at the end`(
        database: Database
    ) throws {
        try StandardReports.withCompany(database) { demo in
            for (what, titles) in [
                ("line", ["1", "2", "3", "4", "5"]),
                ("CASE WHEN line = 1 THEN NULL ELSE line + 8 END", ["10", "11", "12", "13", "(none)"]),
                ("CASE line WHEN 1 THEN 'a b' WHEN 2 THEN 'a-b' ELSE '' END", ["(none)", "a b", "a-b"]),
                ("month", ["2025-01", "2025-02", "2025-03"]),
            ] {
                let query = "SELECT base, \(what) AS what FROM ledger_posting WHERE line <= 5"
                let renderer = try Self.made(
                    Self.report(query: query, columns: [Self.amounts, "{column: all, sum: base, type: money}"]), demo)
                let sheet = renderer.sheets[0]
                #expect(Array(sheet.heading.columns.map(\.title).prefix(titles.count)) == titles, "\(what)")
                #expect(Set(sheet.heading.columns.map(\.key)).count == sheet.heading.columns.count, "\(what)")
                // Nothing falls between the columns.
                let row = try #require(sheet.rows.first { $0.kind == .row })
                let amounts = row.values.map { if case .money(let money) = $0 { money.minorUnits } else { Int64(0) } }
                #expect(amounts.dropLast().reduce(0, +) == amounts.last, "\(what)")
            }
        }
    }

    @Test func `columns that are spread together name the value over them, or where their titles do`() throws {
        try StandardReports.withCompany { demo in
            let query = "SELECT account, base, kind AS what FROM ledger_posting WHERE kind = 'normal'"
            let count = "{column: n, title: Number, count: true, pivot: what}"
            let grouped = try Self.made(
                Self.report(
                    query: query,
                    columns: ["{column: account}", "{column: s, title: Sum, sum: base, pivot: what}", count]), demo)
            #expect(grouped.sheets[0].heading.columns.map(\.fullTitle) == ["Account", "normal Sum", "normal Number"])
            let titled = try Self.made(
                Self.report(
                    query: query,
                    columns: [
                        "{column: account}", "{column: s, title: \"Sum {value}\", sum: base, pivot: what}", count,
                    ]), demo)
            #expect(titled.sheets[0].heading.columns.map(\.fullTitle) == ["Account", "Sum normal", "Number"])
        }
    }

    @Test func `a chart of a pivot has a series for each of its columns, and a title with the parameters`() throws {
        try StandardReports.withCompany { demo in
            let renderer = try Self.made(
                Self.report(
                    query: "SELECT account, base, journal AS what FROM ledger_posting WHERE account LIKE '4%'",
                    columns: ["{column: account}", Self.amounts],
                    rest: ["charts: [{chart: bar, title: \"To {period_name}\", categories: account, values: [amount]}]"]
                ),
                demo)
            let chart = try #require(renderer.sheets[0].end?.charts.first)
            #expect(chart.title == "To April 2026")
            #expect(chart.series.map(\.name) == renderer.sheets[0].heading.columns.dropFirst().map(\.title))
        }
    }

    @Test func `a chart of too many rows is left out, and that is said`() throws {
        try StandardReports.withCompany { demo in
            let renderer = try Self.made(
                Self.report(
                    query: "SELECT entry, line, base FROM ledger_posting",
                    columns: ["{column: entry}", "{column: line}", "{column: base}"],
                    rest: [
                        "key: [entry, line]", "charts: [{chart: bar, title: All, categories: entry, values: [base]}]",
                    ]),
                demo)
            let end = try #require(renderer.sheets[0].end)
            #expect(end.charts.isEmpty)
            #expect(end.notes == ["The chart \"All\" is left out: there are more than 60 rows."])
        }
    }

    @Test func `in JSON every value has a key of its own, and none that says what the row is`() throws {
        try StandardReports.withCompany { demo in
            let report = try Self.report(
                query: "SELECT kind, account AS text, base FROM ledger_posting WHERE entry = 1",
                columns: ["{column: kind}", "{column: text, type: text}", "{column: level, value: base, type: money}"])
            let file = demo.directory.appending(path: "t.json")
            let engine = try ReportEngine(report, given: [:], of: demo.company, asOf: DemoCompany.now)
            _ = try engine.render(to: ReportFormat.json.renderer(path: file.path), in: demo.store)
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains("{\"kind\": \"row\", \"kind_2\": \"opening\", \"text_2\": "), "\(text)")
            #expect(text.contains("{\"key\": \"kind_2\", \"title\": \"Kind\""))
        }
    }

    @Test func `whole numbers are numbers, and what is computed with fractions is told at its column`() throws {
        try StandardReports.withCompany { demo in
            let query = "SELECT account, line, base * 1.5 AS half FROM ledger_posting WHERE entry = 1"
            let renderer = try Self.made(
                Self.report(query: query, columns: ["{column: n, sum: line, type: number, places: 1}"]), demo)
            let sheet = renderer.sheets[0]
            #expect(sheet.heading.columns[0].text(of: sheet.rows[0].values[0]) == "36.0")
            let report = try Self.report(query: query, columns: ["{column: account}", "{column: half, type: number}"])
            let failure = refusal { _ = try Self.made(report, demo) }
            let problem = try #require(failure?.problems.first)
            #expect(problem.location?.line == 10, "\(problem)")
            #expect(problem.description.contains("fractions are not computed by the query"), "\(problem)")
        }
    }

    @Test func `a figure of nothing is nought`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            let report = try ReportCatalog.load(for: demo.company).report("job-health")
            let renderer = CollectingRenderer()
            _ = try ReportEngine(report, given: ["period": "2026-04"], of: demo.company, asOf: DemoCompany.now)
                .render(to: renderer, in: demo.store)
            #expect(renderer.end?.figures.map(\.text) == ["0", "0", "0"])
        }
    }
}
