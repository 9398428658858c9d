import ArgumentParser
import Diagnostics
import Jobs

/// `steward run approve`: agrees with the results of a run.
struct RunApprove: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve the results that a run waits with, so that they take effect.",
        discussion: """
            It takes the role that the job's `approval` names, in config/users.yaml, and another person than who started
            the run. Approved are the results with the hash that `steward run show` prints, and no others: when what they
            were computed from has changed since, the approval is refused and says what changed.

            EXAMPLES
              steward run show payroll-monthly@2026-04
              steward run approve payroll-monthly@2026-04 --hash 3f2a91c07b15 --note "checked with the rota"
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(help: ArgumentHelp("The beginning of the hash of the results you looked at.", valueName: "hash"))
    var hash: String?

    @Option(help: ArgumentHelp("Kept with your decision.", valueName: "text"))
    var note: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        let outcome = try context.approver().approve(record.id, hash: hash, note: note, in: store)
        var details = try store.read {
            try ApprovalDetails.decided(outcome.record, missing: outcome.missing, in: $0)
        }
        details.add("missing approvals", text: nil, json: .integer(outcome.missing))
        let isHeard = outcome.missing == 0 && DaemonCall.wake(context.company)
        context.printer.print(details)
        if outcome.missing > 0 {
            context.printer.say("\nIt takes \(outcome.missing) more; nothing has taken effect yet.")
        } else {
            context.printer.say(
                isHeard
                    ? "\nNext: the daemon goes on with it; `steward run watch \(record.id)` shows how it gets on."
                    : "\nNext: no daemon is running; `steward run \(record.identity.job) --period "
                        + "\(record.identity.period)` goes on with it.")
        }
    }
}

/// `steward run reject`: refuses the results of a run.
struct RunReject: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Refuse the results that a run waits with: they never take effect.",
        discussion: """
            It takes the same role as an approval, and another person than who started the run. The job can be run again
            for the same period with --again and a --reason.

            EXAMPLE
              steward run reject payroll-monthly@2026-04 --reason "the bonus of E007 is missing"
            """)

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        let rejected = try context.approver().reject(record.id, reason: reason, in: store)
        context.printer.print(try store.read { try ApprovalDetails.decided(rejected, missing: nil, in: $0) })
        context.printer.say(
            "\nIts results never take effect. Next: `steward run \(record.identity.job) --period "
                + "\(record.identity.period) --again --reason REASON` computes them anew.")
    }
}

extension CommandContext {
    /// Whoever gave the command, as one who decides about results.
    func approver() throws(Failure) -> Approver {
        try Approver(account: person, company: company, kinds: Application.kinds, clock: clock)
    }
}
