import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger

/// `steward ledger`: the books.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look at the books: balances, registers, statements; verify the journal.",
        discussion: """
            EXAMPLES
              steward ledger balance --period 2026-04
              steward ledger register 2220 --period 2026
              steward ledger statement profit-and-loss --period 2026-04 --compare last-period
              steward ledger verify
            """,
        subcommands: [LedgerBalance.self, LedgerRegister.self, LedgerStatement.self, LedgerVerify.self])
}

/// Which days of the books a command looks at.
struct LedgerDays: ParsableArguments {
    @Option(
        help: "The period: 2026-04, 2026-Q2, 2026, 2026-W15 or 2026-04-06. Without it, everything.",
        completion: .periods)
    var period: String?

    /// - Returns: nil for everything.
    func read() throws -> Period? {
        guard let period = try period.map(RunRequest.readPeriod) else { return nil }
        guard period.granularity != .instant else {
            throw Failure(.usage, "An instant is no period of the books.", advice: "Write a month as 2026-04.")
        }
        return period
    }
}

extension Period? {
    var days: ClosedRange<CalendarDate> {
        map { $0.firstDay...$0.lastDay } ?? CalendarDate.earliest...CalendarDate.latest
    }

    var label: String { map { "\($0)" } ?? "to date" }
}

extension CommandContext {
    /// The accounts of the chart as statements see them.
    func statementAccounts() throws -> StatementAccounts {
        try StatementAccounts(
            try ChartOfAccounts.load(for: company).accounts, currency: company.settings.currency)
    }
}
