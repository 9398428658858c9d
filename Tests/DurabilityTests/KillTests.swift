import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import TestSupport
import Testing

/// Law 3, every effect happens once: the program is killed at each place that it names, as often as it comes there, and
/// the finished store is compared with one that nobody disturbed.
@Suite struct KillTests {
    @Test(arguments: Database.available, [["payroll-monthly", "2026-04"], ["payroll-weekly", "2026-W15"]])
    func `a payroll that is killed at any place and started again ends as if nothing had happened`(
        database: Database, job: [String]
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            let command = ["run", job[0], "--period", job[1]]
            // One of the monthly paid is set aside.
            let status: Int32 = job[0] == "payroll-monthly" ? 3 : 0
            let places = try start.killEverywhere(command, ending: [status]) { site in
                let expected = try site.dump()
                #expect(expected.contains { $0.hasPrefix("payslip: ") })
                return expected
            } check: { place, site, expected in
                let again = try site.steward(command)
                // Killed after its last commit, the run is done: nothing is left to do, nothing is set aside now.
                #expect(again.status == (place == "run.finish.after:1" ? 0 : status), "\(place): \(again.text)")
                let difference = StoreDump.difference(try site.dump(), from: expected)
                #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
            }
            // Created, claimed; before, within and after each of the chunks and the journal; before and after the end.
            let employees = job[0] == "payroll-monthly" ? 28 : 14
            let chunks = (employees + Site.chunkItems - 1) / Site.chunkItems
            #expect(places.count == 2 + 3 * (chunks + 1) + 2)
            print("killed \(command.joined(separator: " ")) on \(database.rawValue) at \(places.count) places")
        }
    }

    private static let report = ["report", "send", "payroll-register-monthly", "--period", "2026-04"]
    /// Created, claimed, the mail's commit, the end, the delivery's five.
    private static let placesOfReport = 2 + 3 + 2 + 5
    /// How a delivery differs that was begun twice.
    private static let sender: Set = [
        "outbox_delivery.answer", "outbox_delivery.attempts", "outbox_delivery.host", "outbox_delivery.process_id",
        "outbox_delivery.process_started", "outbox_delivery.not_before", "outbox_delivery.queue_id", "outbox_event",
    ]

    @Test(arguments: Database.available)
    func `a report that is killed at any place leaves one file of mail, the same as if nothing had happened`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            try start.mustDo(["run", "payroll-monthly", "--period", "2026-04"])
            let places = try start.killEverywhere(Self.report, ending: [0]) { site in
                let expected = (
                    dump: try site.dump(omitting: Self.sender), mail: site.files("outbox"),
                    reports: site.files("reports")
                )
                #expect(expected.mail.count == 1 && expected.reports.count == 1)
                return expected
            } check: { place, site, expected in
                let again = try site.steward(Self.report)
                #expect(again.status == 0, "\(place): \(again.text)")
                let difference = StoreDump.difference(try site.dump(omitting: Self.sender), from: expected.dump)
                #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
                #expect(site.files("outbox") == expected.mail, "\(place)")
                #expect(site.files("reports") == expected.reports, "\(place)")
            }
            #expect(places.count == Self.placesOfReport)
            print("killed \(Self.report.joined(separator: " ")) on \(database.rawValue) at \(places.count) places")
        }
    }

    @Test(
        .enabled(if: MailServer.isAvailable, "skipped: no aiosmtpd (apt: python3-aiosmtpd)"),
        arguments: Database.available)
    func `a report that is killed at any place reaches the mail server once, or is shown to be in doubt`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let server = try MailServer(folder: directory)
            let start = try Site.make(database, in: directory, mail: server.settings)
            try start.mustDo(["run", "payroll-monthly", "--period", "2026-04"])
            var received = 0
            let prepare = { received = try server.count }
            let places = try start.killEverywhere(Self.report, ending: [0], prepare: prepare) { site in
                #expect(try server.count == 1)
                return (
                    all: try site.dump(omitting: Self.sender),
                    undelivered: try site.dump(omitting: ["outbox_delivery", "outbox_event"])
                )
            } check: { place, site, expected in
                let again = try site.steward(Self.report)
                guard ["outbox.barrier:1", "outbox.dots_sent:1"].contains(place) else {
                    #expect(again.status == 0, "\(place): \(again.text)")
                    #expect(try server.count == received + 1, "\(place)")
                    let difference = StoreDump.difference(try site.dump(omitting: Self.sender), from: expected.all)
                    #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
                    return
                }
                // The server may have it: that is said, and it is not sent again, now or later.
                #expect(again.status == 3 && again.text.contains("is in doubt"), "\(place): \(again.text)")
                let later = try site.steward(Self.report, now: "2026-04-29T06:00:00Z")
                #expect(later.status == 3 && later.text.contains("is in doubt"), "\(place): \(later.text)")
                #expect(try server.count == received + (place == "outbox.barrier:1" ? 0 : 1), "\(place)")
                let difference = StoreDump.difference(
                    try site.dump(omitting: ["outbox_delivery", "outbox_event"]), from: expected.undelivered)
                #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
            }
            #expect(places.count == Self.placesOfReport)
            print(
                "killed \(Self.report.joined(separator: " ")) by SMTP on \(database.rawValue) at \(places.count) places"
            )
        }
    }

    /// What the store holds in the end. The hashes of the journal cover the number of the run, of which PostgreSQL leaves one
    /// out when a process is killed over it: they are compared where the number is the same.
    private struct Outcome {
        private let hasFirstNumber: Bool
        private let lines: [String]
        private let linesWithoutHashes: [String]

        init(of site: Site) throws {
            hasFirstNumber = try site.count("run WHERE run_id = 1") == 1
            lines = try site.dump(namingRuns: true)
            linesWithoutHashes = try site.dump(
                omitting: ["journal_entry.hash", "journal_head.hash"], namingRuns: true)
        }

        func difference(from other: Outcome) -> [String] {
            hasFirstNumber && other.hasFirstNumber
                ? StoreDump.difference(lines, from: other.lines)
                : StoreDump.difference(linesWithoutHashes, from: other.linesWithoutHashes)
        }
    }

    /// kill -9 from outside knows no named places. The times are random; the seed is printed, and
    /// `STEWARD_TEST_SEED` gives it again.
    @Test(arguments: Database.available)
    func `a payroll that is killed at random times ends as if nothing had happened`(database: Database) throws {
        let seed =
            ProcessInfo.processInfo.environment["STEWARD_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...UInt64.max)
        var random = SplitMix64(state: seed)
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            let command = ["run", "payroll-monthly", "--period", "2026-04"]
            let began = Date()
            let expected = try start.withCopy { site in
                try site.mustDo(command)
                return try Outcome(of: site)
            }
            let seconds = Date().timeIntervalSince(began)
            var kills = 0
            for round in 1...20 {
                try start.withCopy { site in
                    for _ in 1...3 {
                        let (process, output) = try site.start(command)
                        Thread.sleep(forTimeInterval: Double.random(in: 0...seconds, using: &random))
                        kill(process.processIdentifier, SIGKILL)
                        _ = output.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        if process.terminationReason == .uncaughtSignal { kills += 1 }
                    }
                    let last = try site.steward(command)
                    #expect(last.status == 3 || last.status == 0, "seed \(seed), round \(round): \(last.text)")
                    let outcome = try Outcome(of: site)
                    let difference = outcome.difference(from: expected)
                    #expect(try site.steward(["ledger", "verify"]).status == 0, "seed \(seed), round \(round)")
                    #expect(difference.isEmpty, "seed \(seed), round \(round): \(difference.joined(separator: "\n"))")
                }
            }
            #expect(kills > 0)
            print("kill -9 on \(database.rawValue): seed \(seed), 20 rounds, \(kills) of 60 processes killed at work")
        }
    }

    // MARK: - Several processes at once

    @Test(arguments: Database.available)
    func `a payroll that several processes begin at once is paid once`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            let command = ["run", "payroll-monthly", "--period", "2026-04"]
            let expected = try start.withCopy { site in
                try site.mustDo(command)
                return try site.dump(namingRuns: true)
            }
            for _ in 1...3 {
                try start.withCopy { site in
                    let statuses = try site.atOnce(Array(repeating: command, count: 4)).map { output in
                        // Paid, paid already, or being paid by another.
                        #expect([0, 3, 7].contains(output.status), "\(output.text)")
                        return output.status
                    }
                    #expect(statuses.count { $0 == 3 } == 1, "\(statuses)")
                    let difference = StoreDump.difference(try site.dump(namingRuns: true), from: expected)
                    #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `two payrolls at once post to one journal, one after the other`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            let commands = [
                ["run", "payroll-monthly", "--period", "2026-04"], ["run", "payroll-weekly", "--period", "2026-W15"],
            ]
            for _ in 1...3 {
                try start.withCopy { site in
                    for output in try site.atOnce(commands) {
                        #expect(output.status == 0 || output.status == 3, "\(output.text)")
                    }
                    var problems: [String] = []
                    let extent = try site.withStore { store in
                        try store.read { try Journal.check(in: $0, report: { problems.append($0) }) }
                    }
                    #expect(extent.entries == 2 && extent.lastNumber == 2 && problems.isEmpty, "\(problems)")
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `a mail that several processes find waiting is claimed by one of them`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            try start.mustDo(["run", "payroll-monthly", "--period", "2026-04"])
            let command = Self.report
            // The run is done, its mail still waits.
            #expect(try start.steward(command, crashAt: "run.finish.after").status == 137)
            for _ in 1...3 {
                try start.withCopy { site in
                    for output in try site.atOnce(Array(repeating: command, count: 4)) {
                        // Sent, or being sent by another.
                        #expect(output.status == 0 || output.status == 3, "\(output.text)")
                    }
                    let deliveries = try site.withStore { store in
                        try store.read { connection in
                            try connection.all("SELECT state, attempts FROM outbox_delivery") {
                                "\(try $0.text(0)) \(try $0.int(1))"
                            }
                        }
                    }
                    #expect(deliveries == ["sent 1"])
                    #expect(site.files("outbox").count == 1)
                }
            }
        }
    }

    @Test(arguments: Database.available, ["run.commit.before", "run.commit.after"])
    func `Ctrl-C stops a payroll after a whole chunk with exit code 130, and the same command finishes it`(
        database: Database, point: String
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            let command = ["run", "payroll-monthly", "--period", "2026-04"]
            let expected = try start.withCopy { site in
                try site.mustDo(command)
                return try site.dump()
            }
            try start.withCopy { site in
                // The second commit is the second chunk: before it the signal waits for it to be whole.
                let stopped = try site.steward(command, crashAt: "\(point):2:interrupt")
                #expect(stopped.status == 130 && !stopped.wasKilled, "\(stopped.text)")
                #expect(stopped.text.contains("Interrupted; what was committed stands."))
                #expect(stopped.text.contains("Give the same command again to go on from there."))
                let (state, chunks, items, written) = try site.withStore { store in
                    try store.read { connection in
                        let run = try connection.first("SELECT state, chunks, items_done FROM run") {
                            (try $0.text(0), try $0.int(1), try $0.int(2))
                        }
                        let written = try connection.first(
                            "SELECT (SELECT COUNT(*) FROM payslip) + (SELECT COUNT(*) FROM run_exception)"
                        ) { try $0.int(0) }
                        return (run?.0, run?.1, run?.2, written)
                    }
                }
                #expect(state == "failed" && chunks == 2)
                #expect(items == Int64(2 * Site.chunkItems) && written == items)
                #expect(try site.steward(command).status == 3)
                #expect(StoreDump.difference(try site.dump(), from: expected).isEmpty)
            }
        }
    }
}
