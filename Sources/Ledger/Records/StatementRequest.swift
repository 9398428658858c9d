import Amounts
import Calendars
import Diagnostics
import Store

/// The statements there are.
package enum StatementKind: String, CaseIterable, Sendable {
    case profitAndLoss = "profit-and-loss"
    case balanceSheet = "balance-sheet"
    case cashFlow = "cash-flow"

    package func statement(
        _ periods: [StatementPeriod], _ accounts: StatementAccounts, detail: StatementDetail = .reportLines
    ) throws -> Statement {
        switch self {
        case .profitAndLoss: try ProfitAndLoss.statement(periods, accounts, detail: detail)
        case .balanceSheet: try BalanceSheet.statement(periods, accounts, detail: detail)
        case .cashFlow: try CashFlowStatement.statement(periods, accounts, detail: detail)
        }
    }
}

/// What a period of a statement is set beside.
package enum StatementComparison: String, CaseIterable, Sendable {
    case lastPeriod = "last-period"
    case lastYear = "last-year"
    case budget, forecast

    var budgetVersion: Budget.Version? {
        switch self {
        case .budget: .budget
        case .forecast: .forecast
        case .lastPeriod, .lastYear: nil
        }
    }
}

/// A statement that somebody wants to see, and everything that it needs from the store.
///
/// ```swift
/// let statement = try StatementRequest(.profitAndLoss, of: StatementSpan(.month(year: 2026, number: 4)),
///     comparisons: [.lastYear, .budget], hasYearToDate: true, cycle: settings.fiscalYear)
///     .statement(accounts, budget, in: connection)
/// ```
package struct StatementRequest: Sendable {
    package let kind: StatementKind
    package let span: StatementSpan
    package let comparisons: [StatementComparison]
    package let hasYearToDate: Bool
    package let detail: StatementDetail
    package let cycle: AnnualCycle

    /// - Parameters:
    ///   - hasYearToDate: the fiscal year to date stands beside the period, compared with the same.
    ///   - cycle: the fiscal year.
    /// - Throws: what cannot be compared.
    package init(
        _ kind: StatementKind, of span: StatementSpan, comparisons: [StatementComparison] = [],
        hasYearToDate: Bool = false, detail: StatementDetail = .reportLines, cycle: AnnualCycle
    ) throws(Failure) {
        self.kind = kind
        self.span = span
        self.comparisons = comparisons
        self.hasYearToDate = hasYearToDate
        self.detail = detail
        self.cycle = cycle
        if span.isEverything, !comparisons.isEmpty || hasYearToDate {
            throw Failure(.usage, "There is nothing to compare everything with.", advice: "Give a --period.")
        }
        if let comparison = comparisons.first(where: { $0.budgetVersion != nil }), kind != .profitAndLoss {
            throw Failure(
                .usage, "A \(comparison.rawValue) is of income and expense: only profit and loss is compared with it.",
                advice: "Leave --compare \(comparison.rawValue) out, or ask for profit-and-loss.")
        }
        if hasYearToDate, kind == .balanceSheet {
            throw Failure(
                .usage, "A balance sheet is of the end of the period, which is that of the year to date, too.",
                advice: "Leave --year-to-date out.")
        }
        if comparisons.contains(.lastYear), span.yearBefore == nil {
            throw Failure(
                .usage, "\(span.label) has no counterpart in the year before.",
                advice: "Compare a month, a quarter or a year with last year.")
        }
    }

    // MARK: - Periods

    /// Reads the figures of every column.
    package func periods(
        _ currency: Currency, _ budget: Budget, in connection: Connection
    ) throws -> [StatementPeriod] {
        try columns(budget).map { column in
            switch column.source {
            case .books(let span):
                StatementPeriod(
                    label: column.label, role: column.role,
                    movements: try AccountBalances.movements(span.days, currency, in: connection))
            case .plan(let version, let span):
                StatementPeriod(
                    label: column.label, role: column.role, movements: try budget.movements(span.days, version),
                    isWhole: false)
            }
        }
    }

    /// Where the figures of a column come from.
    private enum Source {
        case books(StatementSpan)
        case plan(Budget.Version, StatementSpan)
    }

    private struct Column {
        var label: String
        var role: StatementPeriod.Role
        var source: Source
    }

    /// The period with what it is compared with; then the year to date with the same.
    private func columns(_ budget: Budget) throws -> [Column] {
        var columns = try columns(span, budget, isYearToDate: false)
        if hasYearToDate, let toDate = span.yearToDate(in: cycle) {
            columns += try self.columns(toDate, budget, isYearToDate: true)
        }
        return columns
    }

    private func columns(_ reported: StatementSpan, _ budget: Budget, isYearToDate: Bool) throws -> [Column] {
        var columns = [Column(label: reported.label, role: .reported, source: .books(reported))]
        func compare(_ span: StatementSpan?) {
            if let span { columns.append(Column(label: span.label, role: .compared, source: .books(span))) }
        }
        for comparison in comparisons {
            switch comparison {
            case .lastPeriod:
                // The year to date has none before it.
                if !isYearToDate { compare(span.last) }
            case .lastYear: compare(isYearToDate ? span.yearBefore?.yearToDate(in: cycle) : span.yearBefore)
            case .budget, .forecast:
                guard let version = comparison.budgetVersion else { continue }
                guard budget.has(version, in: reported.days) else {
                    throw Failure(
                        .notFound, "There is no \(version.rawValue) for \(reported.label).",
                        advice: "Put one into \(BudgetFiles.folder)/, as a CSV file of account, month and amount.")
                }
                columns.append(
                    Column(
                        label: isYearToDate ? "\(version.rawValue) to date" : version.rawValue, role: .compared,
                        source: .plan(version, reported)))
            }
        }
        return columns
    }

    /// The statement itself.
    package func statement(
        _ accounts: StatementAccounts, _ budget: Budget, in connection: Connection
    ) throws -> Statement {
        try kind.statement(periods(accounts.currency, budget, in: connection), accounts, detail: detail)
    }

    // MARK: - Dimensions

    /// The total and, beside it, each cost centre or project, each with the columns of the total. Only of profit and loss: no
    /// cost centre has a balance sheet.
    package func statement(
        by dimension: DimensionKind, _ accounts: StatementAccounts, _ budget: Budget, in connection: Connection
    ) throws -> Statement {
        guard kind == .profitAndLoss else {
            throw Failure(
                .usage, "Only profit and loss can be split by \(dimension.rawValue).",
                advice: "Ask for it: `steward ledger statement profit-and-loss --by \(dimension.rawValue)`.")
        }
        let columns = try columns(budget)
        let parts = try columns.map { column -> [String?: [AccountMovement]] in
            switch column.source {
            case .books(let span):
                let groups = try DimensionBalances.changes(
                    span.days, by: dimension, accounts.currency, in: connection)
                return Dictionary(groups.map { ($0.value, $0.movements) }, uniquingKeysWith: { first, _ in first })
            case .plan(let version, let span):
                return try budget.movements(span.days, version, by: dimension)
            }
        }
        // Those with a value in order, what has none last.
        let values = Set(parts.flatMap(\.keys))
        let sorted = values.compactMap(\.self).sorted().map { Optional($0) } + (values.contains(nil) ? [nil] : [])
        let total = try periods(accounts.currency, budget, in: connection)
        let split = sorted.flatMap { value in
            zip(columns, parts).map { column, parts in
                let name = value ?? "(none)"
                return StatementPeriod(
                    label: column.label == span.label ? name : "\(name), \(column.label)", role: column.role,
                    movements: parts[value] ?? [], isWhole: false)
            }
        }
        return try kind.statement(total + split, accounts, detail: detail)
    }
}
