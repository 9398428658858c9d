import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import Store

/// What a period came to, for the people who lead the company: statements beside last month, last year and the budget,
/// what changed most, the balances and every posting behind them.
package struct ClosePack: Sendable {
    package let companyName: String
    package let period: FiscalPeriod
    package let span: StatementSpan
    package let accounts: StatementAccounts
    package let status: Status
    /// The last entry of the journal when the pack was made, and its hash.
    package let head: JournalHead

    /// The month and the year to date, beside last month, last year and, where there is one, the budget.
    package let profitAndLoss: Statement
    /// The end of the month beside that of last month and of last year.
    package let balanceSheet: Statement
    /// The month and the year to date beside last year's.
    package let cashFlow: Statement
    package let trialBalance: Statement
    /// Every account that changed, the greatest change first.
    package let changes: [AccountChange]
    package let limits: CloseLimits
    /// Twelve months to this one, the oldest first.
    package let trend: [MonthResult]
    package let aged: [AgedList]
    package let entryCount: Int64
    package let postingCount: Int64
    package let hasBudget: Bool

    package struct JournalHead: Hashable, Sendable {
        package var number: Int64
        package var hash: String
    }

    /// How far the period is closed.
    package enum Status: Hashable, Sendable {
        /// Something may still be posted: the figures can change.
        case open(PeriodState)
        /// - people: who closed it and who approved that, as accounts.
        case closed(PeriodState, people: [String], run: Int64?)

        package var isFinal: Bool { if case .closed = self { true } else { false } }

        package var words: String {
            switch self {
            case .open(let state): state.name
            case .closed(let state, _, _): state.name
            }
        }
    }

    /// An open-item list of a control account, with the name that the account has.
    package struct AgedList: Sendable {
        package let account: StatementAccount
        package let aging: Aging

        package init(account: StatementAccount, aging: Aging) {
            self.account = account
            self.aging = aging
        }
    }

    /// What its workbook holds.
    package private(set) var extent = Extent.full

    package enum Extent: Sendable {
        case full
        /// All but the general ledger and the journal.
        case summary
    }

    /// Each posting takes some 140 bytes of the workbook: with more of them it is too large for many mail servers, and
    /// needs no looking through.
    package static let maximumMailedPostings: Int64 = 100_000

    /// The pack as it goes by mail: without the postings where they are too many.
    package func mailed(maximumPostings: Int64 = Self.maximumMailedPostings) -> ClosePack {
        var pack = self
        if postingCount > maximumPostings { pack.extent = .summary }
        return pack
    }

    /// The command that writes all of it.
    var fullPackCommand: String { "steward ledger pack --period \(period)" }

    /// `close-pack-2026-P04.xlsx`
    package var fileName: String {
        "close-pack-\(period)\(status.isFinal ? "" : "-draft")\(extent == .full ? "" : "-summary").xlsx"
    }

    /// What is not as it must be, by name.
    package var brokenChecks: [Statement.Check] { checks.filter { !$0.holds } }

    package var checks: [Statement.Check] {
        balanceSheet.checks + cashFlow.checks + trialBalance.checks + [agreement].compactMap(\.self)
    }

    /// The result of the fiscal year to date is what the balance sheet shows as the result of the year; nil once the
    /// year was carried to equity.
    private var agreement: Statement.Check? {
        guard let year = profitAndLoss[key: "profit"], let result = balanceSheet[key: "result"],
            let column = profitAndLoss.columns.lastIndex(where: { $0.kind == .amount && $0.label == yearLabel }),
            let toDate = year.cells[column].money, let inSheet = result.cells.first?.money,
            let difference = try? toDate - inSheet, hasOneYear
        else { return nil }
        return .init(name: "profit of the year = result in the balance sheet, \(span.label)", difference: difference)
    }

    /// No result of an earlier year waits to be carried to equity.
    private let hasOneYear: Bool
    /// How the statements call the year to date.
    package var yearLabel: String { span.yearToDate(in: period.year.cycle)?.label ?? "" }

    // MARK: - Reading

    /// Reads everything but the postings, in a fixed number of queries.
    package static func load(
        _ period: FiscalPeriod, company: Company, at now: Instant, in connection: Connection
    ) throws -> ClosePack {
        let settings = try LedgerSettings.load(for: company)
        let chart = try ChartOfAccounts.load(for: company)
        let accounts = try StatementAccounts(chart.accounts, currency: company.settings.currency)
        let budget = try BudgetFiles.load(for: company, chart, settings.cycle)
        // A month of the calendar goes by its own name.
        let month = Period(.month, containing: period.firstDay)
        let span = period.days == month.days ? StatementSpan(month) : StatementSpan(period)
        let hasBudget = budget.has(.budget, in: span.days)
        func made(
            _ kind: StatementKind, _ comparisons: [StatementComparison], hasYearToDate: Bool = false,
            detail: StatementDetail = .reportLines
        ) throws -> Statement {
            try StatementRequest(
                kind, of: span, comparisons: comparisons, hasYearToDate: hasYearToDate, detail: detail,
                cycle: settings.cycle
            ).statement(accounts, budget, in: connection)
        }
        let movements = try AccountBalances.movements(span.days, accounts.currency, in: connection)
        let extent = try Journal.extent(of: span.days, in: connection)
        let head = try Journal.head(in: connection)
        let before = try AccountBalances.balances(
            before: period.year.firstDay, accounts.currency, in: connection)
        return ClosePack(
            companyName: company.settings.name, period: period, span: span, accounts: accounts,
            status: try status(of: period, at: now, in: connection),
            head: JournalHead(number: head?.number ?? 0, hash: head?.hash ?? ""),
            profitAndLoss: try made(
                .profitAndLoss, [.lastPeriod, .lastYear] + (hasBudget ? [.budget] : []), hasYearToDate: true),
            balanceSheet: try made(.balanceSheet, [.lastPeriod, .lastYear]),
            cashFlow: try made(.cashFlow, [.lastPeriod, .lastYear], hasYearToDate: true),
            trialBalance: try TrialBalance.statement(
                of: StatementPeriod(label: span.label, movements: movements), accounts),
            changes: try AccountChange.changes(
                of: [
                    try made(.profitAndLoss, [.lastPeriod, .lastYear], detail: .accounts),
                    try made(.balanceSheet, [.lastPeriod, .lastYear], detail: .accounts),
                ], accounts, settings.limits),
            limits: settings.limits,
            trend: try MonthResult.results(until: period, count: 12, accounts, in: connection),
            aged: try aged(on: span.days.upperBound, accounts, in: connection),
            entryCount: extent.entries, postingCount: extent.postings, hasBudget: hasBudget,
            hasOneYear: before.keys.allSatisfy { accounts[$0]?.type.isOfBalanceSheet ?? true })
    }

    /// What customers and suppliers had open at the end of a day. What is owed to single employees is nobody's business
    /// here.
    private static func aged(
        on day: CalendarDate, _ accounts: StatementAccounts, in connection: Connection
    ) throws -> [AgedList] {
        let kinds = try ControlAccounts.load(in: connection).kinds
        return try accounts.accounts.compactMap { account in
            guard let kind = kinds[account.code], kind == .customer || kind == .supplier else { return nil }
            let aging = try Aging(
                of: OpenItemRecords.balances(
                    .init(account: account.code), on: day, accounts.currency, in: connection),
                on: day, baseCurrency: accounts.currency)
            return aging.rows.isEmpty ? nil : AgedList(account: account, aging: aging)
        }
    }

    private static func status(
        of period: FiscalPeriod, at now: Instant, in connection: Connection
    ) throws -> Status {
        guard try FiscalCalendar.find(in: connection) != nil else { return .open(.open) }
        let state = try FiscalPeriodRecords.load(at: now, in: connection).state(period, .general) ?? .open
        guard state == .closed || state == .locked else { return .open(state) }
        let change = try FiscalPeriodRecords.changes(of: period, in: connection)
            .last { $0.area == LedgerArea.general.rawValue && $0.to == PeriodState.closed.rawValue }
        guard let change else { return .open(state) }
        return .closed(state, people: change.people, run: change.run?.rawValue)
    }
}
