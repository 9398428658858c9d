import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger
import Store

/// `steward close`: the close of months and years.
struct CloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a month or a year of the books, step by step.",
        discussion: """
            EXAMPLES
              steward close plan 2026-04
              steward close run 2026-04
              steward close status 2026-04
              steward close sign-off 2026-04 normal-sides --reason "overpaid by a customer, refunded in May"
              steward close resume 2026-04
              steward close run 2026
              steward close reopen 2026-04 --reason "an invoice was booked twice"
            """,
        subcommands: [
            ClosePlanCommand.self, CloseStatus.self, CloseRunCommand.self, CloseResume.self, CloseSignOff.self,
            CloseReopen.self,
        ])
}

/// What is closed, as a person names it, and the job that does it.
struct CloseTarget {
    let settings: LedgerSettings
    let occasion: CloseOccasion
    /// Of the run: a month, or the year in which the fiscal year begins.
    let runPeriod: Period
    let period: FiscalPeriod
    let job: JobDeclaration

    /// - Throws: for a period that nothing closes; where no job of the company does it.
    init(_ text: String, in context: CommandContext) throws {
        settings = try context.ledgerSettings()
        runPeriod = try RunRequest.readPeriod(text, as: [.month, .year])
        switch runPeriod.granularity {
        case .month: occasion = .month
        case .year: occasion = .year
        default:
            throw Failure(
                .usage, "\(text) is not closed: months and years are.",
                advice: "Write a month as 2026-04, a year as 2026.")
        }
        period = CloseContext.fiscalPeriod(closedBy: runPeriod, in: settings.cycle)
        let kind = occasion.kind
        guard let job = try context.jobs().jobs.first(where: { $0.kind == kind }) else {
            throw Failure(
                .notFound, "No job of the company is of the kind \(kind).",
                advice: "Write one into jobs/: job, kind: \(kind), description and period: \(occasion.rawValue).")
        }
        self.job = job
    }

    /// The run that was made for it last.
    func latestRun(in connection: Connection) throws -> RunRecord? {
        do {
            return try RunRecords.find(.job(job.name, runPeriod), in: connection)
        } catch RunError.notFound {
            return nil
        }
    }

    /// How far the period is closed; nil where the books have no such period.
    func state(at now: Instant, in connection: Connection) throws -> PeriodState? {
        try FiscalPeriodRecords.load(settings, at: now, in: connection).state(period, .general)
    }
}

/// The period that a close command is about.
struct ClosePeriodArgument: ParsableArguments {
    @Argument(
        help: "The month, 2026-04; or the year, 2026: the one in which the fiscal year begins.", completion: .periods)
    var period: String
}
