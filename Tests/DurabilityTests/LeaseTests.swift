import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import TestSupport
import Testing

/// Processes that stand still (SIGSTOP) for longer than their lease, while others go on: what they come too late for is
/// refused, and nothing happens twice.
@Suite struct LeaseTests {
    /// Short enough to wait for; a renewal is due each second, and silence is noticed after three.
    private static let lease = ["STEWARD_LEASE_SECONDS": "3"]
    private static let job = ["run", "payroll-weekly", "--period", "2026-W15"]

    private static var shiftSeconds: Int64 { Load.shiftSeconds }

    /// A company with a weekly payroll that only people start, and what it leaves when nobody disturbs it.
    private static func site(_ database: Database, in directory: URL) throws -> (site: Site, effects: [String]) {
        let site = try Site.make(database, in: directory)
        try site.keepJobs(["payroll-weekly"])
        try site.write("http: {enabled: false}\n", to: "config/daemon.yaml")
        let effects = try site.withCopy { copy in
            let output = try copy.steward(job, now: "\(shiftSeconds)")
            #expect(output.status == 0, "\(output.text)")
            return try copy.effects()
        }
        return (site, effects)
    }

    private static func attempts(_ site: Site) throws -> [String] {
        try site.withStore { store in
            try store.read { connection in
                try connection.all("SELECT state FROM attempt WHERE run_id = 1 ORDER BY number") { try $0.text(0) }
            }
        }
    }

    private static func expect(_ site: Site, _ effects: [String], _ comment: Comment) throws {
        let difference = StoreDump.difference(try site.effects(), from: effects)
        #expect(difference.isEmpty, "\(comment): \(difference.joined(separator: "\n"))")
        let check = try site.steward(["store", "check"], now: "\(shiftSeconds)")
        #expect(check.status == 0, "\(comment): \(check.text)")
    }

    /// Before a commit it holds nothing; within one it holds the store, or at least its run.
    @Test(arguments: Database.available, [CrashPoint.commitBefore, .commitWithin])
    func `a worker that stands still is killed when its lease has passed, and its run goes on`(
        database: Database, place: CrashPoint
    ) throws {
        try withTemporaryDirectory { directory in
            let (site, effects) = try Self.site(database, in: directory)
            let queued = try site.steward(Self.job + ["--queue"], now: "\(Self.shiftSeconds)")
            #expect(queued.status == 0, "\(queued.text)")
            // The third commit is the journal: the next attempt has no third.
            let daemon = try DaemonProcess(
                site, shiftSeconds: Self.shiftSeconds, crashAt: "\(place.rawValue):3:stop", environment: Self.lease)
            try daemon.wait(upTo: 60, for: "no worker stands still") {
                SiteProcesses(site: site).workers.contains { SiteProcesses.state(of: $0.id) == "T" }
            }
            try daemon.wait(upTo: 60, for: "the run was not done") {
                try site.count("run WHERE state = 'succeeded'") == 1
            }
            #expect(try Self.attempts(site) == ["lost", "succeeded"])
            #expect(daemon.log.contains("has not renewed its lease for 3 s"), "\(daemon.log)")
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
            #expect(SiteProcesses(site: site).remaining(after: 5).isEmpty)
            try Self.expect(site, effects, "\(place.rawValue)")
        }
    }

