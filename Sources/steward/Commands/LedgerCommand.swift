import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger

/// `steward ledger`: the books.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "The books: look at them, post by hand, settle what is open; import, export and verify the journal.",
        discussion: """
            EXAMPLES
              steward ledger balance --period 2026-04
              steward ledger register 2220 --period 2026
              steward ledger statement profit-and-loss --period 2026-04 --compare last-period
              steward ledger entry 12
              steward ledger journal --period 2026-04
              steward ledger verify
              steward ledger import --format hledger 2026.journal --create-accounts
              steward ledger export --format beancount -o books.beancount
            """,
        subcommands: [
            LedgerBalance.self, LedgerRegister.self, LedgerStatement.self, LedgerEntry.self, LedgerJournal.self,
            LedgerGeneral.self, LedgerPost.self, LedgerReverse.self, LedgerItems.self, LedgerAging.self,
            LedgerSettle.self, LedgerUnsettle.self, LedgerSchedules.self, LedgerAssets.self, LedgerDefer.self,
            LedgerRates.self, LedgerPeriod.self, LedgerPack.self, LedgerImport.self, LedgerExport.self,
            LedgerVerify.self,
        ])
}

/// Which days of the books a command looks at.
struct LedgerDays: ParsableArguments {
    @Option(
        help:
            "The period: 2026-04, 2026-Q2, 2026, 2026-W15, 2026-04-06, or 2026-P04 of the fiscal year. Without it, everything.",
        completion: .periods)
    var period: String?

    /// The stretch that was asked for.
    func span(in cycle: AnnualCycle) throws -> StatementSpan {
        guard let period else { return .everything }
        if let fiscal = FiscalPeriod(period, in: cycle) { return StatementSpan(fiscal) }
        let read = try RunRequest.readPeriod(period)
        guard read.granularity != .instant else {
            throw Failure(.usage, "An instant is no period of the books.", advice: "Write a month as 2026-04.")
        }
        return StatementSpan(read)
    }

    /// ` --period 2026-04`, for the next command; empty without one.
    var option: String { period.map { " --period \($0)" } ?? "" }
}
