import CompanyFixtures
import Foundation
import TestSupport
import Testing

/// kill -9 at random times of the daemon, of a worker or of both, while there is much to do. Then everything comes to
/// rest, and all that was to happen has happened once.
///
/// `STEWARD_ROUNDS` says how many rounds there are on each database, `STEWARD_SEED` gives a printed seed again. What
/// comes of a seed still depends on how quick the machine is.
@Suite(.enabled(if: RecordingSink.isAvailable, "skipped: no python3")) struct RandomKillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["STEWARD_ROUNDS"].flatMap { Int($0) } ?? 8
    private static let seed = environment["STEWARD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)

    private enum Victim: CaseIterable {
        case daemon, worker, both
    }

    @Test(arguments: Database.available)
    func `a daemon under load that is killed at random times, or its workers, loses nothing and doubles nothing`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(in: directory, ["--answer-after", "0.01"])
            let site = try Site.make(
                database, in: directory, mail: "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}")
            let undisturbed = try Self.undisturbedPayroll(database, in: directory)
            let load = try Load(on: site)
            var random = SplitMix64(state: Self.seed)
            var (daemons, workers) = (0, 0)
            var daemon: DaemonProcess?
            for round in 1...max(1, Self.rounds) {
                let current = try daemon ?? load.daemon()
                daemon = current
                // A slow machine has not begun to work by then: two of three rounds wait until it has.
                if Int.random(in: 0..<3, using: &random) > 0 {
                    try current.wait(upTo: 60, for: "seed \(Self.seed), round \(round): no worker") {
                        !SiteProcesses(site: site).workers.isEmpty
                    }
                    Thread.sleep(forTimeInterval: Double.random(in: 0...0.5, using: &random))
                } else {
                    Thread.sleep(forTimeInterval: Double.random(in: 0.2...1.5, using: &random))
                }
                #expect(current.process.isRunning, "seed \(Self.seed), round \(round): \(current.log)")
                let victim = Victim.allCases.randomElement(using: &random) ?? .both
                if victim != .daemon, let worker = SiteProcesses(site: site).workers.randomElement(using: &random) {
                    kill(worker.id, SIGKILL)
                    workers += 1
                }
                guard victim != .worker else { continue }
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.02, using: &random))
                current.kill()
                daemon = nil
                daemons += 1
                let left = SiteProcesses(site: site).remaining(after: 5)
                #expect(left.isEmpty, "seed \(Self.seed), round \(round): \(left) outlived the daemon")
            }
            try load.settle(try daemon ?? load.daemon(), upTo: 120 + 6 * Double(Self.rounds))
            #expect(SiteProcesses(site: site).remaining(after: 5).isEmpty)
            let counts = try load.check(
                accepted: try sink.accepted, payroll: undisturbed, "seed \(Self.seed), \(database.rawValue)")
            print(
                "kill -9 on \(database.rawValue): seed \(Self.seed), \(Self.rounds) rounds, \(daemons) daemons and "
                    + "\(workers) workers killed: \(counts)")
        }
    }

    /// What the payrolls of the load come to when nobody disturbs them.
    private static func undisturbedPayroll(_ database: Database, in directory: URL) throws -> [String] {
        let site = try Site.make(database, in: directory)
        let load = try Load(on: site, hasPayrolls: false)
        for week in Load.firstWeek...Load.lastWeek {
            let output = try site.steward(
                ["run", "payroll-weekly", "--period", "2026-W\(week)"], now: "\(load.shiftSeconds)")
            #expect(output.status == 0 || output.status == 3, "\(output.text)")
        }
        return try load.payroll()
    }
}
