import ArgumentParser
import Calendars
import Diagnostics
import Ledger
import Store

/// `steward ledger statement`: profit and loss, balance sheet, cash flow.
struct LedgerStatement: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "Show profit and loss, the balance sheet or the cash flow of a period.",
        discussion: """
            --compare sets another period beside it, with the difference and per cent.

            EXAMPLES
              steward ledger statement profit-and-loss --period 2026-04 --compare last-period
              steward ledger statement balance-sheet --period 2026 --compare last-year --accounts
            """)

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case profitAndLoss = "profit-and-loss"
        case balanceSheet = "balance-sheet"
        case cashFlow = "cash-flow"
    }

    enum Comparison: String, CaseIterable, ExpressibleByArgument {
        case lastPeriod = "last-period"
        case lastYear = "last-year"
    }

    @Argument(help: "The statement.")
    var statement: Kind

    @Option(help: "Sets the period before, or the same of last year, beside it.")
    var compare: [Comparison] = []

    @Flag(help: "A line for each account, not for each report line.")
    var accounts = false

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let chart = try context.statementAccounts()
        let period = try days.read()
        let shown = try [period] + compare.map { try other($0, than: period) }
        let periods = try context.openStore().read { connection in
            try shown.map { period in
                StatementPeriod(
                    label: period.label,
                    movements: try AccountBalances.movements(period.days, chart.currency, in: connection))
            }
        }
        let detail = accounts ? StatementDetail.accounts : .reportLines
        let made =
            switch statement {
            case .profitAndLoss: try ProfitAndLoss.statement(periods, chart, detail: detail)
            case .balanceSheet: try BalanceSheet.statement(periods, chart, detail: detail)
            case .cashFlow: try CashFlowStatement.statement(periods, chart, detail: detail)
            }
        StatementOutput(made).print(to: context.printer)
    }

    private func other(_ comparison: Comparison, than period: Period?) throws -> Period {
        guard let period else {
            throw Failure(.usage, "There is nothing to compare everything with.", advice: "Give a --period.")
        }
        switch comparison {
        case .lastPeriod: return period.previous
        case .lastYear:
            guard let other = period.yearBefore else {
                throw Failure(
                    .usage, "\(period) has no counterpart in the year before.",
                    advice: "Compare a month, a quarter or a year with last year.")
            }
            return other
        }
    }
}

extension Period {
    /// The same month, quarter or year of the year before; nil for other lengths, which do not come again.
    fileprivate var yearBefore: Period? {
        switch self {
        case .month(let year, let number) where year > 1: .month(year: year - 1, number: number)
        case .quarter(let year, let number) where year > 1: .quarter(year: year - 1, number: number)
        case .year(let year) where year > 1: .year(year - 1)
        default: nil
        }
    }
}
