import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport
import Testing

/// The clock of a machine is set while its daemon lives: back one hour, then forward one day.
@Suite struct ClockTests {
    private static let daySeconds: Int64 = 86_400

    /// - Returns: a company whose jobs differ in what they do about what they missed.
    private static func site(_ database: Database, in directory: URL) throws -> Site {
        let site = try Site.make(database, in: directory)
        try site.keepJobs([])
        let policies = [
            "often": "{every: 2s}\ncatch_up: {policy: latest, window: 1h}",
            "all": "{every: 10m}\ncatch_up: {policy: all, window: 36h, max: 20, spread: 0s}",
            "none": "{every: 10m}\ncatch_up: {policy: skip}",
            "narrow": "{every: 1h}\ncatch_up: {policy: all, window: 150m, max: 20, spread: 0s}",
        ]
        for (name, schedule) in policies {
            try site.write(
                """
                job: \(name)
                kind: command
                description: Makes a folder for each run
                period: instant
                command: {program: mkdir, arguments: ["var/marks/{run}"]}
                schedule: \(schedule)
                overlap: allow
                """, to: "jobs/\(name).yaml")
        }
        try site.write(
            """
            job: long
            kind: command
            description: Works while the clock is set
            period: day
            command: {program: sleep, arguments: ["8"]}
            """, to: "jobs/long.yaml")
        try site.write("http: {enabled: false}\nworkers: 3\n", to: "config/daemon.yaml")
        try FileManager.default.createDirectory(
            at: site.directory.appending(path: "var/marks"), withIntermediateDirectories: true)
        return site
    }

    private struct Row: Hashable {
        var due: Int64
        var state: String
        var reason: String?
        var run: Int64?
    }

    private static func rows(_ job: String, _ site: Site) throws -> [Row] {
        try site.withStore { store in
            try store.read { connection in
                try connection.all(
                    "SELECT due_at, state, reason, run_id FROM occurrence WHERE job = ? ORDER BY due_at", job
                ) {
                    Row(
                        due: try $0.instant(0).secondsSinceEpoch, state: try $0.text(1), reason: try $0.optionalText(2),
                        run: try $0.optionalInt(3))
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `a daemon whose clock is set back an hour and forward a day runs nothing twice and accounts for all`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let site = try Self.site(database, in: directory)
            let clock = directory.appending(path: "clock")
            // Half past eight, so that nothing but `often` is due before the clock is set.
            let begin = try #require(Instant("2026-08-03T08:31:00Z")).secondsSinceEpoch
            let shift = begin - Int64(Date().timeIntervalSince1970)
            func set(_ seconds: Int64) throws {
                let value = shift + seconds
                try "\(value < 0 ? "" : "+")\(value)".write(to: clock, atomically: true, encoding: .utf8)
            }
            try set(0)
            let now = "file:\(clock.path)"
            let daemon = try DaemonProcess(
                site, shiftSeconds: 0, environment: ["STEWARD_NOW": now, "STEWARD_LEASE_SECONDS": "10"])
            try daemon.wait(upTo: 60, for: "no runs") { try Self.rows("often", site).count >= 2 }
            let queued = try site.steward(["run", "long", "--period", "2026-08-02", "--queue"], now: now)
            #expect(queued.status == 0, "\(queued.text)")
            try daemon.wait(upTo: 60, for: "no long run") {
                try site.count("attempt JOIN run ON run.run_id = attempt.run_id WHERE run.job = 'long'") == 1
            }

            try set(-3_600)
            Thread.sleep(forTimeInterval: 1)
            let before = try Self.rows("often", site)
            Thread.sleep(forTimeInterval: 3)
            // All that its clock shows has been lived through.
            #expect(try Self.rows("often", site) == before)
            #expect(try site.steward(["daemon", "status"], now: now).status == 0)

            try set(Self.daySeconds)
            let day = begin + Self.daySeconds
            try daemon.wait(upTo: 60, for: "the day was not made up") {
                try Self.rows("often", site).count { $0.due > day && $0.state == "run" } >= 2
            }
            try daemon.wait(upTo: 60, for: "not done") {
                try site.count("run WHERE job = 'long' AND state = 'succeeded'") == 1
                    && site.count("run WHERE job <> 'often' AND state IN ('queued', 'running')") == 0
            }
            #expect(try site.steward(["daemon", "status"], now: now).status == 0)
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")

            // A lease that were judged by this clock would have passed a thousand times.
            #expect(try site.count("attempt JOIN run ON run.run_id = attempt.run_id WHERE run.job = 'long'") == 1)
            #expect(try site.count("attempt WHERE state NOT IN ('succeeded', 'running')") == 0, "\(daemon.log)")
            for (job, step) in ["often": Int64(2), "all": 600, "none": 600, "narrow": 3_600] {
                let rows = try Self.rows(job, site)
                #expect(!rows.isEmpty, "\(job)")
                for (one, next) in zip(rows, rows.dropFirst()) {
                    #expect(next.due - one.due == step, "\(job): \(one), \(next)")
                }
                #expect(rows.allSatisfy { ($0.run != nil) == ($0.state == "run") }, "\(job)")
                #expect(rows.allSatisfy { $0.state == "run" || $0.reason != nil }, "\(job)")
            }
            // What is found at most a minute late is on time; the last of the others was due at half past eight.
            func states(_ job: String, before end: Int64) throws -> [String: Int] {
                let jumped = try Self.rows(job, site).filter { (begin + 60..<end).contains($0.due) }
                return Dictionary(jumped.map { ($0.state, 1) }, uniquingKeysWith: +)
            }
            let often = try states("often", before: day - 60)
            #expect(often["run"] ?? 0 <= 1 && often["missed"] ?? 0 > 43_000, "\(often)")
            #expect(try states("all", before: day - 30) == ["run": 20, "missed": 124])
            #expect(try states("none", before: day - 30) == ["missed": 144])
            #expect(try states("narrow", before: day - 30) == ["run": 2, "missed": 22])
            // Each run did its work once.
            let done = try site.count("run WHERE job <> 'long' AND state = 'succeeded'")
            let marks = try FileManager.default.contentsOfDirectory(
                atPath: site.directory.appending(path: "var/marks").path)
            #expect(marks.count == done)
            #expect(try site.steward(["store", "check"], now: now).status == 0)
        }
    }
}
