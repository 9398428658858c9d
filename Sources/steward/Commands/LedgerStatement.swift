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
            --compare sets another period or the budget beside it, with the difference and per cent; --year-to-date
            the fiscal year to date, compared with the same. What a line of the screen has no room for is left out, and
            the last line says what; --csv and --json have everything. --by splits profit and loss, with all its columns.

            --explain shows the accounts that a line is made of.

            EXAMPLES
              steward ledger statement profit-and-loss --period 2026-04 --compare last-period
              steward ledger statement profit-and-loss --period 2026-04 --compare budget --year-to-date
              steward ledger statement profit-and-loss --period 2026-04 --by cost-centre
              steward ledger statement profit-and-loss --period 2026-04 --explain "Staff costs"
              steward ledger statement balance-sheet --period 2026 --compare last-year --accounts
            """)

    @Argument(help: "The statement.")
    var statement: StatementKind

    @Option(help: "Sets the period before, the same of last year, the budget or the forecast beside it.")
    var compare: [StatementComparison] = []

    @Flag(help: "The fiscal year to date, too.")
    var yearToDate = false

    @Option(help: "A column for each cost centre or project, beside the total.")
    var by: DimensionKind?

    @Flag(help: "A line for each account, not for each report line.")
    var accounts = false

    @Option(
        help: ArgumentHelp("The accounts behind a line, named as it is shown or by its key.", valueName: "line"))
    var explain: String?

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let books = try context.books()
        let span = try days.span(in: books.cycle)
        let request = try StatementRequest(
            statement, of: span, comparisons: compare, hasYearToDate: yearToDate,
            detail: accounts ? .accounts : .reportLines, cycle: books.cycle)
        let needsBudget = compare.contains(.budget) || compare.contains(.forecast)
        let budget =
            needsBudget ? try BudgetFiles.load(for: context.company, books.chart, books.cycle) : Budget([])
        let made = try context.openStore().read { connection in
            if let by { return try request.statement(by: by, books.accounts, budget, in: connection) }
            return try request.statement(books.accounts, budget, in: connection)
        }
        guard let explain else { return StatementOutput(made).print(to: context.printer) }
        ExplanationOutput(
            statement: made, explanation: try made.explanation(of: explain, books.accounts),
            periodOption: days.option
        ).print(to: context.printer)
    }
}

extension StatementKind: ExpressibleByArgument {}
extension StatementComparison: ExpressibleByArgument {}
extension DimensionKind: ExpressibleByArgument {}
