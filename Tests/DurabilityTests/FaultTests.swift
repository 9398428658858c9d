import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// What is around the daemon fails for a while: its store, its mail server. It says so and goes on by itself, and nothing
/// is lost or doubled by it.
@Suite(.enabled(if: RecordingSink.isAvailable, "skipped: no python3")) struct FaultTests {
    /// For how long the store is locked; longer than anybody waits for it, which is five seconds.
    private static let lockSeconds =
        ProcessInfo.processInfo.environment["STEWARD_LOCK_SECONDS"].flatMap { Int($0) } ?? 8

    /// Has something happen to a daemon under load.
    private func disturb(
        _ database: Database, expecting text: String?, _ fault: (Site, DaemonProcess) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(in: directory)
            let site = try Site.make(
                database, in: directory, mail: "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}")
            let load = try Load(on: site, hasPayrolls: false)
            let daemon = try load.daemon()
            try daemon.wait(upTo: 60, for: "no runs") { try site.count("run WHERE state = 'succeeded'") > 3 }
            try fault(site, daemon)
            let done = try site.count("run WHERE state = 'succeeded'")
            try daemon.wait(upTo: 60, for: "nothing goes on") {
                try site.count("run WHERE state = 'succeeded'") > done + 3
            }
            try load.settle(daemon, upTo: 120)
            let log = daemon.log
            if let text {
                #expect(log.contains(text), "\(log)")
                #expect(log.contains("the store can be used again"), "\(log)")
            }
            print(
                "fault on \(database.rawValue): \(try load.check(accepted: try sink.accepted, payroll: ["entries 0"], "\(text ?? "")"))"
            )
        }
    }

    @Test(arguments: Database.available)
    func `a store that another process locks for long is used again afterwards`(database: Database) throws {
        try disturb(database, expecting: "locked") { site, daemon in
            let lock = try site.lock(database)
            let end = ContinuousClock.now + .seconds(Self.lockSeconds)
            // Of several threads that wait for the store, the later ones wait for the first before they wait themselves.
            try daemon.wait(upTo: Double(Self.lockSeconds) + 60, for: "it says nothing") {
                ContinuousClock.now >= end && daemon.log.contains("the store cannot be used just now")
            }
            lock.release()
        }
    }

    @Test(arguments: Database.available.filter { $0 == .postgresql })
    func `connections that the server cuts are made anew`(database: Database) throws {
        // One that was at rest is made anew before anybody notices.
        try disturb(database, expecting: nil) { site, _ in
            for _ in 1...20 {
                try site.cutConnections()
                Thread.sleep(forTimeInterval: 0.3)
            }
        }
    }

    // MARK: - The mail server

    private static let messageCount = 60
    private static func name(_ number: Int) -> String { "<fault.\(number)@steward.example>" }

    /// A server that puts some off, refuses some, hangs up in the middle, takes and says nothing, and never answers its
    /// second connection.
    @Test(arguments: Database.available)
    func `a mail server that does all that a mail server can gets each message at most once`(database: Database) throws
    {
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(
                in: directory,
                [
                    "--defer", "0.2", "--refuse", "0.1", "--hang-up", "0.15", "--silent", "0.1", "--dead", "2",
                    "--answer-after", "0.01",
                ])
            let site = try Site.make(
                database, in: directory,
                mail: "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}\n  connections: 4")
            try site.keepJobs([])
            try site.write("http: {enabled: false}\n", to: "config/daemon.yaml")
            try site.putMessages(Self.messageCount, name: Self.name)
            let clock = directory.appending(path: "clock")
            var shift = Load.shiftSeconds
            let open = "outbox_delivery WHERE state IN ('pending', 'deferred', 'sending', 'dot_pending')"
            /// What is put off waits up to an hour by the daemon's clock.
            func deliver(_ daemon: DaemonProcess, leaving left: Int) throws {
                let end = Date().addingTimeInterval(180)
                while try site.count(open) > left, Date() < end {
                    shift += 4_000
                    try "\(shift)".write(to: clock, atomically: true, encoding: .utf8)
                    Thread.sleep(forTimeInterval: 0.7)
                }
                let count = try site.count(open)
                #expect(count <= left, "\(daemon.log)")
                daemon.terminate()
                #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
            }
            try "\(shift)".write(to: clock, atomically: true, encoding: .utf8)
            let environment = ["STEWARD_NOW": "file:\(clock.path)"]
            // One may hang at the dead connection; the next daemon sends it.
            let first = try DaemonProcess(site, shiftSeconds: 0, environment: environment)
            try deliver(first, leaving: 1)
            let second = try DaemonProcess(site, shiftSeconds: 0, environment: environment)
            try deliver(second, leaving: 0)

            let accepted = try sink.accepted
            #expect(Set(accepted).count == accepted.count)
            var counts: [String: Int] = [:]
            for (message, state) in try states(site) {
                let wasTaken = accepted.contains(message)
                switch state {
                case .sent: #expect(wasTaken, "\(message)")
                case .refused: #expect(!wasTaken, "\(message)")
                default: #expect(state == .inDoubt, "\(message) \(state)")
                }
                counts[state.rawValue, default: 0] += 1
            }
            #expect(counts.values.reduce(0, +) == Self.messageCount)
            for state in ["sent", "refused", "in_doubt"] { #expect(counts[state] ?? 0 > 0, "\(counts)") }
            let log = first.log + second.log
            #expect(log.contains("is in doubt") && log.contains("is refused"), "\(log)")
            let check = try site.steward(["store", "check"], now: "file:\(clock.path)")
            #expect(check.status == 0, "\(check.text)")
            print("a difficult mail server, \(database.rawValue): \(counts), \(accepted.count) taken")
        }
    }

    private func states(_ site: Site) throws -> [(message: String, state: DeliveryState)] {
        try site.withStore { store in
            try store.read { connection in
                try connection.all(
                    """
                    SELECT message.message_id, delivery.state FROM outbox_message AS message
                      JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
                    """
                ) { ("<\(try $0.text(0))>", try #require(DeliveryState(rawValue: try $0.text(1)))) }
            }
        }
    }
}

extension Site {
    /// Has another process hold the whole store, and returns when it does.
    func lock(_ database: Database) throws -> StoreLock {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        var commands = ""
        switch database {
        case .sqlite:
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = [
                "-c",
                """
                import sqlite3, sys
                store = sqlite3.connect("\(directory.path)/var/steward.db", isolation_level=None, timeout=30)
                store.execute("BEGIN IMMEDIATE")
                print("locked", flush=True)
                sys.stdin.readline()
                store.execute("ROLLBACK")
                """,
            ]
        case .postgresql:
            // Nothing is done without this table; to lock several is to wait for each other.
            commands = "BEGIN;\nLOCK TABLE steward.run;\nSELECT 'locked';\n"
            process.executableURL = PostgresCluster.programs?.appending(path: "psql")
            process.arguments = ["-X", "-q", "-A", "-t", "-d", storeURL]
        }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(commands.utf8))
        guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).contains("locked") else {
            throw Failure(.failed, "the store could not be locked")
        }
        return StoreLock(process: process, input: input.fileHandleForWriting)
    }

    /// Has the PostgreSQL server end all connections to this site's database.
    func cutConnections() throws {
        let process = Process()
        process.executableURL = PostgresCluster.programs?.appending(path: "psql")
        process.arguments = [
            "-X", "-q", "-d", storeURL, "-c",
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()
            """,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}

/// Another process that holds the store until it is told to let go.
struct StoreLock {
    let process: Process
    let input: FileHandle

    func release() {
        // One that reads lines reads one; psql ends.
        try? input.write(contentsOf: Data("\\q\n".utf8))
        try? input.close()
        process.waitUntilExit()
    }
}
