import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// Law 3 under the daemon: it or its worker is killed at each place that the program names, a new daemon goes on, and
/// the effects are counted.
@Suite struct DaemonKillTests {
    /// When the jobs of the site below are due.
    private static let due = "2026-05-05T06:00:00Z"

    /// A company whose weekly payroll runs by the clock, and its register after it.
    private static func site(_ database: Database, in directory: URL) throws -> Site {
        let site = try Site.make(database, in: directory)
        try site.keepJobs(["payroll-weekly", "payroll-register-weekly"])
        try site.append(
            """
            schedule: {on: {weekday: tuesday}, at: "07:00"}
            retry: {max: 20, backoff: 1s..1s}
            """, to: "jobs/payroll-weekly.yaml")
        try site.append(
            """
            schedule: {on: {weekday: tuesday}, at: "07:00"}
            needs: [payroll-weekly]
            retry: {max: 20, backoff: 1s..1s}
            """, to: "jobs/payroll-register-weekly.yaml")
        try "http: {enabled: false}\n".write(
            to: site.directory.appending(path: "config/daemon.yaml"), atomically: true, encoding: .utf8)
        // A job that a daemon meets for the first time is due from then on, and not before.
        let daemon = try DaemonProcess(site, shiftSeconds: shiftSeconds - 3_600)
        try daemon.wait(upTo: 60, for: "the schedules were not read") {
            try site.count("job_schedule") == 2
        }
        daemon.terminate()
        return site
    }

    /// The clock stands a second before the jobs are due.
    private static var shiftSeconds: Int64 {
        (Instant(due)?.secondsSinceEpoch ?? 0) - Int64(Date().timeIntervalSince1970) - 1
    }

    private static func isDone(_ site: Site) throws -> Bool {
        try site.count("run WHERE state IN ('succeeded', 'partly')") == 2
            && site.count("outbox_delivery WHERE state = 'sent'") == 1
    }

    private static func hasCrashedWorker(_ site: Site) throws -> Bool {
        try site.count("attempt WHERE exit_code = 137") > 0
    }

    /// - Returns: whether the place was reached, and what there is in the end.
    private static func effects(of start: Site, killedAt place: String) throws -> (wasReached: Bool, effects: [String])
    {
        try start.withCopy { site in
            let shift = shiftSeconds
            let first = try DaemonProcess(site, shiftSeconds: shift, crashAt: place)
            try first.wait(upTo: 60, for: "\(place): neither killed nor done") {
                try !first.process.isRunning || isDone(site) || hasCrashedWorker(site)
            }
            var wasReached = try !first.process.isRunning || hasCrashedWorker(site)
            if !wasReached {
                // All is done, which does not keep the daemon from coming to the place only now.
                first.terminate()
                wasReached = first.process.terminationStatus == 137
                #expect(wasReached || first.process.terminationStatus == 0, "\(place): \(first.log)")
            }
            if wasReached {
                first.kill()
                let second = try DaemonProcess(site, shiftSeconds: shift)
                try second.wait(upTo: 60, for: "\(place): not done") { try isDone(site) }
                second.terminate()
                #expect(second.process.terminationStatus == 0, "\(place): \(second.log)")
            }
            return (wasReached, try site.effects())
        }
    }

    @Test(arguments: Database.available)
    func `a daemon or worker that is killed at any place leaves each effect once`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try Self.site(database, in: directory)
            let list = KillPlaces(in: start)
            let (_, expected) = try Self.effects(of: start, killedAt: list.instruction)
            #expect(expected.count { $0.hasPrefix("payslip") } == 13)
            #expect(expected.count { $0.hasPrefix("occurrence") } == 2)
            #expect(expected.count { $0.hasPrefix("mail") } == 1)
            var places = 0
            // A loop reaches its places again and again.
            for place in try list.all(maximumCount: { $0.isOfEachLook ? 2 : .max }) {
                let (wasReached, effects) = try Self.effects(of: start, killedAt: place)
                // What there is to do may be done by fewer processes, or more at a time.
                guard wasReached else { continue }
                places += 1
                let difference = StoreDump.difference(effects, from: expected)
                #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
            }
            #expect(places >= 12)
            print("killed the daemon or its worker on \(database.rawValue) at \(places) places")
        }
    }
}

extension Site {
    /// Leaves these jobs alone in the company, and takes their schedules, with all that stands below, from them.
    func keepJobs(_ names: Set<String>) throws {
        let folder = directory.appending(path: "jobs")
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            guard names.contains(file.deletingPathExtension().lastPathComponent) else {
                try FileManager.default.removeItem(at: file)
                continue
            }
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            let kept = lines.prefix { !$0.hasPrefix("schedule:") }
            try (kept.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        }
    }

    func write(_ text: String, to file: String) throws {
        try (text + "\n").write(to: directory.appending(path: file), atomically: true, encoding: .utf8)
    }

    func append(_ text: String, to file: String) throws {
        let url = directory.appending(path: file)
        try (String(contentsOf: url, encoding: .utf8) + text + "\n").write(to: url, atomically: true, encoding: .utf8)
    }

    /// The rows of a table, perhaps with a condition.
    func count(_ table: String) throws -> Int {
        try withStore { store in
            try store.read { try $0.first("SELECT COUNT(*) FROM \(table)") { Int(try $0.int(0)) } ?? 0 }
        }
    }

    /// What was done in the end, whoever did it and when.
    func effects() throws -> [String] {
        let stored = try withStore { store in
            try store.read { connection in
                func lines(_ name: String, _ sql: String, columns: Int) throws -> [String] {
                    try connection.all(sql) { row in
                        "\(name) "
                            + (try (0..<columns).map { try row.optionalText($0) ?? "-" }).joined(separator: " | ")
                    }
                }
                return try lines(
                    "run",
                    """
                    SELECT job, period, CAST(generation AS TEXT), state, CAST(chunks AS TEXT), CAST(items_done AS TEXT),
                           CASE WHEN kind = 'payroll.calculate' THEN effects_digest ELSE '' END
                      FROM run ORDER BY job, period, generation
                    """, columns: 7)
                    + lines(
                        "occurrence",
                        "SELECT job, CAST(due_at AS TEXT), state FROM occurrence ORDER BY job, due_at", columns: 3)
                    + lines(
                        "payslip",
                        "SELECT employee_id, CAST(net_minor AS TEXT), input_hash FROM payslip ORDER BY employee_id",
                        columns: 3)
                    + lines(
                        "journal",
                        """
                        SELECT account, CAST(COUNT(*) AS TEXT), CAST(SUM(amount_minor) AS TEXT)
                          FROM posting GROUP BY account ORDER BY account
                        """, columns: 3)
                    + lines(
                        "message",
                        """
                        SELECT message.effect_key, delivery.state FROM outbox_message AS message
                          JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
                         ORDER BY message.effect_key
                        """, columns: 2)
            }
        }
        return stored + files("outbox").keys.map { _ in "mail" }
    }
}
