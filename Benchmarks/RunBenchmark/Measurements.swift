import Calendars
import Jobs

/// How many runs are asked for, claimed and ended in one transaction.
private struct Batches {
    var label: String
    var enqueue: Int
    var claim: Int
    var finish: Int
}

func measureRuns(_ count: Int, isPostgres: Bool, rounds: Int) throws {
    let name = isPostgres ? "PostgreSQL" : "SQLite"
    // The daemon deals with up to 500 jobs in a transaction, and gives out runs to at most 64 workers at once.
    let kinds = [
        Batches(label: "\(name), 500 asked for, 64 claimed, 64 ended", enqueue: 500, claim: 64, finish: 64),
        Batches(label: "\(name), 500 asked for, 64 claimed, 1 ended", enqueue: 500, claim: 64, finish: 1),
        Batches(label: "\(name), one at a time", enqueue: 1, claim: 1, finish: 1),
    ]
    for (index, batches) in kinds.enumerated() {
        var costs: [Cost] = []
        var bare: [Cost] = []
        for round in 0..<rounds {
            func measureBare() throws {
                let place = try Place(postgresql: isPostgres)
                defer { place.remove() }
                var runs = try BareRuns(isPostgres ? place.barePostgres() : place.bareSQLite())
                bare.append(
                    try .measure {
                        try runs.work(
                            runs: count, enqueue: batches.enqueue, claim: batches.claim, finish: batches.finish)
                    })
            }
            if round % 2 == 0 { try measureBare() }
            let place = try Place(postgresql: isPostgres)
            defer { place.remove() }
            var runs = StoreRuns(
                company: place.company, store: place.store, declaration: try place.declaration("nothing"))
            costs.append(
                try .measure {
                    if index == kinds.count - 1 {
                        try runs.workOneByOne(runs: count)
                    } else {
                        try runs.work(
                            runs: count, enqueue: batches.enqueue, claim: batches.claim, finish: batches.finish)
                    }
                })
            if round % 2 == 1 { try measureBare() }
        }
        line(batches.label, costs, bare: bare, items: count)
    }
}

func measureItems(_ count: Int, isPostgres: Bool, rounds: Int) throws {
    var costs: [Cost] = []
    var bare: [Cost] = []
    for round in 0..<rounds {
        let place = try Place(postgresql: isPostgres)
        defer { place.remove() }
        let executor = RunExecutor(
            company: place.company, store: place.store, kinds: Kinds.registry, clock: SystemClock(), person: "daemon")
        let declaration = try place.declaration("items")
        func run(_ items: Int, _ number: Int64) throws -> RunID {
            let outcome = try executor.run(
                declaration, period: .instant(Instant(microseconds: number * 1_000_000)),
                parameters: ParameterValues(["items": "\(items)"]), trigger: .person)
            precondition(outcome.record.itemsDone == items)
            return outcome.record.id
        }
        // A run without items, for the bare rows to point to.
        let pointer = try run(0, 1).rawValue
        func measureBare() throws {
            if isPostgres {
                let database = try place.barePostgres()
                bare.append(try .measure { try BareItems.write(count, asRun: pointer, to: database) })
            } else {
                let database = try place.bareSQLite()
                bare.append(try .measure { try BareItems.write(count, asRun: pointer, to: database) })
            }
        }
        if round % 2 == 0 { try measureBare() }
        costs.append(try .measure { _ = try run(count, 2) })
        if round % 2 == 1 { try measureBare() }
    }
    line(isPostgres ? "PostgreSQL, COPY" : "SQLite", costs, bare: bare, items: count)
}
