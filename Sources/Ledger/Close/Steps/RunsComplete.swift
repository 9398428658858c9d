import Calendars
import Jobs
import Store

/// Every run of the period has come to its end, and set nothing aside.
struct RunsComplete: CloseStep {
    let name = "runs-complete"
    let title = "Runs of the period done, nothing set aside"
    let stage = CloseStage.completeness
    let occasions: Set<CloseOccasion> = [.month, .year]

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        var done = 0
        // The last run for each period and set of parameters counts; a run for an instant is for no period.
        try connection.forEach(
            """
            SELECT run.run_id, run.job, run.period, run.state, run.exceptions, run.kind FROM run
             WHERE run.period NOT LIKE '%T%:%'
               AND NOT EXISTS (SELECT 1 FROM run AS later
                                WHERE later.job = run.job AND later.period = run.period
                                  AND later.parameters = run.parameters AND later.generation > run.generation)
             ORDER BY run.run_id
            """
        ) { row in
            let period = try row.period(2)
            let kind = try row.text(5)
            guard close.days.contains(period.lastDay), kind != CloseKind.month, kind != CloseKind.year else { return }
            let item = "run \(try row.int(0)) (\(try row.text(1)) \(period))"
            let state = try row.named(3) as RunState
            let exceptions = try row.int(4)
            switch state {
            case .succeeded: done += 1
            case .partly:
                done += 1
                findings.add(item, "set \(exceptions) aside; see `steward run show \(try row.int(0))`")
            case .canceled, .rejected: break
            default: findings.add(item, "is \(state.words)")
            }
        }
        findings.add(.init("runs done", "\(done)"))
        return findings
    }
}
