import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport
import Testing

@testable import Jobs

/// Two daemons, each with connections of its own, on one store at the same time.
@Suite struct RacingDaemonsTests {
    @Test(arguments: Database.available)
    func `two daemons that look at the same time make each run once, and leave each instant one row`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let text = try database.freshURL(in: directory)
            let url = try #require(StoreURL(text))
            func open() throws -> Store {
                try Store.open(
                    url, relativeTo: directory.path, create: true, migrations: JobsSchema.migrations,
                    requireCurrentSchema: false)
            }
            let stores = [try open(), try open()]
            defer { for store in stores { try? store.close() } }
            try stores[0].migrate()
            let daemons = stores.map { store in
                var timetable = Timetable(store: store)
                for number in 0..<20 {
                    timetable.declare(
                        "job-\(number)", every: 60, catchUp: CatchUp(policy: .all, maximumRuns: 2),
                        overlap: number % 2 == 0 ? .allow : .queueOne)
                }
                return timetable
            }
            // Every 35 seconds for half an hour, with one leap, both at once each time.
            let times = (0..<40).map { Timetable.at("09:00:30").adding(seconds: $0 * 35 + ($0 > 20 ? 400 : 0)) }
            let failures = race(daemons) { daemon in
                _ = try daemon.pass.load(into: daemon.store, at: times[0])
            }
            #expect(failures.isEmpty, "\(failures)")
            var lost = 0
            for time in times.dropFirst() {
                let counted = Counter()
                let failures = race(daemons) { daemon in
                    counted.add(try daemon.pass.run(on: daemon.store, at: time).lost.count)
                }
                #expect(failures.isEmpty, "\(failures)")
                lost += counted.value
            }
            let last = try #require(times.last)
            try stores[0].read { connection in
                for number in 0..<20 {
                    let due = try connection.all(
                        "SELECT due_at FROM occurrence WHERE job = ? ORDER BY due_at", "job-\(number)"
                    ) { try $0.instant(0) }
                    var expected: [Instant] = []
                    var instant = Timetable.at("09:01:00")
                    while instant <= last {
                        expected.append(instant)
                        instant = instant.adding(seconds: 60)
                    }
                    #expect(due == expected)
                }
                let doubled = try connection.all(
                    "SELECT job, due_at FROM run GROUP BY job, due_at HAVING COUNT(*) > 1"
                ) { try $0.text(0) }
                #expect(doubled.isEmpty)
                let unlinked = try connection.first(
                    """
                    SELECT COUNT(*) FROM run
                     WHERE NOT EXISTS (SELECT 1 FROM occurrence
                                        WHERE occurrence.run_id = run.run_id AND occurrence.state = 'run')
                    """
                ) { try $0.int(0) }
                #expect(unlinked == 0)
                let added = try connection.first("SELECT COUNT(*) FROM job_schedule_event") { try $0.int(0) }
                #expect(added == 20)
            }
            print("racing daemons on \(database): \(lost) ticks were lost to the other daemon")
        }
    }

    /// The row of a schedule is locked by the first of two ticks until its transaction ends; the second one, computed
    /// from the same state, then finds it moved. On SQLite there is one writer at a time, and it cannot come to this.
    @Test(.enabled(if: PostgresCluster.isInstalled))
    func `of two ticks that are computed from one state at once, one is written`() throws {
        try withTemporaryDirectory { directory in
            let url = try #require(StoreURL(try Database.postgresql.freshURL(in: directory)))
            let stores = try (0..<2).map { _ in
                try Store.open(
                    url, relativeTo: directory.path, create: true, migrations: JobsSchema.migrations,
                    requireCurrentSchema: false)
            }
            defer { for store in stores { try? store.close() } }
            try stores[0].migrate()
            var timetable = Timetable(store: stores[0])
            timetable.declare("count")
            try timetable.load(at: "09:30:00")
            let job = try #require(timetable.jobs["count"])
            let hasLocked = DispatchSemaphore(value: 0)
            let hasRead = DispatchSemaphore(value: 0)
            let applied = Collected()
            DispatchQueue.concurrentPerform(iterations: 2) { index in
                do {
                    let now = Timetable.at("10:00:00").adding(seconds: Int64(index))
                    let outcome = try stores[index].write { connection in
                        var job = job
                        job.state = try ScheduleRecords.state(of: "count", in: connection)
                        let tick = Scheduler.tick(job, live: .none, now: now)
                        if index == 1 {
                            hasRead.signal()
                            _ = hasLocked.wait(timeout: .now() + 10)
                        } else {
                            _ = hasRead.wait(timeout: .now() + 10)
                        }
                        let records = ScheduleRecords(connection, person: "daemon", at: now)
                        return try records.apply([tick]) { due in
                            hasLocked.signal()
                            return Timetable.newRun(due)
                        }
                    }
                    applied.add("\(index): \(outcome.newRuns.count) runs, lost \(outcome.lost)")
                } catch {
                    applied.add("\(index): \(error)")
                }
            }
            #expect(applied.texts.sorted() == ["0: 1 runs, lost []", "1: 0 runs, lost [\"count\"]"])
            #expect(try timetable.occurrences() == ["count 10:00:00 run 1"])
        }
    }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0

        var value: Int { lock.withLock { count } }
        func add(_ more: Int) { lock.withLock { count += more } }
    }

    private final class Collected: @unchecked Sendable {
        private let lock = NSLock()
        private var collected: [String] = []

        var texts: [String] { lock.withLock { collected } }
        func add(_ text: String) { lock.withLock { collected.append(text) } }
    }

    /// Runs `body` for each at the same time.
    private func race(_ daemons: [Timetable], _ body: @escaping @Sendable (Timetable) throws -> Void) -> [String] {
        let failures = Collected()
        DispatchQueue.concurrentPerform(iterations: daemons.count) { index in
            do { try body(daemons[index]) } catch { failures.add("\(error)") }
        }
        return failures.texts
    }
}
