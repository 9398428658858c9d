import CompanyFixtures
import Diagnostics
import Foundation
import TestSupport
import Testing

/// A payroll that is divided into partitions, killed where it hurts, done by one process or by several daemons: what it
/// leaves is always the same.
@Suite struct PartitionProcessTests {
    /// 28 employees: seven partitions of four, each in two chunks.
    private static let environment = ["STEWARD_PARTITION_ITEMS": "4", "STEWARD_CHUNK_ITEMS": "2"]

    private static let job = """
        job: payroll-monthly
        kind: payroll.calculate
        description: Pay of all monthly paid staff
        period: month
        parameters: {pay_group: monthly}
        retry: {max: 20, backoff: 1s..1s}
        """

    /// The rows of the domains, without who wrote them and when, and without the hash, which is made of that, too.
    private static func domainRows(of site: Site) throws -> [String] {
        let tables = [
            "payroll_run", "payslip", "payslip_line", "journal_entry", "posting", "open_item", "run_exception",
        ]
        let lines = try site.withStore {
            try StoreDump.lines(of: $0, omitting: ["journal_entry.hash"], namingRuns: true)
        }
        .filter { line in tables.contains { line.hasPrefix("\($0): ") } }
        return lines.map { $0.replacing(/recorded_(by|at)=[^|]*/, with: "") }
            + (try site.withStore { store in
                try store.read { connection in
                    try connection.all(
                        """
                        SELECT effects_digest || ' ' || state || ' ' || CAST(chunks AS TEXT) || ' '
                               || CAST(items_done AS TEXT) || ' ' || CAST(exceptions AS TEXT) FROM run
                        """
                    ) { try $0.text(0) }
                }
            })
    }

    private static func now(_ shiftSeconds: Int64) -> String {
        shiftSeconds < 0 ? "\(shiftSeconds)" : "+\(shiftSeconds)"
    }

    /// What one process on SQLite leaves.
    private static func rowsOfOneProcess(shiftSeconds: Int64, in directory: URL) throws -> [String] {
        let site = try Site.make(.sqlite, in: directory)
        let output = try site.steward(
            ["run", "payroll-monthly", "--period", "2026-04"], now: now(shiftSeconds), environment: environment)
        #expect(output.status == 3, "\(output.text)")
        #expect(try site.count("run_partition WHERE state = 'added'") == 7)
        return try domainRows(of: site)
    }

