import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger balance`: the trial balance.
struct LedgerBalance: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Show the trial balance: what is on each account, and what moved it.",
        discussion: """
            EXAMPLE
              steward ledger balance --period 2026-04
            """)

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let accounts = try context.statementAccounts()
        let period = try days.read()
        let movements = try context.openStore().read {
            try AccountBalances.movements(period.days, accounts.currency, in: $0)
        }
        let statement = try TrialBalance.statement(
            of: StatementPeriod(label: period.label, movements: movements), accounts)
        StatementOutput(statement).print(to: context.printer)
    }
}
