import Calendars
import Diagnostics
import Store

/// A person who decides about the results of runs.
///
/// ```swift
/// let approver = try Approver(account: "morag", company: company, kinds: kinds, clock: clock)
/// let outcome = try approver.approve(run, in: store)
/// ```
package struct Approver {
    private let account: String
    private let company: Company
    private let kinds: KindRegistry
    private let clock: any Clock
    private let users: UserDirectory

    /// - Parameter account: of the operating system: whoever gave the command.
    /// - Throws: a failure with what is wrong in `config/users.yaml`.
    package init(account: String, company: Company, kinds: KindRegistry, clock: any Clock) throws(Failure) {
        self.account = account
        self.company = company
        self.kinds = kinds
        self.clock = clock
        users = try UserDirectory.load(for: company)
    }

    package struct Outcome: Sendable {
        package var record: RunRecord
        /// Approvals that are still missing; 0 when the run goes on.
        package var missing: Int
    }

    /// Agrees with the results of a run as they were proposed. With the last approval that it takes the run is queued.
    ///
    /// - Parameters:
    ///   - hash: the beginning of the hash of the results that the person looked at.
    ///   - note: kept with the decision.
    /// - Throws: `ApprovalError`.
    package func approve(
        _ run: RunID, hash: String? = nil, note: String? = nil, in store: Store
    ) throws -> Outcome {
        let (record, proposal, rule) = try store.read { connection in
            let record = try RunRecords.find(.number(run), in: connection)
            guard record.state == .waitingApproval else { throw ApprovalError.notWaiting(run, record.state) }
            let (proposal, rule) = try proposed(record, in: connection)
            try requirePermission(record, rule, in: connection)
            return (record, proposal, rule)
        }
        if let hash, hash.isEmpty || !proposal.resultsHash.hasPrefix(hash.lowercased()) {
            throw ApprovalError.otherHash(run, given: hash, proposed: proposal.resultsHash)
        }
        // Of all that is asked this alone takes long: it computes the results anew. What changes after it is too late
        // for this decision and found when the run goes on.
        let changes = try kind(of: record).init().changes(since: record, in: company, store: store, now: clock.now())
        guard changes.isEmpty else { throw ApprovalError.inputsChanged(run, changes) }
        CrashPoint.decisionBefore.reach()
        let outcome = try store.write { connection in
            let now = clock.now()
            try lock(run, in: connection)
            let record = try RunRecords.find(.number(run), in: connection)
            guard record.effectsDigest == proposal.resultsHash else { throw ApprovalError.resultsChanged(run) }
            // Somebody may have decided meanwhile.
            try requirePermission(record, rule, in: connection)
            let decision = Decision(
                run: run, person: account, verdict: .approved, resultsHash: proposal.resultsHash, reason: note,
                decidedAt: now)
            try ProposalRecords.insert(decision, in: connection)
            let approvals = try ProposalRecords.decisions(of: run, in: connection).filter { $0.verdict == .approved }
            let missing = max(0, rule.people - approvals.count)
            if missing == 0 {
                let queue = RunQueue(connection, person: account, at: now)
                let people = approvals.map { users.user(account: $0.person)?.name ?? $0.person }
                try queue.change(
                    run, from: .waitingApproval, to: .queued,
                    reason: "approved by \(people.joined(separator: " and "))" + (note.map { ": \($0)" } ?? ""))
                try connection.execute("UPDATE run SET failures = 0, not_before = ? WHERE run_id = ?", now, run)
            }
            return Outcome(record: try RunRecords.find(.number(run), in: connection), missing: missing)
        }
        CrashPoint.decisionAfter.reach()
        return outcome
    }

    /// Refuses the results of a run for good: they never count, and its job may be run again.
    ///
    /// It takes a run that waits, or one that was approved and then refused because its inputs had changed.
    /// - Throws: `ApprovalError`.
    package func reject(_ run: RunID, reason: String, in store: Store) throws -> RunRecord {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ApprovalError.noReason }
        CrashPoint.decisionBefore.reach()
        let rejected = try store.write { connection in
            let now = clock.now()
            let record = try RunRecords.find(.number(run), in: connection)
            guard record.state == .waitingApproval || record.state == .failed && !record.hasPassedGate,
                try ProposalRecords.proposal(of: run, in: connection) != nil
            else { throw ApprovalError.notWaiting(run, record.state) }
            let (proposal, rule) = try proposed(record, in: connection)
            try requirePermission(record, rule, isFirst: false, in: connection)
            try RunQueue(connection, person: account, at: now).change(
                run, from: record.state, to: .rejected, reason: reason)
            try connection.execute("UPDATE run SET finished_at = ? WHERE run_id = ?", now, run)
            // Who approved before has one decision on record already; the event says who rejected.
            if try !hasDecided(run, in: connection) {
                try ProposalRecords.insert(
                    Decision(
                        run: run, person: account, verdict: .rejected, resultsHash: proposal.resultsHash,
                        reason: reason, decidedAt: now), in: connection)
            }
            return try RunRecords.find(.number(run), in: connection)
        }
        CrashPoint.decisionAfter.reach()
        return rejected
    }

    // MARK: - What it takes

    private func proposed(_ record: RunRecord, in connection: Connection) throws -> (Proposal, ApprovalRule) {
        guard let proposal = try ProposalRecords.proposal(of: record.id, in: connection),
            let rule = try DeclaredRules.load(ofVersion: record.jobVersion, in: connection).approval
        else { throw ApprovalError.notWaiting(record.id, record.state) }
        return (proposal, rule)
    }

    /// - Parameter isFirst: whether it must be the person's first decision about the run.
    private func requirePermission(
        _ record: RunRecord, _ rule: ApprovalRule, isFirst: Bool = true, in connection: Connection
    ) throws {
        guard users.isDeclared else { throw ApprovalError.noUsers(record.id) }
        guard let user = users.user(account: account) else { throw ApprovalError.unknownAccount(account) }
        guard user.roles.contains(rule.role) else {
            throw ApprovalError.lacksRole(
                person: user.name, role: rule.role, holders: users.users(withRole: rule.role).map(\.name))
        }
        for starter in try ProposalRecords.starters(of: record, in: connection)
        where users.isSamePerson(starter, account) {
            throw ApprovalError.startedByThem(record.id, person: user.name)
        }
        guard isFirst else { return }
        for decision in try ProposalRecords.decisions(of: record.id, in: connection)
        where users.isSamePerson(decision.person, account) {
            throw ApprovalError.decidedBefore(record.id, person: user.name, at: decision.decidedAt)
        }
    }

    private func hasDecided(_ run: RunID, in connection: Connection) throws -> Bool {
        try ProposalRecords.decisions(of: run, in: connection).contains { $0.person == account }
    }

    /// Two approvals at once come one after the other, so that the second counts the first.
    private func lock(_ run: RunID, in connection: Connection) throws {
        let locked = try connection.execute(
            "UPDATE run SET not_before = not_before WHERE run_id = ? AND state = 'waiting_approval'", run)
        guard locked == 1 else {
            throw ApprovalError.notWaiting(run, try RunRecords.find(.number(run), in: connection).state)
        }
    }

    private func kind(of record: RunRecord) throws -> any JobKind.Type {
        guard let kind = kinds[record.kind] else {
            throw Failure(
                .usage, "Run \(record.id) is of the kind \(record.kind), which does not exist.",
                advice: "Run `steward check` to see all errors of the configuration.")
        }
        return kind
    }
}

extension RunRecord {
    /// Whether its results were approved and may have taken effect.
    package var hasPassedGate: Bool { steps.contains(Run.gateStep) }

    /// The names of the steps that are committed, in their order.
    package var passedSteps: [String] { steps }
}
