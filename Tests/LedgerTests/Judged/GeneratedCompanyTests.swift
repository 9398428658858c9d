import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Interchange
import Store
import TestSupport
import Testing

@testable import Ledger

/// The books of a company in three currencies, judged by hledger, Ledger and Beancount.
@Suite(.serialized) struct GeneratedCompanyTests {
    private static let seed: UInt64 = 2026
    /// With a year's end.
    private static let fewMonths = 7

    private static func months(_ count: Int) -> [CalendarDate] {
        (0..<count).map { GeneratedCompany.firstMonth.adding(months: $0) }
    }

    private static func export(_ company: GeneratedCompany, _ format: TextJournalFormat) throws -> Data {
        let chart = try ChartOfAccounts.load(for: company.demo.company)
        var bytes: [UInt8] = []
        _ = try company.demo.store.read { connection in
            try JournalExport(.text(format), chart: chart, base: .gbp)
                .run(CalendarDate.earliest...CalendarDate.latest, in: connection) { bytes += $0 }
        }
        return Data(bytes)
    }

    /// Sub-ledgers agree with their accounts at the end of each month, and journal and snapshots with themselves.
    private static func problems(_ company: GeneratedCompany, _ monthCount: Int) throws -> [String] {
        var problems: [String] = []
        try company.demo.store.read { connection in
            try Journal.check(in: connection, report: { problems.append($0) })
            try PeriodSnapshots.verify(in: connection) { problems.append($0) }
            for month in months(monthCount) {
                for row in try ControlBalances.rows(on: month.lastOfMonth, .gbp, in: connection) where !row.agrees {
                    problems.append("\(month) \(row)")
                }
            }
            if try PeriodSnapshots.valid(in: connection).count != monthCount + (monthCount + 6) / 12 {
                problems.append("snapshots are missing")
            }
        }
        return problems
    }

    private static func statement(
        _ kind: StatementKind, _ month: CalendarDate, _ accounts: StatementAccounts, _ connection: Connection
    ) throws -> Statement {
        try StatementRequest(
            kind, of: StatementSpan(Period(.month, containing: month)), detail: .accounts, cycle: .calendarYear
        ).statement(accounts, Budget([]), in: connection)
    }

    private static let undisturbed = Result {
        try GeneratedCompany.with(.sqlite, seed: seed, hasFaults: false) { company in
            try company.live(months: fewMonths)
            #expect(company.faultCount == 0)
            #expect(try problems(company, fewMonths) == [])
            return try export(company, .hledger)
        }
    }

    @Test(arguments: Database.available)
    func `faults leave the same books, which agree with their sub-ledgers`(database: Database) throws {
        try GeneratedCompany.with(database, seed: Self.seed, hasFaults: true) { company in
            try company.live(months: Self.fewMonths)
            #expect(company.faultCount > 20)
            #expect(try Self.problems(company, Self.fewMonths) == [])
            let undisturbed = try Self.undisturbed.get()
            #expect(try Self.export(company, .hledger) == undisturbed)
        }
    }

    @Test(.enabled(if: BookJudge.installed.count == 3, "hledger, ledger and beancount are not all installed"))
    func `hledger, Ledger and Beancount make the same statements of two years`() throws {
        let months = Self.months(24)
        try GeneratedCompany.with(.sqlite, seed: Self.seed &+ 7, hasFaults: true) { company in
            try company.live(months: months.count)
            #expect(try Self.problems(company, months.count) == [])
            let accounts = try StatementAccounts(
                ChartOfAccounts.load(for: company.demo.company).accounts, currency: .gbp)
            var own: [String: Int64] = [:]
            var base: [String: Int64] = [:]
            try company.demo.store.read { connection in
                try JournalReader.forEach(in: connection) { stored in
                    for posting in try stored.entry().postings {
                        let (amount, worth) = (posting.amount, posting.base)
                        own["\(posting.account)|\(amount.currency)", default: 0] += amount.minorUnits
                        if amount.currency != .gbp, amount.minorUnits.signum() * worth.minorUnits.signum() <= 0 {
                            own["\(posting.account)|GBP", default: 0] += worth.minorUnits
                        }
                        base["\(posting.account)|GBP", default: 0] += worth.minorUnits
                    }
                }
            }
            for format in TextJournalFormat.allCases {
                let file = company.demo.directory.appending(path: "export.\(format.rawValue)")
                try Self.export(company, format).write(to: file)
                for (sums, isInBase) in [(own, false), (base, true)] {
                    let (wanted, found) = try (
                        BookJudge.lines(sums), BookJudge.balances(format, file.path, inBase: isInBase)
                    )
                    #expect(found == wanted, "\(format)")
                }
            }
            func judge(_ format: TextJournalFormat) -> StatementJudge {
                StatementJudge(
                    path: company.demo.directory.appending(path: "export.\(format.rawValue)").path, months: months)
            }
            let income = try judge(.hledger).hledger(.incomeStatement)
            let balance = try judge(.hledger).hledger(.balanceSheet)
            let cash = try judge(.hledger).hledger(.cashFlow)
            let trial = try judge(.ledger).ledgerBalances()
            try company.demo.store.read { connection in
                for (index, month) in months.enumerated() {
                    let profit = try Self.statement(.profitAndLoss, month, accounts, connection)
                    let result = try StatementJudge.figures(profit, total: "profit")
                    #expect(result == income[index], "\(month)")
                    let sheet = try Self.statement(.balanceSheet, month, accounts, connection)
                    let assets = try StatementJudge.figures(sheet, total: "net-assets")
                        .filter { !$0.key.hasPrefix("3") }
                    #expect(assets == balance[index], "\(month)")
                    let flow = try Self.statement(.cashFlow, month, accounts, connection)
                    let change = flow[key: "change"]?.cells.first?.money?.plainText ?? ""
                    #expect(Decimal(string: change) == cash[index]["net"] ?? 0, "\(month)")
                    let broken = [profit, sheet, flow].flatMap(\.checks).filter { !$0.holds }
                    #expect(broken == [], "\(month)")
                    let movements = try AccountBalances.movements(
                        Period(.month, containing: month).days, .gbp, in: connection)
                    let closing = try movements.filter { try !$0.closing().isZero }.map {
                        ($0.account.rawValue, Decimal(string: try $0.closing().plainText))
                    }
                    #expect(Dictionary(uniqueKeysWithValues: closing) == trial[index], "\(month)")
                }
            }
        }
    }
}
