import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

/// What the steps of a close are told.
package struct CloseContext: Sendable {
    package let company: Company
    /// Of the close of a year: its period 13.
    package let period: FiscalPeriod
    /// Which close of the period it is: 1, and one more for each that is begun anew after a reopening or a rejection.
    package let generation: Int
    package let settings: LedgerSettings
    /// Where the ledger posts.
    package let ledgerAccounts: LedgerAccounts
    package let accounts: StatementAccounts
    /// Facts recorded later do not exist for the close.
    package let knownAt: Instant

    package var occasion: CloseOccasion { period.isForAdjustments ? .year : .month }
    package var currency: Currency { accounts.currency }
    /// Those of the month; of a year all of its days.
    package var days: ClosedRange<CalendarDate> { occasion == .year ? period.year.days : period.days }

    /// - Throws: a failure with everything that is wrong in the configuration; where nothing can be closed.
    package init(company: Company, period: FiscalPeriod, knownAt: Instant, in connection: Connection) throws {
        let settings = try LedgerSettings.load(for: company)
        guard let ledgerAccounts = settings.accounts, settings.isDeclared else { throw Self.nothingDeclared }
        self.company = company
        self.period = period
        self.settings = settings
        self.ledgerAccounts = ledgerAccounts
        accounts = try StatementAccounts(
            ChartOfAccounts.load(for: company).accounts, currency: company.settings.currency)
        self.knownAt = knownAt
        let occasion: CloseOccasion = period.isForAdjustments ? .year : .month
        generation = try Self.generation(of: Self.runPeriod(closing: period), occasion, in: connection)
    }

    static let nothingDeclared = Failure(
        .refused, "There is no \(LedgerSettings.file): nothing can be closed.",
        advice: "Write it: when the fiscal year begins and which accounts the ledger uses; see docs/guide/close.md.")

    /// The period of the books that a run for a calendar month, or for the calendar year in which a fiscal year begins,
    /// closes.
    package static func fiscalPeriod(closedBy runPeriod: Period, in cycle: AnnualCycle) -> FiscalPeriod {
        guard runPeriod.granularity == .year, let year = cycle.year(startingIn: runPeriod.firstDay.year) else {
            return FiscalPeriod(beginningIn: runPeriod, in: cycle)
        }
        return FiscalPeriod(year: year, number: FiscalPeriod.adjustmentNumber)
            ?? FiscalPeriod(beginningIn: runPeriod, in: cycle)
    }

    /// The period of the runs that close it.
    package var runPeriod: Period { Self.runPeriod(closing: period) }

    private static func runPeriod(closing period: FiscalPeriod) -> Period {
        period.isForAdjustments
            ? Period(.year, containing: period.year.firstDay) : Period(.month, containing: period.firstDay)
    }

    /// That of the run that was made last for it.
    private static func generation(
        of runPeriod: Period, _ occasion: CloseOccasion, in connection: Connection
    ) throws -> Int {
        let latest = try connection.first(
            "SELECT COALESCE(MAX(generation), 1) FROM run WHERE kind = ? AND period = ?", occasion.kind, runPeriod
        ) { Int(try $0.int(0)) }
        return latest ?? 1
    }

    /// The key of an entry that the close posts: `close/2026-P04/revaluation`, and `…/2` where the close is begun anew,
    /// which has reversed the first.
    package func key(_ name: String) -> String {
        "close/\(period)/\(name)" + (generation > 1 ? "/\(generation)" : "")
    }

    /// The record that entries of the close come from.
    package var source: JournalEntry.Source { JournalEntry.Source(type: "close", id: "\(period)") }
}
