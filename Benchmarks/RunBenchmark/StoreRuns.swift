import Calendars
import Diagnostics
import Jobs
import Store

/// Runs through the queue of Steward, without worker processes.
struct StoreRuns {
    let company: Company
    let store: Store
    let declaration: JobDeclaration
    private let clock = SystemClock()
    private let process = WorkerProcess.current
    private var next: Int64 = 0

    init(company: Company, store: Store, declaration: JobDeclaration) {
        self.company = company
        self.store = store
        self.declaration = declaration
    }

    /// One after the other, as `steward run` does it: three transactions for each.
    mutating func workOneByOne(runs count: Int) throws {
        let executor = RunExecutor(
            company: company, store: store, kinds: Kinds.registry, clock: clock, person: "daemon", process: process)
        for _ in 0..<count {
            let outcome = try executor.run(
                declaration, period: nextPeriod(), parameters: declaration.parameters, trigger: .schedule)
            precondition(outcome.record.state == .succeeded)
        }
    }

    /// - Parameters: runs of each transaction, in which they are asked for, claimed and ended.
    mutating func work(runs count: Int, enqueue: Int, claim: Int, finish: Int) throws {
        var left = count
        while left > 0 {
            let size = min(enqueue, left)
            let now = clock.now()
            var asked: [NewRun] = []
            for _ in 0..<size {
                asked.append(
                    NewRun(
                        declaration, period: nextPeriod(), parameters: declaration.parameters, trigger: .schedule,
                        dueAt: now, notBefore: now))
            }
            try store.write { connection in
                let queue = RunQueue(connection, person: "daemon", at: now)
                for run in asked {
                    let enqueued = try queue.enqueue(run)
                    precondition(enqueued.isNew)
                }
            }
            left -= size
        }
        var claimed = 0
        while claimed < count {
            let runs = try store.write {
                try RunQueue($0, person: "daemon", at: clock.now()).claim(claim, within: RunLimits(), for: process)
            }
            precondition(!runs.isEmpty, "\(claimed) of \(count) runs were claimed")
            claimed += runs.count
            var start = 0
            while start < runs.count {
                let part = runs[start..<min(start + finish, runs.count)]
                try store.write { connection in
                    let queue = RunQueue(connection, person: "daemon", at: clock.now())
                    for run in part {
                        let record = try queue.finish(
                            run.id, attempt: run.attempt, as: .succeeded, summary: RunSummary(), itemsTotal: 0)
                        precondition(record.state == .succeeded)
                    }
                }
                start += part.count
            }
        }
    }

    private mutating func nextPeriod() -> Period {
        next += 1
        return .instant(Instant(microseconds: 1_700_000_000_000_000 + next * 1_000_000))
    }
}