    /// On one host a process that stands still is seen to live. So the other one believes to be on another host.
    @Test(.enabled(if: OtherHost.isAvailable, "skipped: no host names of our own"), arguments: Database.available)
    func `a process that stood still on another host is refused when it goes on`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let (site, effects) = try Self.site(database, in: directory)
            let (process, output) = try site.start(
                Self.job, crashAt: "run.commit.before:3:stop", now: "\(Self.shiftSeconds)", environment: Self.lease,
                launcher: OtherHost.launcher)
            defer { kill(process.processIdentifier, SIGKILL) }
            let daemon = try DaemonProcess(site, shiftSeconds: Self.shiftSeconds, environment: Self.lease)
            try daemon.wait(upTo: 60, for: "it does not stand still") {
                SiteProcesses.state(of: process.processIdentifier) == "T"
            }
            try daemon.wait(upTo: 60, for: "the run was not taken over") {
                try site.count("run WHERE state = 'succeeded'") == 1
            }
            kill(process.processIdentifier, SIGCONT)
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == ExitCode.refused.rawValue, "\(text)")
            #expect(text.contains("Attempt 1 of run 1 was taken over by another process"), "\(text)")
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
            #expect(try Self.attempts(site) == ["lost", "succeeded"])
            try Self.expect(site, effects, "taken over")
        }
    }

    /// Two daemons on two hosts share a PostgreSQL store; one stands still with all its workers.
    @Test(
        .enabled(if: OtherHost.isAvailable, "skipped: no host names of our own"),
        arguments: Database.available.filter { $0 == .postgresql })
    func `the work of a host that stood still is done by another, and once`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let (site, effects) = try Self.site(database, in: directory)
            let queued = try site.steward(Self.job + ["--queue"], now: "\(Self.shiftSeconds)")
            #expect(queued.status == 0, "\(queued.text)")
            let second = Site(
                directory: directory.appending(path: "second", directoryHint: .notDirectory), storeURL: site.storeURL)
            try FileManager.default.copyItem(at: site.directory, to: second.directory)
            let sleeper = try DaemonProcess(
                site, shiftSeconds: Self.shiftSeconds, crashAt: "run.commit.before:3:stop", environment: Self.lease,
                launcher: OtherHost.launcher)
            try sleeper.wait(upTo: 60, for: "no worker stands still") {
                SiteProcesses(site: site).workers.contains { SiteProcesses.state(of: $0.id) == "T" }
            }
            kill(sleeper.process.processIdentifier, SIGSTOP)
            let daemon = try DaemonProcess(second, shiftSeconds: Self.shiftSeconds, environment: Self.lease)
            try daemon.wait(upTo: 60, for: "the run was not taken over") {
                try site.count("run WHERE state = 'succeeded'") == 1
            }
            // The worker first: it is to find out by itself.
            let worker = try #require(SiteProcesses(site: site).workers.first)
            kill(worker.id, SIGCONT)
            kill(sleeper.process.processIdentifier, SIGCONT)
            try sleeper.wait(upTo: 30, for: "the late worker went on") { SiteProcesses(site: site).workers.isEmpty }
            for process in [sleeper, daemon] {
                process.terminate()
                #expect(process.process.terminationStatus == 0, "\(process.log)")
            }
            #expect(try Self.attempts(site) == ["lost", "succeeded"])
            try Self.expect(site, effects, "two hosts")
        }
    }

    @Test(.enabled(if: RecordingSink.isAvailable, "skipped: no python3"), arguments: Database.available)
    func `a daemon that stood still for longer than its leases goes on, and nothing is lost or doubled`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(in: directory)
            let site = try Site.make(
                database, in: directory, mail: "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}")
            let load = try Load(on: site, hasPayrolls: false)
            let daemon = try load.daemon(Self.lease)
            try daemon.wait(upTo: 60, for: "no worker") { !SiteProcesses(site: site).workers.isEmpty }
            for _ in 1...2 {
                kill(daemon.process.processIdentifier, SIGSTOP)
                Thread.sleep(forTimeInterval: 5)
                kill(daemon.process.processIdentifier, SIGCONT)
                Thread.sleep(forTimeInterval: 1)
            }
            try load.settle(daemon, upTo: 60)
            let counts = try load.check(accepted: try sink.accepted, payroll: ["entries 0"], "stopped daemon")
            #expect(counts.lost == 0 && counts.doubtfulMarks == 0 && counts.inDoubt == 0, "\(counts)")
        }
    }
}

/// Starts programs that believe to be on a host of another name: unshare(1), as root or where user namespaces are allowed.
enum OtherHost {
    static let launcher = launcher(named: "elsewhere")

    static func launcher(named name: String) -> [String] {
        ["/usr/bin/unshare"] + (getuid() == 0 ? [] : ["--map-root-user"])
            + ["--uts", "/bin/sh", "-c", "hostname \(name) && exec \"$@\"", "sh"]
    }

    static let isAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: launcher[0])
        process.arguments = Array(launcher.dropFirst()) + ["/bin/true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
