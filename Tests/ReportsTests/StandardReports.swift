import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store

@testable import Reports

/// The reports of the demo company, with what each wants to know.
enum StandardReports {
    static let names = [
        "aged-payables", "aged-receivables", "balance-sheet", "cash-flow", "data-quality", "employer-liabilities",
        "general-ledger", "job-health", "payroll-cost", "payroll-register", "payroll-variance", "profit-and-loss",
        "trial-balance",
    ]

    /// The demo company with a year and more of trade, and its monthly staff paid for April.
    static func withCompany<T>(
        _ database: Database = .sqlite, edit: [String: (String) -> String] = [:], _ body: (DemoCompany) throws -> T
    ) throws -> T {
        var edit = edit
        // The trade begins a year before the demo's books.
        edit["config/ledger.yaml"] = { $0.replacing("first_period: 2026-P04", with: "first_period: 2025-P01") }
        return try DemoCompany.with(database, edit: edit) { demo in
            try TradingBooks().post(to: demo.store, ChartOfAccounts.load(for: demo.company))
            try demo.run("payroll-monthly", "2026-04")
            return try body(demo)
        }
    }

    static func engine(
        _ name: String, _ demo: DemoCompany, asOf: Instant = DemoCompany.now, for reader: ReportReader = .all,
        given: [String: String]? = nil
    ) throws -> ReportEngine {
        let report = try ReportCatalog.load(for: demo.company).report(name)
        return try ReportEngine(
            report, given: given ?? arguments(of: name), of: demo.company, asOf: asOf, for: reader)
    }

    static func arguments(of name: String) -> [String: String] {
        switch name {
        case "aged-payables", "aged-receivables", "data-quality": ["day": "2026-04-28"]
        default: ["period": "2026-04"]
        }
    }
}

/// Keeps what goes by.
final class CollectingRenderer: ReportRenderer {
    private(set) var heading: ReportHeading?
    private(set) var sheets: [(heading: ReportSheetHeading, rows: [ReportRow], end: ReportSheetEnd?)] = []
    private(set) var end: ReportEnd?
    private(set) var isDiscarded = false

    func begin(_ heading: ReportHeading) throws { self.heading = heading }
    func beginSheet(_ sheet: ReportSheetHeading) throws { sheets.append((sheet, [], nil)) }
    func row(_ row: ReportRow) throws { sheets[sheets.count - 1].rows.append(row) }
    func endSheet(_ end: ReportSheetEnd) throws { sheets[sheets.count - 1].end = end }
    func finish(_ end: ReportEnd) throws -> [String] {
        self.end = end
        return []
    }
    func discard() { isDiscarded = true }

    /// The value of a column in the first row of a kind whose text, or first value, is this.
    func value(_ sheet: Int, _ kind: ReportRow.Kind, _ text: String, _ column: String) -> ReportValue? {
        let sheet = sheets[sheet]
        guard let index = sheet.heading.columns.firstIndex(where: { $0.key == column }) else { return nil }
        return sheet.rows.first { row in
            row.kind == kind && (row.text == text || (row.text.isEmpty && row.values.first == .text(text)))
        }?.values[index]
    }
}
