import Calendars
import Diagnostics
import Foundation
import Jobs
import Operations
import Payroll
import Store
import TestSupport

/// Daemons of the built program on one PostgreSQL, each on what it takes for a host of its own, with the company of
/// `BenchmarkCompany`.
final class DaemonFleet {
    private let program: URL
    private let company: BenchmarkCompany
    private let jobs: JobCatalog
    private let clock = SystemClock()
    private var daemons: [Process] = []

    /// - Parameter company: its store is on PostgreSQL.
    init(program: URL, company: BenchmarkCompany) throws {
        self.program = program
        self.company = company
        let settings = company.directory.appending(path: "config/company.yaml")
        try String(contentsOf: settings, encoding: .utf8)
            .replacing(
                "\nstore: sqlite:var/steward.db\n", with: "\nstore: \"\(company.company.settings.store)\"\n"
            )
            .write(to: settings, atomically: true, encoding: .utf8)
        try """
        job: nothing
        kind: command
        description: Does nothing
        period: day
        command: {program: "true", repeatable: true}

        """.write(to: company.directory.appending(path: "jobs/nothing.yaml"), atomically: true, encoding: .utf8)
        // Only what is asked for runs.
        let payroll = company.directory.appending(path: "jobs/\(BenchmarkCompany.job).yaml")
        try String(contentsOf: payroll, encoding: .utf8).split(separator: "\n").filter {
            !$0.hasPrefix("schedule:") && !$0.hasPrefix("catch_up:")
        }
        .joined(separator: "\n").write(to: payroll, atomically: true, encoding: .utf8)
        jobs = try JobCatalog.load(for: company.company, kinds: KindRegistry([CalculatePayroll.self, RunProgram.self]))
        try "http: {enabled: false}\nworkers: 2\n".write(
            to: company.directory.appending(path: "config/daemon.yaml"), atomically: true, encoding: .utf8)
    }

    /// Runs `body` with so many daemons.
    func with(_ count: Int, _ body: () throws -> Void) throws {
        var directories: [URL] = []
        for number in 0..<count {
            let directory = company.directory.appending(path: "../\(company.directory.lastPathComponent)-\(number)")
            try FileManager.default.copyItem(at: company.directory, to: directory)
            directories.append(directory)
            daemons.append(try start(in: directory.standardizedFileURL, number))
        }
        defer {
            for daemon in daemons {
                daemon.terminate()
                daemon.waitUntilExit()
            }
            daemons = []
            for directory in directories { try? FileManager.default.removeItem(at: directory) }
        }
        try wait {
            try company.store.read {
                try $0.first("SELECT COUNT(*) FROM node WHERE state = 'running'") { try $0.int(0) }
            } == Int64(count)
        }
        try body()
    }

    private func start(in directory: URL, _ number: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments =
            (getuid() == 0 ? [] : ["--map-root-user"])
            + ["--uts", "/bin/sh", "-c", "hostname node-\(number) && exec \"$@\"", "sh", program.path, "daemon", "run"]
        process.environment = [
            "STEWARD_COMPANY": directory.path, "PATH": "/usr/bin:/bin",
        ]
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs that do nothing, from the first claim to the last end.
    ///
    /// - Returns: runs a second.
    func runsPerSecond(_ count: Int, from first: Int) throws -> Double {
        let declaration = try jobs.job("nothing")
        let now = clock.now()
        try company.store.write { connection in
            let queue = RunQueue(connection, person: "benchmark", at: now)
            for number in first..<(first + count) {
                let period = Period.day(CalendarDate(dayNumber: 5_000 + Int32(number)))
                _ = try queue.enqueue(
                    NewRun(
                        declaration, period: period, parameters: declaration.parameters, trigger: .person,
                        notBefore: now))
            }
        }
        let begin = ContinuousClock.now
        try waitUntilDone()
        return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
    }

    /// - Returns: the run, and how long it took from being asked for to its end.
    func pay(_ period: Period) throws -> (run: RunRecord, seconds: Double) {
        let declaration = try jobs.job(BenchmarkCompany.job)
        let now = clock.now()
        let begin = ContinuousClock.now
        let record = try company.store.write { connection in
            try RunQueue(connection, person: "benchmark", at: now).enqueue(
                NewRun(
                    declaration, period: period, parameters: declaration.parameters, trigger: .person, notBefore: now)
            ).record
        }
        try waitUntilDone()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        return (try company.store.read { try RunRecords.find(.number(record.id), in: $0) }, seconds)
    }

    private func waitUntilDone() throws {
        try wait {
            try company.store.read {
                try $0.first(
                    "SELECT 1 FROM run WHERE state = 'queued' OR state = 'running' OR state = 'retry_wait' LIMIT 1",
                    map: { _ in true })
            } == nil
        }
    }

    private func wait(until isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(1_800)
        while try !isSo() {
            guard ContinuousClock.now < end else {
                throw Failure(.failed, "The daemons have not done it in half an hour.")
            }
            usleep(20_000)
        }
    }
}
