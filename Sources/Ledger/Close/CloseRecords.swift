import Calendars
import Diagnostics
import Jobs
import Store

/// How the close of a period stands, in the store.
package enum CloseRecords {
    /// A step that a run has passed.
    package struct PassedStep: Hashable, Sendable {
        package var name: String
        package var title: String
        package var findingCount: Int
        package var figures: [RunSummary.Figure]
    }

    static func insert(
        _ step: any CloseStep, line: Int, _ findings: CloseFindings, _ close: CloseContext, in work: RunWork
    ) throws {
        let figures = findings.figures.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
        try work.insert(
            into: "close_step",
            columns: ["step", "line", "period", "title", "finding_count", "finding_digest", "figures"], rows: [step]
        ) { step, row in
            try row.bind(step.name)
            try row.bind(line)
            try row.bind("\(close.period)")
            try row.bind(step.title)
            try row.bind(findings.obstacles.count)
            try row.bind(findings.digest)
            try row.bind(figures)
        }
    }

    /// The steps that a run has passed, in their order.
    package static func passedSteps(of run: RunID, in connection: Connection) throws -> [PassedStep] {
        try connection.all(
            "SELECT step, title, finding_count, figures FROM close_step WHERE run_id = ? ORDER BY line", run
        ) { row in
            let figures = try row.text(3).split(separator: "\n").map { line in
                let parts = line.split(separator: ":", maxSplits: 1).map { String($0.drop { $0 == " " }) }
                return RunSummary.Figure(parts.first ?? "", parts.count > 1 ? parts[1] : "")
            }
            return PassedStep(
                name: try row.text(0), title: try row.text(1), findingCount: Int(try row.int(2)), figures: figures)
        }
    }

    // MARK: - Findings

    /// Keeps what a step found in the place of what it found before. They are no effect of the run: they say why there
    /// is none.
    static func keep(
        _ findings: CloseFindings, of step: String, _ period: FiscalPeriod, run: RunID, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.execute("DELETE FROM close_finding WHERE period = ? AND step = ?", "\(period)", step)
        try connection.insert(
            into: "close_finding", columns: ["period", "step", "line", "item", "text", "run_id", "recorded_at"],
            rows: findings.obstacles.prefix(CloseFindings.maximumObstacles).enumerated()
        ) { obstacle, row in
            try row.bind("\(period)")
            try row.bind(step)
            try row.bind(obstacle.offset + 1)
            try row.bind(obstacle.element.item)
            try row.bind(obstacle.element.text)
            try row.bind(run)
            try row.bind(now)
        }
    }

    /// What the last look at the steps of a period found, by step.
    package static func findings(
        of period: FiscalPeriod, in connection: Connection
    ) throws -> [(step: String, findings: CloseFindings)] {
        var steps: [(step: String, findings: CloseFindings)] = []
        try connection.forEach(
            "SELECT step, item, text FROM close_finding WHERE period = ? ORDER BY step, line", "\(period)"
        ) { row in
            let step = try row.text(0)
            if steps.last?.step != step { steps.append((step, CloseFindings())) }
            steps[steps.count - 1].findings.add(try row.text(1), try row.text(2))
        }
        return steps
    }

    // MARK: - Sign-off

    /// Lets a step pass with exactly what its last look found.
    ///
    /// - Throws: when it found nothing, or these findings were signed off before.
    package static func signOff(
        _ step: String, _ period: FiscalPeriod, reason: String, by decider: PeriodDecider, at now: Instant,
        in connection: Connection
    ) throws -> CloseFindings {
        try decider.requireKnown()
        let found = try findings(of: period, in: connection)
        guard let findings = found.first(where: { $0.step == step })?.findings else {
            let names = found.map(\.step)
            throw Failure(
                .notFound,
                "The close of \(period) was not stopped by a step \(step)."
                    + Suggestion.question(for: step, among: names),
                advice: names.isEmpty
                    ? "Nothing stands in its way as far as is known; `steward close status` shows how it stands."
                    : "What found something: \(names.joined(separator: ", ")).")
        }
        let changed = try connection.execute(
            """
            INSERT INTO close_sign_off (period, step, digest, reason, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (period, step, digest) DO NOTHING
            """, "\(period)", step, findings.digest, reason, decider.account, now)
        guard changed == 1 else {
            throw Failure(.refused, "What \(step) found for \(period) was signed off before; nothing was changed.")
        }
        return findings
    }

    /// Who let these findings of a step pass, and why.
    package static func signOff(
        of findings: CloseFindings, _ step: String, _ period: FiscalPeriod, in connection: Connection
    ) throws -> (person: String, reason: String)? {
        try connection.first(
            "SELECT recorded_by, reason FROM close_sign_off WHERE period = ? AND step = ? AND digest = ?", "\(period)",
            step, findings.digest
        ) { (person: try $0.text(0), reason: try $0.text(1)) }
    }
}
