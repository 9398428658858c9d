import Amounts
import ArgumentParser
import Calendars
import Diagnostics
import Ledger

/// `steward ledger defer`: spreads a cost or an income over the days that it is for.
struct LedgerDefer: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "defer", abstract: "Spread a cost or an income over the months that it is for.",
        discussion: """
            An insurance of a year that was posted to a prepaid account goes month by month to its expense: --debit the \
            expense, --credit the prepaid account. For income that was received in advance, --debit the deferred income, \
            --credit the income. A month in part counts by its days; with --method days each day counts the same. The \
            last row takes the rest. The close of a month posts what is due.

            EXAMPLES
              steward ledger defer INS-2026 1200.00 --from 2026-04-16 --to 2027-04-15 --debit 7600 --credit 1104 \
            --description "Insurance"
            """)

    @Argument(help: "What it is called: the number of the invoice.")
    var name: String

    @Argument(help: "The amount, in the company's currency.")
    var amount: String

    @Option(help: "The first day that it is for.")
    var from: String

    @Option(help: "The last day that it is for.")
    var to: String

    @Option(help: "The account of the debits.", completion: .accounts)
    var debit: String

    @Option(help: "The account of the credits.", completion: .accounts)
    var credit: String

    @Option(help: "What it is.")
    var description: String

    @Option(help: "The cost centre.")
    var costCentre: String?

    @Option(
        help: ArgumentHelp("months or days.", valueName: "method"),
        completion: .list(Deferral.Method.allCases.map(\.rawValue)))
    var method: Deferral.Method = .months

    @Flag(help: "Check everything and show the schedule; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let chart = try ChartOfAccounts.load(for: context.company)
        let currency = context.company.settings.currency
        let first = try context.day(from, option: "--from")
        let last = try context.day(to, option: "--to")
        guard first <= last else {
            throw Failure(.usage, "--to \(last) is before --from \(first).", advice: "Give the first and the last day.")
        }
        let accounts = try [debit, credit].map { try chart.account(named: $0).code }
        for account in accounts where chart.controlAccounts[account] != nil {
            throw Failure(
                .usage, "Account \(account) is a control account; a schedule has no party.",
                advice: "Defer it on an account that is none.")
        }
        let deferral = try Deferral(
            amount: try context.read(amount, .positiveMoney(currency), "the amount"), service: first...last,
            method: method)
        let schedule = PostingSchedule(
            key: "deferral/\(name)", description: description, debit: accounts[0], credit: accounts[1],
            dimensions: Dimensions(costCentre: costCentre), rows: try deferral.rows(), currency: currency)
        try ScheduleOutput.record([schedule], isDryRun: dryRun, in: context)
    }
}

extension Deferral.Method: ExpressibleByArgument {}
