import CompanyFixtures
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Three daemons on one PostgreSQL: each run is done once, whoever does it and whoever is killed over it.
///
/// `STEWARD_FLEET_RUNS` says another number of quick runs: 2000 for the full proof.
@Suite(
    .serialized,
    .enabled(
        if: OtherHost.isAvailable && PostgresCluster.isInstalled, "skipped: no PostgreSQL, or no host names of our own")
)
struct ManyDaemonsTests {
    private static let runCount =
        ProcessInfo.processInfo.environment["STEWARD_FLEET_RUNS"].flatMap { Int($0) } ?? 200
    /// What a busy machine may add to what is promised.
    private static let slackSeconds = 2.0

    private static func command(_ name: String, _ program: String) -> String {
        """
        job: \(name)
        kind: command
        description: Does little
        period: day
        retry: {max: 20, backoff: 1s..1s}
        command: {\(program), repeatable: true}
        """
    }

    private static let letter = """
        job: letter
        kind: digest.send
        description: A mail for each run
        period: day
        parameters: {to: ann@example.com}
        retry: {max: 20, backoff: 1s..1s}
        """

    @Test func `three daemons do each run once, and share them`() throws {
        try withTemporaryDirectory { directory in
            let fleet = try DaemonFleet(
                3, store: try PostgresDatabases.create(), in: directory,
                jobs: ["quick": Self.command("quick", "program: \"true\"")])
            try fleet.start()
            try fleet.enqueue(Self.runCount, of: "quick")
            let begin = Date()
            try fleet.waitUntilDone(upTo: 300)
            let seconds = Date().timeIntervalSince(begin)
            try fleet.expectEachDoneOnce(Self.runCount, "three daemons")
            #expect(try fleet.sites[0].count("attempt") == Self.runCount)
            let shares = try fleet.doneByNode()
            // A fair share is a third; none is left with next to nothing.
            #expect(shares.count == 3 && shares.values.allSatisfy { $0 > Self.runCount / 10 }, "\(shares)")
            let nodes = try fleet.sites[0].steward(["node", "list", "--csv"], now: "\(fleet.shiftSeconds)")
            #expect(nodes.text.split(separator: "\n").count == 4, "\(nodes.text)")
            #expect((0...2).allSatisfy { nodes.text.contains("\nnode-\($0),running,") }, "\(nodes.text)")
            fleet.terminate()
            print("three daemons: \(Self.runCount) runs in \(seconds) s, \(shares)")
        }
    }

    @Test func `the runs of daemons that are killed are done by the one that is left, once, and in time`() throws {
        try withTemporaryDirectory { directory in
            let fleet = try DaemonFleet(
                3, store: try PostgresDatabases.create(), in: directory,
                jobs: ["nap": Self.command("nap", "program: sleep, arguments: [\"0.5\"]"), "letter": Self.letter])
            let (naps, letters) = (30, 60)
            try fleet.start()
            try fleet.enqueue(naps, of: "nap")
            try fleet.enqueue(letters, of: "letter")
            let order = [0, 1, 2].shuffled()
            var killedAt: [String: Date] = [:]
            for number in order.dropLast() {
                let done = try fleet.sites[0].count("run WHERE state = 'succeeded'")
                try fleet.daemons[number]?.wait(upTo: 60, for: "nothing goes on") {
                    try fleet.sites[0].count("run WHERE state = 'succeeded'") > done + Int.random(in: 3...10)
                        && fleet.sites[0].count(
                            "attempt WHERE state = 'running' AND host = '\(DaemonFleet.name(number))'") > 0
                }
                fleet.kill(number)
                killedAt[DaemonFleet.name(number)] = Date()
            }
            try fleet.waitUntilDone(upTo: 120)
            try fleet.expectEachDoneOnce(naps + letters, "killed \(order)")
            #expect(try fleet.sites[0].count("outbox_message") == letters)
            // Who was killed over a run lost it, to one that was alive, as soon as its lease had passed.
            let lost = try fleet.texts(
                "SELECT host || ' ' || CAST(ended_at AS TEXT) FROM attempt WHERE state = 'lost' ORDER BY run_id"
            ).map { $0.split(separator: " ").map(String.init) }
            #expect(!lost.isEmpty)
            let waits = try lost.map { row in
                let killed = try #require(killedAt[row[0]], "\(row)").timeIntervalSince1970
                return (Double(row[1]) ?? 0) / 1_000_000 - Double(fleet.shiftSeconds) - killed
            }
            let longest = Double(DaemonFleet.leaseSeconds) + 1 + Self.slackSeconds
            #expect(waits.allSatisfy { $0 < longest }, "\(waits)")
            fleet.terminate()
            print("killed \(order): \(lost.count) runs taken over after \(waits.sorted()) s")
        }
    }

    @Test func `a drained node takes nothing, and what is for it waits and says so`() throws {
        try withTemporaryDirectory { directory in
            let fleet = try DaemonFleet(
                2, store: try PostgresDatabases.create(), in: directory,
                jobs: [
                    "quick": Self.command("quick", "program: \"true\""),
                    "bound": Self.command("bound", "program: \"true\"") + "\nruns_on: \(DaemonFleet.name(1))",
                ])
            try fleet.start()
            try fleet.daemons[1]?.wait(upTo: 60, for: "no nodes") { try fleet.sites[0].count("node") == 2 }
            let now = "\(fleet.shiftSeconds)"
            let drained = try fleet.sites[0].steward(["node", "drain", "node-1", "--reason", "disk"], now: now)
            #expect(drained.status == 0, "\(drained.text)")
            try fleet.enqueue(10, of: "quick")
            try fleet.enqueue(1, of: "bound")
            try fleet.daemons[0]?.wait(upTo: 60, for: "not done") {
                try fleet.sites[0].count("run WHERE state = 'succeeded'") == 10
            }
            #expect(try fleet.doneByNode() == ["node-0": 10])
            let list = try fleet.sites[0].steward(["run", "list", "--job", "bound"], now: now)
            #expect(list.text.contains("the node node-1; node-1 is drained"), "\(list.text)")
            // Within a moment of the word: the daemons are told.
            let undrained = try fleet.sites[0].steward(["node", "undrain", "node-1"], now: now)
            #expect(undrained.status == 0, "\(undrained.text)")
            try fleet.waitUntilDone(upTo: 60)
            #expect(try fleet.doneByNode() == ["node-0": 10, "node-1": 1])
            fleet.terminate()
        }
    }
}
