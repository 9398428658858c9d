import Calendars
import Store

/// The results with which a run waits, or waited, for an approval.
package struct Proposal: Hashable, Sendable {
    package var run: RunID
    /// The digest of all effects up to the gate: what an approval is bound to.
    package var resultsHash: String
    package var proposedAt: Instant
    package var summary: RunSummary
    package var comparison: ResultComparison
}

/// What a person decided about the results of a run.
package struct Decision: Hashable, Sendable {
    package enum Verdict: String, CaseIterable, Sendable {
        case approved, rejected
    }

    package var run: RunID
    /// The account of the operating system.
    package var person: String
    package var verdict: Verdict
    package var resultsHash: String
    package var reason: String?
    package var decidedAt: Instant
}

/// Proposals and decisions in the store.
package enum ProposalRecords {
    package static func proposal(of run: RunID, in connection: Connection) throws -> Proposal? {
        try connection.first(
            "SELECT results_hash, proposed_at, summary, differences FROM run_proposal WHERE run_id = ?", run
        ) { row in
            Proposal(
                run: run, resultsHash: try row.text(0), proposedAt: try row.instant(1),
                summary: RunSummary(text: try row.text(2)), comparison: ResultComparison(text: try row.text(3)))
        }
    }

    static func insert(_ proposal: Proposal, in connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO run_proposal (run_id, results_hash, proposed_at, summary, differences) VALUES (?, ?, ?, ?, ?)
            """, proposal.run, proposal.resultsHash, proposal.proposedAt, proposal.summary.text,
            proposal.comparison.text)
    }

    /// What was decided about a run, in the order in which it was.
    package static func decisions(of run: RunID, in connection: Connection) throws -> [Decision] {
        try connection.all(
            """
            SELECT person, decision, results_hash, reason, decided_at FROM run_decision
             WHERE run_id = ? ORDER BY decided_at, person
            """, run
        ) { row in
            Decision(
                run: run, person: try row.text(0), verdict: try row.named(1), resultsHash: try row.text(2),
                reason: try row.optionalText(3), decidedAt: try row.instant(4))
        }
    }

    static func insert(_ decision: Decision, in connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO run_decision (run_id, person, decision, results_hash, reason, decided_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """, decision.run, decision.person, decision.verdict.rawValue, decision.resultsHash, decision.reason,
            decision.decidedAt)
    }

    /// Who asked for a run or worked on it by hand before its results were there: none of them may approve it.
    static func starters(of run: RunRecord, in connection: Connection) throws -> [String] {
        let people = try connection.all(
            """
            SELECT DISTINCT person FROM run_event
             WHERE run_id = ? AND to_state IN ('planned', 'queued', 'running') AND from_state <> 'waiting_approval'
               AND at <= (SELECT proposed_at FROM run_proposal WHERE run_id = ?)
             ORDER BY person
            """, run.id, run.id
        ) { try $0.text(0) }
        return Array(Set(people + [run.createdBy])).sorted().filter { $0 != StewardActor.daemon }
    }
}
