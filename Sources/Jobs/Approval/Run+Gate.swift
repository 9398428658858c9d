import Calendars
import Diagnostics
import Store

/// How an attempt ends that has proposed its results. `RunExecutor` catches it; a kind lets it pass.
struct ResultsProposed: Error {
    var record: RunRecord
}

extension Run {
    /// The name, among the committed steps, of the gate that was passed.
    static let gateStep = "approval"

    /// Whether its results were approved, and what comes after the gate may have begun.
    package var hasPassedGate: Bool { steps.contains(Self.gateStep) }

    /// The border between results and their effects: what comes after it happens only when people have agreed.
    ///
    /// Without `approval:` in its job a run passes. Else the attempt ends here, the first time: the results are on record
    /// as proposed, and the run waits. When they were approved the next attempt comes here again and passes, provided
    /// that the results are those that were approved, and that what they were computed from is still the same.
    ///
    /// All results must be committed before. A dry run passes: it shows what would take effect.
    ///
    /// - Parameters:
    ///   - summary: the figures that a person is asked to approve.
    ///   - comparison: how they differ from those of the period before.
    /// - Throws: `ApprovalError` when the run may not go on; nothing has taken effect then.
    package func gate(
        summary: () throws -> RunSummary, comparison: (Connection) throws -> ResultComparison
    ) throws {
        guard !isRehearsal, !steps.contains(Self.gateStep) else { return }
        let (rule, proposal) = try store.read { connection in
            (
                try DeclaredRules.load(ofVersion: jobVersion, in: connection).approval,
                try ProposalRecords.proposal(of: id, in: connection)
            )
        }
        guard let rule else { return }
        precondition(committed.chunks > 0, "results are committed before they are proposed")
        try Interruption.check()
        if let proposal {
            try pass(proposal, rule)
        } else {
            try propose(summary: try summary(), comparison: try store.read(comparison), rule)
        }
    }

    private func propose(summary: RunSummary, comparison: ResultComparison, _ rule: ApprovalRule) throws {
        CrashPoint.gateBefore.reach()
        let record = try store.write { connection in
            let now = clock.now()
            try RunLease(run: id, attempt: attempt).renew(at: now, in: connection)
            let proposal = Proposal(
                run: id, resultsHash: effectsDigest, proposedAt: now, summary: summary, comparison: comparison)
            try ProposalRecords.insert(proposal, in: connection)
            let record = try RunQueue(connection, person: person, at: now).propose(
                id, attempt: attempt, summary: summary, itemsTotal: committed.itemsTotal)
            try Notices(company)?.approvalWanted(record, proposal, rule, at: now, in: connection)
            return record
        }
        CrashPoint.gateAfter.reach()
        throw ResultsProposed(record: record)
    }

    private func pass(_ proposal: Proposal, _ rule: ApprovalRule) throws {
        let (record, decisions) = try store.read { connection in
            (
                try RunRecords.find(.number(id), in: connection),
                try ProposalRecords.decisions(of: id, in: connection)
            )
        }
        guard record.effectsDigest == proposal.resultsHash, effectsDigest == proposal.resultsHash else {
            throw ApprovalError.resultsChanged(id)
        }
        let approvals = decisions.filter { $0.verdict == .approved && $0.resultsHash == proposal.resultsHash }
        guard approvals.count >= rule.people else { throw ApprovalError.notApproved(id) }
        let changes = try kind.init().changes(since: record, in: company, store: store, now: clock.now())
        guard changes.isEmpty else { throw ApprovalError.inputsChanged(id, changes) }
        CrashPoint.gateBefore.reach()
        let passed = steps + [Self.gateStep]
        try store.write { connection in
            try RunLease(run: id, attempt: attempt).renew(at: clock.now(), in: connection)
            let changed = try connection.execute(
                "UPDATE run SET steps = ? WHERE run_id = ? AND effects_digest = ?", passed.joined(separator: "\n"), id,
                proposal.resultsHash)
            guard changed == 1 else { throw ApprovalError.resultsChanged(id) }
        }
        CrashPoint.gateAfter.reach()
        steps = passed
    }
}

extension RunQueue {
    /// Ends an attempt whose results wait for an approval.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over.
    func propose(_ run: RunID, attempt: Int, summary: RunSummary, itemsTotal: Int) throws -> RunRecord {
        let record = try connection.first(
            """
            UPDATE run SET state = 'waiting_approval', summary = ?, lease_until = NULL, items_total = ?
             WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING \(RunRecord.columns)
            """, summary.text, itemsTotal, run, attempt, map: RunRecord.init)
        guard let record else { throw RunError.fenced(run, attempt: attempt) }
        try endAttempt(of: record, as: .succeeded)
        try addEvent(to: run, from: .running, to: .waitingApproval, attempt: attempt, reason: nil)
        return record
    }
}
