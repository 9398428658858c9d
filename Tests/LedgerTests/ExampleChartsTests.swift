import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport
import Testing

@testable import Ledger

/// The charts that a company can begin with: `config/charts`.
@Suite struct ExampleChartsTests {
    private static let names = ["uk", "us"]

    private func withChart<T>(_ name: String, _ body: (DemoCompany, ChartOfAccounts) throws -> T) throws -> T {
        try DemoCompany.with(hasPeople: false) { demo in
            let file = demo.directory.appending(path: ChartOfAccounts.file)
            try FileManager.default.removeItem(at: file)
            try FileManager.default.copyItem(
                at: demo.directory.appending(path: "config/charts/\(name).yaml"), to: file)
            return try body(demo, try ChartOfAccounts.load(for: demo.company))
        }
    }

    @Test(arguments: names)
    func `a chart has every account that the rest of the working set names`(name: String) throws {
        try withChart(name) { demo, chart in
            var problems = ProblemList()
            let settings = LedgerSettings.load(for: demo.company, problems: &problems)
            #expect(problems.problems.map(\.description) == [])
            #expect(settings?.accounts?.rounding == AccountCode("7990"))
            let demoChart = try DemoCompany.with(hasPeople: false) { try ChartOfAccounts.load(for: $0.company) }
            let missing = demoChart.accounts.map(\.code).filter { chart[$0] == nil }
            #expect(missing == [])
            for account in demoChart.accounts { #expect(chart[account.code]?.type == account.type, "\(account.code)") }
        }
    }

    @Test func `the boxes of the VAT return are those that there are`() throws {
        try withChart("uk") { _, chart in
            let boxes = chart.accounts.compactMap { chart.details(of: $0.code).taxBox }
            let known: Set<String> = ["VAT 1", "VAT 2", "VAT 4", "VAT 6", "VAT 6, 8", "VAT 7", "VAT 7, 9"]
            #expect(Set(boxes) == known)
            for account in chart.accounts where account.section == .revenue {
                #expect(chart.details(of: account.code).taxBox?.hasPrefix("VAT 6") == true, "\(account.code)")
            }
            // Boxes 1, 2 and 4 are tax, and tax stands among the liabilities.
            for account in chart.accounts {
                guard let box = chart.details(of: account.code).taxBox else { continue }
                let isTax = ["VAT 1", "VAT 2", "VAT 4"].contains(box)
                #expect(isTax == (account.type == .liability), "\(account.code)")
            }
        }
    }

    @Test func `every income and expense of the American chart that is deductible has its lines`() throws {
        try withChart("us") { _, chart in
            let without = chart.accounts.filter {
                !$0.type.isOfBalanceSheet && chart.details(of: $0.code).taxBox == nil
            }
            #expect(without.map(\.code.rawValue) == ["4901", "7800", "7951", "9010"])
        }
    }

    @Test(arguments: names)
    func `every account is on a line of every statement that it belongs to`(name: String) throws {
        try withChart(name) { demo, chart in
            var random = SplitMix64(state: 7)
            let bank = AccountCode("1200")
            let day = DemoCompany.now.utc.date
            // Each account once, against the bank, so that none can hide in another.
            let entries = try chart.accounts.filter { $0.code != bank }.enumerated().map { index, account in
                let amount = Money(minorUnits: Int64.random(in: 1...1_000_000, using: &random), .gbp)
                let currency = chart.details(of: account.code).currency ?? .gbp
                let debit = account.normalSide == .debit
                let own = Money(minorUnits: amount.minorUnits, currency)
                return try JournalEntry(
                    key: "chart/\(index)", date: day.adding(days: index % 60), description: account.name,
                    postings: try [
                        JournalEntry.Posting(
                            account: account.code, amount: debit ? own : own.negated(),
                            base: debit ? amount : amount.negated(),
                            party: chart.controlAccounts[account.code].map { Party($0, "P1") }, description: ""),
                        JournalEntry.Posting(
                            account: bank, amount: debit ? own.negated() : own, base: debit ? amount.negated() : amount,
                            description: ""),
                    ])
            }
            try demo.store.write { connection in
                _ = try Journal.post(
                    entries,
                    in: UnitOfWork(
                        connection: connection, stamp: Stamp(run: nil, person: "ann", at: DemoCompany.now), digest: nil)
                )
            }
            let accounts = try StatementAccounts(chart.accounts, currency: .gbp)
            let days = CalendarDate.earliest...CalendarDate.latest
            let movements = try demo.store.read { try AccountBalances.movements(days, .gbp, in: $0) }
            #expect(movements.count == chart.accounts.count)
            let period = StatementPeriod(label: "all", movements: movements)
            for detail in [StatementDetail.accounts, .reportLines] {
                let profit = try ProfitAndLoss.statement([period], accounts, detail: detail)
                let sheet = try BalanceSheet.statement([period], accounts, detail: detail)
                let shownInProfit = Set(profit.lines.flatMap(\.accounts))
                let shownInSheet = Set(sheet.lines.flatMap(\.accounts))
                for account in chart.accounts {
                    #expect(shownInProfit.contains(account.code) != account.type.isOfBalanceSheet, "\(account.code)")
                    if account.type.isOfBalanceSheet {
                        #expect(shownInSheet.contains(account.code), "\(account.code)")
                    }
                }
            }
            // It throws where the cash flow does not tie to the change of cash.
            let flow = try CashFlowStatement.statement([period], accounts, detail: .accounts)
            let shownInFlow = Set(flow.lines.flatMap(\.accounts))
            for account in chart.accounts { #expect(shownInFlow.contains(account.code), "\(account.code)") }
            _ = try TrialBalance.statement(of: period, accounts)
        }
    }
}
