import CompanyFixtures
import Configuration
import Diagnostics
import Jobs
import Store
import Testing

@testable import Reports

/// Everything that is wrong in a file is told at once, each mistake once and at its place, and nothing that is right.
struct ReportMistakesTests {
    private static func problems(_ text: String) throws -> [String] {
        var problems = ProblemList()
        let document = try YAMLDocument(text: text, shownAs: "t.yaml")
        let file = "config/reports/t.yaml"
        _ = ReportFile(currency: .gbp, file: file).read(document, problems: &problems)
        return problems.problems.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0): \($0.message)" }
            .sorted()
    }

    /// Of a report with one sheet whose query stands in line 8 from column 7 on, and whose columns follow from line 10 on.
    private static func problems(
        query: String = "SELECT account, day, month, base FROM ledger_posting", columns: [String],
        rest: [String] = []
    ) throws -> [String] {
        try problems(
            """
            report: t
            title: T
            parameters:
              period: {type: month}
            sheets:
              - sheet: One
                query: |
                  \(query)
                columns:
            \(columns.map { "      - \($0)" }.joined(separator: "\n"))
            \(rest.map { "    \($0)" }.joined(separator: "\n"))
            """)
    }

    @Test(arguments: [
        (
            "SELECT acount, base FROM ledger_posting",
            "8:14: no view here has a column acount; did you mean \"account\"?"
        ),
        (
            "SELECT p.account, p.bse FROM ledger_posting AS p",
            "8:25: no view here has a column p.bse; did you mean \"base\"?"
        ),
        (
            "SELECT account FROM ledger_posting WHERE dy = :period_first",
            "8:48: no view here has a column dy; did you mean \"day\"?"
        ),
        (
            "SELECT account -- acount\n      , acount FROM ledger_posting",
            "9:9: no view here has a column acount; did you mean \"account\"?"
        ),
        (
            "SELECT account FROM ledger_posting AS p JOIN ledger_account AS a ON a.account = p.account",
            "8:14: several of the views have a column account"
        ),
        ("SELECT account, rowid FROM ledger_posting", "8:23: rowid has no place in a query of a report"),
        ("SELECT account, FROM ledger_posting", "8:23: the database would refuse this: near \"FROM\": syntax error"),
        ("SELECT account FROM ledger_posting WHERE", "8:7: something is missing at the end"),
        ("SELECT x.account FROM ledger_posting AS p", "8:14: no view here has a column x.account"),
        (
            "SELECT account FROM ledger_posting WHERE day = :perod",
            "8:54: there is no parameter :perod; did you mean \"period\"?"
        ),
    ])
    func `a query that names what there is not is told at the name`(query: String, problem: String) throws {
        let found = try Self.problems(query: query, columns: ["{column: account, type: text}"])
        #expect(found == [problem])
    }

    @Test(arguments: [
        ("{column: acount, type: text}", "11:18: the query gives no column acount; did you mean \"account\"?"),
        (
            "{column: x, value: acount, type: text}",
            "11:28: the query gives no column acount; did you mean \"account\"?"
        ),
        ("{column: x, sum: bas, type: money}", "11:26: the query gives no column bas; did you mean \"base\"?"),
        (
            "{column: x, sum: base, when: acount = '1'}",
            "11:38: the query gives no column acount; did you mean \"account\"?"
        ),
        ("{column: x, sum: base, when: account =}", "11:38: something is missing at the end"),
        ("{column: x, sum: base, pivot: mnth}", "11:39: the query gives no column mnth; did you mean \"month\"?"),
        ("{column: x, sum: base, pivot: month, pivot_order: mn}", "11:59: the query gives no column mn"),
        ("{column: x, value: base, type: money, currency: currency}", "11:57: the query gives no column currency"),
        ("{column: x, formula: x + 1, type: money}", "11:30: the formula uses itself: x → x"),
    ])
    func `a column of what the query does not give is told at the name`(column: String, problem: String) throws {
        #expect(try Self.problems(columns: ["{column: account}", column]) == [problem])
    }

    @Test(arguments: [
        ("groups: [{by: acount}]", "12:19: the query gives no column acount; did you mean \"account\"?"),
        ("groups: [{by: account, heading: nme}]", "12:37: the query gives no column nme"),
        ("groups: [{by: account, order: plce}]", "12:35: the query gives no column plce"),
        ("order: [-bse]", "12:12: the query gives no column bse; did you mean \"base\"?"),
        ("key: [entry]", "12:10: the query gives no column entry"),
        (
            "charts: [{chart: bar, title: X, categories: account, values: [account]}]",
            "12:66: the column account holds no numbers"
        ),
        (
            "charts: [{chart: bar, title: X, categories: acount, values: [base]}]",
            "12:49: there is no column acount; did you mean \"account\"?"
        ),
    ])
    func `what a sheet says of columns is checked`(line: String, problem: String) throws {
        #expect(try Self.problems(columns: ["{column: account}", "{column: base}"], rest: [line]) == [problem])
    }

    @Test(arguments: [
        ("spread * 2", "12:43: spread is spread over several columns by its pivot, and formulas name single ones"),
        ("period + 1", "12:43: period is a period, which formulas cannot compute with"),
    ])
    func `a formula is told why it cannot use a name`(formula: String, problem: String) throws {
        let found = try Self.problems(columns: [
            "{column: account}", "{column: spread, sum: base, pivot: month}",
            "{column: x, type: money, formula: \(formula)}",
        ])
        #expect(found == [problem])
    }

    @Test func `a name in a title that stands for nothing is told`() throws {
        let found = try Self.problems(
            """
            report: t
            title: "Of {period_nme}"
            notes: ["{as_of}, {nothing}, {not a name}, {}"]
            parameters:
              period: {type: month}
            sheets:
              - sheet: One
                title: "{period_name} {value}"
                query: SELECT account, month, base FROM ledger_posting
                columns:
                  - {column: account, title: "{perid}"}
                  - {column: base, title: "{value} {period_last_plus_30}", sum: base, pivot: month}
                groups: [{by: account, label: "Sum of {heading}"}]
            figures:
              - {label: "{foo}", name: foo, column: base}
            """)
        #expect(
            found == [
                "11:34: {perid} stands for nothing; did you mean \"period\"?",
                "15:13: {foo} stands for nothing",
                "2:8: {period_nme} stands for nothing; did you mean \"period_name\"?",
                "3:8: {nothing} stands for nothing", "8:12: {value} stands for nothing",
            ], "\(found)")
    }

    @Test func `unknown view, column, type, parameter and a circle are told together, and nothing else`() throws {
        let found = try Self.problems(
            """
            report: t
            title: T
            parameters:
              d: {type: date, default: this}
              p: {type: period, default: last}
              m: {type: moth}
            sheets:
              - sheet: One
                query: SELECT account, base FROM ledger_postings WHERE month = :m AND day = :x
                columns:
                  - {column: account, type: colour}
                  - {column: base, type: money}
                  - {column: a, type: money, formula: b + base}
                  - {column: b, type: money, formula: a}
                  - {column: c, type: text, formula: account}
                charts: [{chart: bar, title: X, categories: account, values: [base]}]
              - sheet: Two
                query: SELECT acount, base FROM ledger_posting
                columns:
                  - {column: acount, type: text}
                  - {column: bas, type: money}
                  - {column: base, sum: base, when: "acunt = 1"}
                  - {column: x, type: money, formula: nothing + bas}
            figures:
              - {label: A, sheet: One, column: base}
              - {label: B, sheet: Two, column: bas}
              - {label: C, sheet: Three, column: base}
              - {label: D, sheet: Two, column: bases}
            """)
        #expect(
            found == [
                "11:33: type \"colour\" is not one of the choices", "14:43: the formula uses itself: a → b → a",
                "18:19: no view here has a column acount; did you mean \"account\"?",
                "21:18: the query gives no column bas; did you mean \"base\"?",
                "22:42: the query gives no column acunt", "23:43: unknown name \"nothing\"",
                "27:23: there is no sheet \"Three\"",
                "28:36: the sheet Two has no total of \"bases\"; did you mean \"base\"?",
                "4:28: \"this\" is no date", "5:30: \"last\" is no period",
                "6:13: type \"moth\" is not one of the choices; did you mean \"month\"?",
                "9:38: there is no view ledger_postings; did you mean \"ledger_posting\"?",
                "9:81: there is no parameter :x",
            ], "\(found)")
    }

    @Test func `every report that comes with Steward is understood`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            let reports = ReportCatalog.load(for: demo.company).reports
            #expect(reports.count == StandardReports.names.count)
        }
    }

    @Test func `a file with mistakes stands in no other's way, and whoever asks for its report is told them`() throws {
        try DemoCompany.with(
            hasPeople: false, edit: ["config/reports/cash-flow.yaml": { $0 + "colour: red\n" }]
        ) { demo in
            let catalog = ReportCatalog.load(for: demo.company)
            #expect(catalog.reports.count == StandardReports.names.count - 1)
            #expect(catalog.mistakes.keys.sorted() == ["cash-flow"])
            let other = try catalog.report("trial-balance")
            #expect(other.name == "trial-balance")
            let mistakes = refusal { _ = try catalog.report("cash-flow") }
            #expect(mistakes?.exitCode == .usage)
            #expect(mistakes?.problems.map(\.message) == catalog.problems.problems.map(\.message))
            #expect(mistakes?.problems.first?.message.contains("colour") == true)
            #expect(refusal { _ = try catalog.report("cash-flaw") }?.summary.contains("\"cash-flow\"") == true)

            let mailed = refusal {
                _ = try Mailing(
                    ParameterValues(["report": "cash-flow", "to": "cfo@northgate.example"]), of: demo.company)
            }
            #expect(mailed?.problems == mistakes?.problems)
        }
    }

    @Test func `a probe says what a statement gives, and where it is wrong`() throws {
        let probe = try #require(StatementProbe(tables: [("posting", ["account", "amount"])]))
        #expect(
            probe.answer("SELECT account AS a, SUM(amount) FROM posting WHERE amount > ?")
                == .columns(["a", "SUM(amount)"]))
        #expect(probe.answer("SELECT acount FROM posting") == .refusal("no such column: acount", offsetBytes: 7))
        #expect(probe.answer("SELECT account FROM entry") == .refusal("no such table: entry", offsetBytes: nil))
    }
}