    /// Runs `body` with daemons on PostgreSQL, of which the first has begun the payroll: its worker stands still after the
    /// first chunk of the first partition.
    private static func withStoppedWorker(
        _ count: Int, leaseSeconds: Int, in directory: URL,
        _ body: (_ fleet: DaemonFleet, _ environment: [String: String], _ worker: SiteProcesses.Entry) throws -> Void
    ) throws {
        let fleet = try DaemonFleet(
            count, store: try PostgresDatabases.create(), in: directory, jobs: ["payroll-monthly": job])
        for kind in ["employees", "facts"] {
            try fleet.sites[0].mustDo(
                ["import", kind, repositoryRoot.appending(path: "fixtures/demo/\(kind).csv").path])
        }
        let environment = environment.merging(["STEWARD_LEASE_SECONDS": "\(leaseSeconds)"]) { $1 }
        // The first commit fixes the partitions.
        try fleet.start(0, crashAt: "run.commit.after:2:stop", environment: environment)
        let queued = try fleet.sites[0].steward(
            ["run", "payroll-monthly", "--period", "2026-04", "--queue"], now: now(fleet.shiftSeconds),
            environment: environment)
        #expect(queued.status == 0, "\(queued.text)")
        var stopped: SiteProcesses.Entry?
        try fleet.daemons[0]?.wait(upTo: 60, for: "no worker stands still") {
            stopped = SiteProcesses(site: fleet.sites[0]).workers.first { SiteProcesses.state(of: $0.id) == "T" }
            return stopped != nil
        }
        try body(fleet, environment, try #require(stopped))
    }

    private static let needsServers = ConditionTrait.enabled(
        if: OtherHost.isAvailable && PostgresCluster.isInstalled, "skipped: no PostgreSQL, or no host names of our own")

    @Test(needsServers) func `daemons that share a payroll leave what one process on SQLite leaves`() throws {
        try withTemporaryDirectory { directory in
            try Self.withStoppedWorker(3, leaseSeconds: 60, in: directory) { fleet, environment, worker in
                for number in 1...2 { try fleet.start(number, environment: environment) }
                try fleet.daemons[1]?.wait(upTo: 60, for: "not all is done that can be") {
                    try fleet.sites[0].count("run_partition WHERE state = 'done'") == 6
                }
                let shown = try fleet.sites[0].steward(["run", "show", "1"], now: Self.now(fleet.shiftSeconds))
                #expect(shown.text.contains("26 of 28"), "\(shown.text)")
                Glibc.kill(worker.id, SIGCONT)
                try fleet.waitUntilDone(upTo: 60)
                #expect(try fleet.sites[0].count("run WHERE state = 'partly' AND attempt = 1") == 1)
                #expect(try fleet.sites[0].count("run_partition WHERE state = 'added' AND attempt = 1") == 7)
                let hosts = try fleet.texts("SELECT host FROM run_partition ORDER BY number")
                #expect(hosts.first == "node-0" && !hosts.dropFirst().contains("node-0"), "\(hosts)")
                let check = try fleet.sites[0].steward(["store", "check"], now: Self.now(fleet.shiftSeconds))
                #expect(check.status == 0, "\(check.text)")
                fleet.terminate()
                let expected = try Self.rowsOfOneProcess(shiftSeconds: fleet.shiftSeconds, in: directory)
                let difference = StoreDump.difference(try Self.domainRows(of: fleet.sites[0]), from: expected)
                #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
                print("partitions by node: \(hosts)")
            }
        }
    }

    @Test(needsServers) func `the partition of a node that is killed is taken over at its checkpoint`() throws {
        try withTemporaryDirectory { directory in
            let leaseSeconds = 12
            try Self.withStoppedWorker(2, leaseSeconds: leaseSeconds, in: directory) { fleet, environment, worker in
                try fleet.start(1, crashAt: "run.commit.after:1:stop", environment: environment)
                try fleet.daemons[1]?.wait(upTo: 60, for: "no helper has begun") {
                    try fleet.sites[0].count("run_partition WHERE host = 'node-1' AND chunks = 1") == 1
                }
                fleet.kill(1)
                Glibc.kill(worker.id, SIGCONT)
                try fleet.waitUntilDone(upTo: 60)
                #expect(try fleet.sites[0].count("run WHERE state = 'partly' AND attempt = 1") == 1)
                // Attempt 2 has done the second chunk alone.
                #expect(
                    try fleet.sites[0].count("run_partition WHERE attempt = 2 AND chunks = 2 AND host = 'node-0'") == 1)
                #expect(try fleet.sites[0].count("run_partition WHERE attempt = 1 AND host = 'node-0'") == 6)
                fleet.terminate()
                let expected = try Self.rowsOfOneProcess(shiftSeconds: fleet.shiftSeconds, in: directory)
                let difference = StoreDump.difference(try Self.domainRows(of: fleet.sites[0]), from: expected)
                #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
            }
        }
    }

    @Test(needsServers) func `when the node of the run itself is killed, a helper's node goes on with it`() throws {
        try withTemporaryDirectory { directory in
            try Self.withStoppedWorker(2, leaseSeconds: 3, in: directory) { fleet, environment, _ in
                fleet.kill(0)
                try fleet.start(1, environment: environment)
                try fleet.waitUntilDone(upTo: 60)
                #expect(try fleet.sites[0].count("run WHERE state = 'partly' AND attempt > 1") == 1)
                #expect(try fleet.sites[0].count("run_partition WHERE state = 'added'") == 7)
                fleet.terminate()
                let expected = try Self.rowsOfOneProcess(shiftSeconds: fleet.shiftSeconds, in: directory)
                let difference = StoreDump.difference(try Self.domainRows(of: fleet.sites[0]), from: expected)
                #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
            }
        }
    }

    @Test(arguments: Database.available)
    func `a divided payroll that is killed at any commit and started again ends as if nothing had happened`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            // 14 employees: two partitions of seven, one chunk each.
            let environment = ["STEWARD_PARTITION_ITEMS": "7"]
            let command = ["run", "payroll-weekly", "--period", "2026-W15"]
            let start = try Site.make(database, in: directory)
            let expected = try start.withCopy { site in
                let output = try site.steward(command, environment: environment)
                #expect(output.status == 0, "\(output.text)")
                return try site.dump()
            }
            #expect(expected.count { $0.hasPrefix("run_partition: ") } == 2)
            var places = 0
            for point in ["before", "within", "after"] {
                for count in 1... {
                    let place = "run.commit.\(point):\(count)"
                    let wasReached = try start.withCopy { site in
                        let killed = try site.steward(command, crashAt: place, environment: environment)
                        guard killed.status == 137 else { return false }
                        let again = try site.steward(command, environment: environment)
                        #expect(again.status == 0, "\(place): \(again.text)")
                        let difference = StoreDump.difference(try site.dump(), from: expected)
                        #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
                        return true
                    }
                    guard wasReached else { break }
                    places += 1
                }
            }
            // The partitions, each one's chunk and its being counted, the journal.
            #expect(places == 3 * (1 + 2 * 2 + 1))
        }
    }
}
