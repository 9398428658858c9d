import Amounts
import Calendars
import Diagnostics
import Foundation
import Jobs
import Ledger
import Payroll
import People
import Reports
import Store

/// A company whose one report lists every posting of its books: the rows that `bare_report.c` writes, too.
enum PostingsReport {
    static let names = MeasuredRegister.names
    static let centres = ["ADMIN", "BRS-SHOP", "EDI-SHOP", "FINANCE", "ONLINE", "WAREHOUSE"]

    private static let migrations = Migration.inOrder(
        JobsSchema.migrations, PeopleSchema.migrations, LedgerSchema.migrations, PayrollSchema.migrations)
    private static let recordedAt = Instant(microseconds: 1_767_225_600_000_000)  // 2026-01-01
    private static let batchEntries = 20_000

    private static let settings = """
        company: Thistle & Tide Ltd
        currency: GBP
        time_zone: Europe/London
        store: sqlite:store.db

        """

    private static let declaration = """
        report: postings
        title: Postings
        description: Every posting of the books.
        sheets:
          - sheet: Postings
            query: |
              SELECT entry, line, day, account, entry_description, cost_centre, project, debit, credit, base
                FROM ledger_posting
            key: [entry, line]
            columns:
              - {column: entry}
              - {column: line}
              - {column: day, title: Date}
              - {column: account}
              - {column: entry_description, title: Text}
              - {column: cost_centre}
              - {column: project}
              - {column: debit}
              - {column: credit}
              - {column: base, title: Amount}

        """

    /// Makes the company in an empty folder and fills its books.
    static func prepare(in folder: String, rows: Int) throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/config/reports", withIntermediateDirectories: true)
        try settings.write(toFile: folder + "/config/company.yaml", atomically: true, encoding: .utf8)
        try declaration.write(toFile: folder + "/config/reports/postings.yaml", atomically: true, encoding: .utf8)
        let store = try Company.load(from: folder).openStore(migrations: migrations, create: true)
        defer { try? store.close() }
        try store.migrate()
        let stamp = Stamp(run: nil, person: "benchmark", at: recordedAt)
        let entries = rows / 2
        var start = 0
        while start < entries {
            let end = min(entries, start + batchEntries)
            let batch = try (start..<end).map { try entry($0, of: entries) }
            _ = try store.write { connection in
                try Journal.post(batch, in: UnitOfWork(connection: connection, stamp: stamp, digest: nil))
            }
            start = end
        }
    }

    private static func entry(_ index: Int, of count: Int) throws -> JournalEntry {
        let amount = Int64(index * 7_919 % 1_000_000 + 1)
        // Excel's day 45292 is 2024-01-01.
        let firstDay = CalendarDate(dayNumber: 45_292 - 25_569)
        let dimensions = Dimensions(
            costCentre: centres[index % 6], project: index.isMultiple(of: 3) ? "P-\(index % 40)" : nil)
        return try JournalEntry(
            key: "benchmark/\(index)", date: firstDay.adding(days: index * 700 / count),
            description: names[index % 8],
            postings: [
                .init(
                    account: AccountCode("\(5_000 + index * 31 % 800)"), amount: Money(minorUnits: amount, .gbp),
                    dimensions: dimensions, description: ""),
                .init(
                    account: AccountCode("\(1_000 + index * 17 % 200)"), amount: Money(minorUnits: -amount, .gbp),
                    dimensions: dimensions, description: ""),
            ])
    }

    /// The measured part: what `steward report run postings -o PATH` does.
    static func make(in folder: String, to path: String) throws {
        let company = try Company.load(from: folder)
        let report = try ReportCatalog.load(for: company).report("postings")
        let store = try company.openStore(migrations: migrations)
        defer { try? store.close() }
        let engine = try ReportEngine(report, given: [:], of: company, asOf: recordedAt)
        _ = try engine.render(to: WorkbookRenderer(path: path), in: store)
    }
}
