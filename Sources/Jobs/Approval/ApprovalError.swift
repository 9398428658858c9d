import Calendars
import Diagnostics

/// Why the results of a run were not approved or rejected, or do not take effect.
package enum ApprovalError: Error, Hashable, Sendable {
    /// It does not wait for anybody.
    case notWaiting(RunID, RunState)
    case noUsers(RunID)
    case unknownAccount(String)
    case lacksRole(person: String, role: String, holders: [String])
    /// The person asked for the run.
    case startedByThem(RunID, person: String)
    case decidedBefore(RunID, person: String, at: Instant)
    case noReason
    case otherHash(RunID, given: String, proposed: String)
    /// The rows are no longer those that were proposed.
    case resultsChanged(RunID)
    case inputsChanged(RunID, [InputChange])
    /// The store has no approval for it by enough people.
    case notApproved(RunID)

    /// Changes that are told one by one.
    static let maximumShownChanges = 50
}

extension ApprovalError: ReportableError {
    package var failure: Failure {
        switch self {
        case .notWaiting(let run, let state):
            Failure(
                .refused, "Run \(run) is \(state.words); it does not wait for an approval.",
                advice: "Look at it with `steward run show \(run)`.")
        case .noUsers(let run):
            Failure(
                .notPermitted, "There is no \(UserDirectory.file): nobody can approve or reject run \(run).",
                advice: "Write it: who has which account, e-mail address and roles; see docs/guide/approvals.md.")
        case .unknownAccount(let account):
            Failure(
                .notPermitted, "The account \(account) is nobody's in \(UserDirectory.file).",
                advice: "Add it to the accounts of a person there, or let somebody decide who stands there.")
        case .lacksRole(let person, let role, let holders):
            Failure(
                .notPermitted, "\(person) does not have the role \(role), which this takes.",
                advice: holders.isEmpty
                    ? "Nobody has it: give it to somebody in \(UserDirectory.file)."
                    : "These have it: \(holders.joined(separator: ", ")).")
        case .startedByThem(let run, let person):
            Failure(
                .notPermitted, "Run \(run) was started by \(person), who may not decide about it.",
                advice: "Somebody else with the role has to.")
        case .decidedBefore(let run, let person, let at):
            Failure(
                .refused, "\(person) decided about run \(run) before, at \(at).",
                advice: "Each person decides once; `steward run show \(run)` says what is missing.")
        case .noReason:
            Failure(.usage, "A rejection takes a reason.", advice: "Say why with --reason.")
        case .otherHash(let run, let given, let proposed):
            Failure(
                .refused, "The results of run \(run) have the hash \(proposed), not \(given).",
                advice: "Look at them again with `steward run show \(run)`; somebody may have run the job anew.")
        case .resultsChanged(let run):
            Failure(
                .refused, "The results of run \(run) are not those that were proposed.",
                advice: "This must not happen; keep the store as it is and report it.")
        case .inputsChanged(let run, let changes):
            Failure(
                .refused,
                "What run \(run) was computed from has changed since: \(Self.count(of: changes)); its results do not "
                    + "take effect.",
                problems: changes.prefix(Self.maximumShownChanges).map { Problem("\($0.item): \($0.what)") }
                    + (changes.count > Self.maximumShownChanges
                        ? [Problem("and \(changes.count - Self.maximumShownChanges) more")] : []),
                advice: "Put that back as it was, or reject the run with `steward run reject \(run) --reason REASON` "
                    + "and run its job with --again and a --reason.")
        case .notApproved(let run):
            Failure(
                .waitingForApproval, "Run \(run) was not approved.",
                advice: "Look at it with `steward run show \(run)`.")
        }
    }

    private static func count(of changes: [InputChange]) -> String {
        changes.count == 1 ? "1 change" : "\(changes.count) changes"
    }
}
