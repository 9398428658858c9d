import Calendars
import CompanyFixtures
import Store
import Testing

@testable import Jobs

struct BacklogTests {
    @Test(arguments: Database.available)
    func `what waits is counted by state, and what has ended is not`(database: Database) throws {
        try Workshop.with(database) { workshop in
            let nothing = try workshop.store.read(Backlog.counted)
            #expect(Set(nothing.runs.keys) == [.planned, .queued, .running, .waitingApproval, .retryWait])
            #expect(Set(nothing.messages.keys) == [.pending, .deferred, .refused, .inDoubt])
            #expect(nothing.runs.values.allSatisfy { $0 == 0 } && nothing.messages.values.allSatisfy { $0 == 0 })
            #expect(nothing.missed == 0)
            try workshop.store.write { connection in
                let queue = RunQueue(connection, person: "ann", at: Workshop.now)
                let runs = try (1...3).map { month in
                    try queue.enqueue(
                        NewRun(
                            Workshop.declaration, period: .month(year: 2026, number: month),
                            parameters: Workshop.declaration.parameters, trigger: .person, notBefore: Workshop.now))
                }
                _ = try queue.cancel(runs[1].record.id, reason: "test")
                for (day, state, dismissed) in [(1, "missed", nil), (2, "missed", 5), (3, "skipped", nil)]
                    as [(Int, String, Int?)]
                {
                    try connection.execute(
                        """
                        INSERT INTO occurrence (job, due_at, state, recorded_at, dismissed_at) VALUES ('tally', ?, ?, 0, ?)
                        """, day, state, dismissed)
                }
            }
            let backlog = try workshop.store.read(Backlog.counted)
            #expect(backlog.runs[.queued] == 2 && backlog.runs.values.reduce(0, +) == 2)
            #expect(backlog.missed == 1)
        }
    }
}
