import Amounts
import Configuration
import Diagnostics
import Testing

@testable import Reports

/// What is wrong with a letter is said at its place, before it is ever sent.
struct LetterTests {
    private static func report(_ name: String) throws -> ReportDeclaration {
        var problems = ProblemList()
        let file = "config/reports/\(name).yaml"
        let document = try YAMLDocument(
            text: """
                report: \(name)
                title: Cost
                sheets:
                  - sheet: One
                    query: SELECT account, base FROM ledger_posting
                    columns:
                      - {column: account}
                      - {column: base, sum: base}
                figures:
                  - {label: "Net pay {currency}", column: base}
                  - {label: Of rent, name: rent, row: "7100", column: base}
                """, shownAs: file)
        let report = ReportFile(currency: .gbp, file: file).read(document, problems: &problems)
        return try #require(report, "\(problems.problems)")
    }

    private static func read(_ text: String, _ reports: [String]) throws -> (LetterTemplate?, [String]) {
        var problems = ProblemList()
        let names = LetterNames(of: try reports.map(report))
        let letter = LetterTemplate.read(text, in: "config/letters/a.mustache", names, problems: &problems)
        #expect((letter == nil) == !problems.isEmpty)
        return (letter, problems.problems.map(\.description))
    }

    @Test func `a letter says what it is told to, in words and not in HTML`() throws {
        let (letter, problems) = try Self.read(
            """
            {{! Of the
                month. }}

            Subject: {{company}}: {{pay-cost.net_pay}}

            {{#reports}}
            {{uppercased(title)}}:
            {{#figures}}
              {{label}}: {{value}}{{^last()}};{{/last()}}
            {{/figures}}
            {{/reports}}
            {{#cost_centres}}Only {{cost_centres}}.{{/cost_centres}}{{^attached}}Not attached.{{/attached}}
            {{rent}}
            """, ["pay-cost"])
        #expect(problems == [])
        let figures: [[String: Any]] = [["label": "Net", "value": "GBP 1"], ["label": "Rent", "value": "GBP 2"]]
        let report: [String: Any] = ["title": "Cost", "net_pay": "GBP 1", "rent": "GBP 2", "figures": figures]
        let text = try #require(letter).letter(
            ["company": "Tom & <Co>", "pay-cost": report, "reports": [report], "rent": "GBP 2"])
        #expect(text.subject == "Tom & <Co>: GBP 1")
        #expect(text.text == "COST:\n  Net: GBP 1;\n  Rent: GBP 2\nNot attached.\nGBP 2")
        #expect(text.html.contains("<title>Tom &amp; &lt;Co&gt;: GBP 1</title>"))
    }

    @Test(arguments: [
        ("Hello", "a.mustache:1:1: the letter does not begin with its subject"),
        ("{{! c }}\n\nTo: x", "a.mustache:3:1: the letter does not begin"),
        ("Subject:  \n\ntext", "a.mustache:1:1: the letter has no subject"),
        ("Subject: a\nb", "a.mustache:2:1: the subject is one line"),
        (
            "Subject: {{net_pya}}\n\nb",
            "a.mustache:1:10: the letter names \"net_pya\", which there is not; did you mean \"net_pay\"?"
        ),
        ("Subject: a\n\nb {{pay-cost.nett}}", "a.mustache:3:3: the letter names \"pay-cost.nett\""),
        ("Subject: a\n\n{{#reports}}\n{{net_pay2}}\n{{/reports}}", "a.mustache:4:1: the letter names \"net_pay2\""),
        ("Subject: a\n\n{{#figures}}{{rows.label}}{{/figures}}", "a.mustache:3:13: the letter names \"rows.label\""),
        ("Subject: a\n\n{{figures}}", "a.mustache:3:1: figures is made of several"),
        ("Subject: a\n\n{{pay-cost}}", "a.mustache:3:1: pay-cost is made of several"),
        ("Subject: a\n\n{{#figures}}x", "a section is not ended"),
        ("Subject: a\n\nx\n{{#figures}}x{{/reports}}", "a.mustache:4:"),
        ("Subject: a\n\nb {{title", "a.mustache:3:"),
        ("Subject: a\n\n{{>other}}", "a.mustache:3:1: a letter takes no {{>other}}"),
        ("Subject: a\n\n{{=<% %>=}}", "a letter takes no {{="),
        ("Subject: a\n\n{{shouted(title)}}", "a.mustache:3:1: there is no function \"shouted\""),
        ("Subject: a\n\n{{lowercased(titel)}}", "a.mustache:3:1: the letter names \"titel\""),
        (
            "Subject: a\n\n{{#reports}}{{#reports}}{{/reports}}{{/reports}}",
            "a.mustache:3:13: reports stands within itself"
        ),
        (
            "Subject: a\n\n" + String(repeating: "{{#attached}}", count: 2_400)
                + String(repeating: "{{/attached}}", count: 2_400), "a.mustache:3:209: more than 16 sections"
        ),
        (
            "Subject: a\n\n{{" + String(repeating: "count(", count: 5_000) + "rows"
                + String(repeating: ")", count: 5_000)
                + "}}", "a.mustache:3:1: a tag has 35004 characters"
        ),
    ])
    func `a mistake is told at its place`(text: String, problem: String) throws {
        let (_, problems) = try Self.read(text, ["pay-cost"])
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    }

    @Test func `with several reports a figure is named by its report`() throws {
        let (_, problems) = try Self.read("Subject: {{a.net_pay}} {{b.rent}} {{net_pay}}\n\n", ["a", "b"])
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("config/letters/a.mustache:1:35: the letter names \"net_pay\""), "\(problems)")
    }

    @Test(arguments: [
        ("{label: Title, column: base}", "a figure cannot be called title in letters"),
        ("{label: \"2026\", column: base}", "a figure cannot be called \"2026\" in letters"),
        ("{label: A, column: base}\n  - {label: B, name: a, column: base}", "there are two figures a"),
        ("{label: A, column: bas}", "has no total of \"bas\""),
        ("{label: A, row: B, column: bas}", "has no column \"bas\""),
    ])
    func `a figure has a name of its own and is of a column`(figure: String, problem: String) throws {
        var problems = ProblemList()
        let document = try YAMLDocument(
            text: """
                report: a
                title: A
                sheets:
                  - {sheet: One, query: SELECT base FROM ledger_posting, columns: [{column: base, sum: base}]}
                figures:
                  - \(figure)
                """, shownAs: "config/reports/a.yaml")
        let report = ReportFile(currency: .gbp, file: "config/reports/a.yaml").read(document, problems: &problems)
        #expect(report == nil && problems.problems.contains { $0.message.contains(problem) }, "\(problems.problems)")
    }
}
