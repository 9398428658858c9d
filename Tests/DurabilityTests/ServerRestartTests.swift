import CompanyFixtures
import Diagnostics
import Foundation
import TestSupport
import Testing

/// The PostgreSQL server is stopped, politely and not, and started again, over and over, under two daemons with work: they
/// go on by themselves, and nothing is lost or doubled.
///
/// `STEWARD_RESTART_SECONDS` says for how long: 120 for the full proof. When and how is random; the seed is printed, and
/// `STEWARD_TEST_SEED` gives it again.
@Suite(
    .enabled(
        if: OtherHost.isAvailable && PostgresCluster.isInstalled && RecordingSink.isAvailable,
        "skipped: no PostgreSQL, no python3, or no host names of our own"))
struct ServerRestartTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["STEWARD_RESTART_SECONDS"].flatMap { Double($0) } ?? 20

    @Test func `a server that goes and comes again loses nothing and doubles nothing`() throws {
        let seed =
            ProcessInfo.processInfo.environment["STEWARD_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...UInt64.max)
        var random = SplitMix64(state: seed)
        try withTemporaryDirectory { directory in
            let server = try PostgresServer(durability: .endOfServer)
            let sink = try RecordingSink(in: directory)
            let site = try Site.make(
                at: server.url, in: directory, mail: "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}")
            let load = try Load(on: site, hasPayrolls: false)
            let second = Site(
                directory: directory.appending(path: "second", directoryHint: .notDirectory), storeURL: site.storeURL)
            try FileManager.default.copyItem(at: site.directory, to: second.directory)
            // Both make their marks in one place, so that one that is made twice shows.
            let marks = second.directory.appending(path: "var/marks")
            try FileManager.default.removeItem(at: marks)
            try FileManager.default.createSymbolicLink(
                at: marks, withDestinationURL: site.directory.appending(path: "var/marks"))
            let daemon = try load.daemon()
            let other = try DaemonProcess(
                second, shiftSeconds: load.shiftSeconds, launcher: OtherHost.launcher(named: "second"))
            try daemon.wait(upTo: 60, for: "no runs") { try site.count("run WHERE state = 'succeeded'") > 3 }
            let end = Date().addingTimeInterval(Self.seconds)
            var stops: [String: Int] = [:]
            while Date() < end {
                Thread.sleep(forTimeInterval: Double.random(in: 1...4, using: &random))
                let mode: PostgresServer.Shutdown = Bool.random(using: &random) ? .fast : .immediate
                try server.stop(mode)
                stops[mode.rawValue, default: 0] += 1
                Thread.sleep(forTimeInterval: Double.random(in: 0...1.5, using: &random))
                try server.start()
            }
            let done = try site.count("run WHERE state = 'succeeded'")
            try daemon.wait(upTo: 60, for: "nothing goes on") {
                try site.count("run WHERE state = 'succeeded'") > done + 3
            }
            do {
                try load.settle(daemon, upTo: 120)
            } catch {
                throw Failure(
                    .failed,
                    """
                    \(error)
                    seed \(seed), stops \(stops); the second daemon is \(other.process.isRunning ? "running" : "gone"):
                    \(other.log)
                    """)
            }
            other.terminate()
            #expect(other.process.terminationStatus == 0, "\(other.log)")
            for log in [daemon.log, other.log] { #expect(log.contains("the store can be used again"), "\(log)") }
            let counts = try load.check(
                accepted: try sink.accepted, payroll: ["entries 0"], "seed \(seed), stops \(stops)")
            print("server stopped \(stops), seed \(seed): \(counts)")
        }
    }
}
