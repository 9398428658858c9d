import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Interchange
import Store
import TestSupport

@testable import Ledger

/// A company that imports journals, with a chart of its own and rounding and conversion accounts.
struct ImportDesk {
    let demo: DemoCompany

    static let chart = """
        # Ours.
        accounts:
          - {account: "1100", name: "Debtors", type: asset, control: customer}
          - {account: "1200", name: "Bank", type: asset, cash_flow: cash}
          - {account: "1210", name: "Euro bank", type: asset, currency: EUR, import_name: "assets:euro"}
          - {account: "3000", name: "Capital", type: equity}
          - {account: "3910", name: "Conversion", type: equity}
          - {account: "4000", name: "Sales", type: income, import_name: ["income:sales", "income:shop"]}
          - {account: "7990", name: "Rounding", type: expense}

        """

    private static let ledger = """
        fiscal_year: {month: 1}
        first_period: 2026-P04
        accounts:
          retained_earnings: "3000"
          opening_balances: "3000"
          conversion: "3910"
          rounding: "7990"
          exchange_gain: "4000"
          exchange_loss: "7990"
          unrealised_gain: "4000"
          unrealised_loss: "7990"

        """

    static func with<T>(
        _ database: Database = .sqlite, chart: String = chart, firstPeriod: String = "2026-P04",
        edit: [String: (String) -> String] = [:],
        _ body: (ImportDesk) throws -> T
    ) throws -> T {
        try DemoCompany.with(database, hasPeople: false, edit: edit) { demo in
            try chart.write(to: demo.directory.appending(path: ChartOfAccounts.file), atomically: true, encoding: .utf8)
            try ledger.replacing("2026-P04", with: firstPeriod).write(
                to: demo.directory.appending(path: LedgerSettings.file), atomically: true, encoding: .utf8)
            return try body(ImportDesk(demo: demo))
        }
    }

    func chart() throws -> ChartOfAccounts { try ChartOfAccounts.load(for: demo.company) }

    func settings(_ format: JournalImport.Format) -> JournalImport.Settings {
        var settings = JournalImport.Settings(format, base: .gbp)
        settings.roundingAccount = AccountCode("7990")
        settings.conversionAccount = AccountCode("3910")
        return settings
    }

    /// Imports a text as the file `j`, and writes new accounts into the chart.
    @discardableResult
    func read(
        _ text: String, _ format: JournalImport.Format = .text(.hledger), rates: [ExchangeRate] = [],
        _ edit: (inout JournalImport.Settings) -> Void = { _ in }
    ) throws -> JournalImport.Result {
        let file = demo.directory.appending(path: "j")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try read(contentsOf: file, format, rates: rates, edit)
    }

    func read(
        contentsOf file: URL, _ format: JournalImport.Format, rates: [ExchangeRate] = [],
        _ edit: (inout JournalImport.Settings) -> Void = { _ in }
    ) throws -> JournalImport.Result {
        var settings = settings(format)
        edit(&settings)
        let importing = JournalImport(
            settings, chart: try chart(), rates: try ExchangeRateTable(rates, pivot: .gbp))
        let stamp = Stamp(run: nil, person: "ann", at: DemoCompany.now)
        let result = try demo.store.write { connection in
            let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
            try Journal.adoptConfiguration(of: demo.company, in: unit)
            return try importing.run(contentsOf: file.path, shownAs: "j", in: unit)
        }
        if !result.newAccounts.isEmpty {
            let addition = try ChartAddition(
                result.newAccounts, toChartAt: demo.company.path(ChartOfAccounts.file))
            try Data(addition.contents).write(to: URL(filePath: addition.path))
        }
        return result
    }

    /// What is wrong with a text; what was posted of it.
    func problems(
        _ text: String, _ format: JournalImport.Format = .text(.hledger),
        _ edit: (inout JournalImport.Settings) -> Void = { _ in }
    ) throws -> [String] {
        do {
            try read(text, format, edit)
            return []
        } catch let error as any ReportableError {
            return error.failure.problems.isEmpty
                ? [error.failure.summary] : error.failure.problems.map(\.description)
        }
    }

    func entries() throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        try demo.store.read { connection in
            try JournalReader.forEach(in: connection) { entries.append(try $0.entry()) }
        }
        return entries
    }

    /// `1200 GBP -20.00 = GBP -20.00` of each posting.
    func postings() throws -> [String] {
        try entries().flatMap(\.postings).map { "\($0.account) \($0.amount) = \($0.base)" }
    }

    /// Whether the chain is sound.
    func verify() throws -> [String] {
        var problems: [String] = []
        try demo.store.read { _ = try Journal.check(in: $0, report: { problems.append($0) }) }
        return problems
    }
}
