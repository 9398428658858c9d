import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// Several daemons on one PostgreSQL store, each with a company directory of its own and on what it takes for a host of
/// its own.
final class DaemonFleet {
    let sites: [Site]
    private(set) var daemons: [DaemonProcess?] = []

    /// How far the clocks of the daemons are ahead of the machine's.
    let shiftSeconds = Load.shiftSeconds
    /// Short enough to wait for.
    static let leaseSeconds = 3

    /// Writes the jobs and makes the directories; nobody is started yet.
    ///
    /// - Parameters:
    ///   - store: the address of a database that nobody else uses.
    ///   - jobs: the files by name.
    init(_ count: Int, store: String, in parent: URL, workers: Int = 2, jobs: [String: String]) throws {
        let first = parent.appending(path: UUID().uuidString, directoryHint: .notDirectory)
        try FileManager.default.createDirectory(at: first, withIntermediateDirectories: true)
        try DemoCompany.copyConfiguration(to: first, store: store)
        let site = Site(directory: first, storeURL: store)
        try site.keepJobs([])
        for (name, text) in jobs { try site.write(text, to: "jobs/\(name).yaml") }
        try site.mustDo(["store", "migrate"])
        sites =
            try [site]
            + (1..<count).map { number in
                let copy = parent.appending(path: "\(first.lastPathComponent)-\(number)", directoryHint: .notDirectory)
                try FileManager.default.copyItem(at: first, to: copy)
                return Site(directory: copy, storeURL: store)
            }
        for (number, site) in sites.enumerated() {
            try site.write(
                "http: {enabled: false}\nworkers: \(workers)\nnode: {name: \(Self.name(number))}\n",
                to: "config/daemon.yaml")
        }
        daemons = sites.map { _ in nil }
    }

    static func name(_ number: Int) -> String { "node-\(number)" }

    /// Starts those that do not run.
    func start() throws {
        for number in sites.indices where daemons[number] == nil { try start(number) }
    }

    /// - Parameters:
    ///   - crashAt: a place at which it ends or stands still, or one of its workers.
    ///   - additions: to its environment, or in the place of what it has.
    func start(_ number: Int, crashAt: String? = nil, environment additions: [String: String] = [:]) throws {
        daemons[number] = try DaemonProcess(
            sites[number], shiftSeconds: shiftSeconds, crashAt: crashAt,
            environment: ["STEWARD_LEASE_SECONDS": "\(Self.leaseSeconds)"].merging(additions) { $1 },
            launcher: OtherHost.launcher(named: Self.name(number)))
    }

    /// As when its machine loses its power: the daemon and all that it has started are gone at once.
    func kill(_ number: Int) {
        daemons[number]?.kill()
        for process in SiteProcesses(site: sites[number]).all { Glibc.kill(process.id, SIGKILL) }
        daemons[number] = nil
    }

    /// Waits until no run waits or is being worked on.
    func waitUntilDone(upTo seconds: Double) throws {
        guard let daemon = daemons.compactMap(\.self).first else { throw Failure(.failed, "no daemon runs") }
        let url = try #require(StoreURL(sites[0].storeURL))
        let store = try Store.open(url, relativeTo: "/", migrations: DemoCompany.migrations)
        defer { try? store.close() }
        try daemon.wait(upTo: seconds, for: "not all is done") {
            try store.read { connection in
                try connection.first(
                    "SELECT 1 FROM run WHERE state IN ('planned', 'queued', 'running', 'retry_wait') LIMIT 1",
                    map: { _ in true }) == nil
            }
        }
    }

    /// Ends those that run, as a service manager does.
    func terminate() {
        for daemon in daemons.compactMap(\.self) {
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
        }
        daemons = sites.map { _ in nil }
    }

    // MARK: - Work

    /// Queues so many runs of a job, all in one transaction.
    func enqueue(_ count: Int, of job: String, from firstDay: Int32 = 20_000) throws {
        let company = try Company.load(from: sites[0].directory.path)
        let declaration = try JobCatalog.load(for: company, kinds: DemoCompany.kinds).job(job)
        let now = Instant(microseconds: (Int64(Date().timeIntervalSince1970) + shiftSeconds) * 1_000_000)
        try sites[0].withStore { store in
            _ = try store.write { connection in
                let queue = RunQueue(connection, person: "ann", at: now)
                for day in 0..<count {
                    let period = Period.day(CalendarDate(dayNumber: firstDay + Int32(day)))
                    _ = try queue.enqueue(
                        NewRun(
                            declaration, period: period, parameters: declaration.parameters, trigger: .person,
                            notBefore: now))
                }
            }
        }
    }

    func texts(_ sql: String) throws -> [String] {
        try sites[0].withStore { store in try store.read { try $0.all(sql) { try $0.text(0) } } }
    }

    /// Each run has succeeded, once, and never did two attempts of it end well.
    func expectEachDoneOnce(_ count: Int, _ comment: Comment) throws {
        #expect(try sites[0].count("run WHERE state = 'succeeded'") == count, comment)
        #expect(try sites[0].count("run") == count, comment)
        #expect(try sites[0].count("attempt WHERE state = 'succeeded'") == count, comment)
        #expect(try sites[0].count("run_event WHERE to_state = 'succeeded'") == count, comment)
        #expect(try sites[0].count("attempt WHERE state = 'running'") == 0, comment)
    }

    /// Runs by the node that has done them.
    func doneByNode() throws -> [String: Int] {
        let rows = try texts(
            "SELECT host || ' ' || CAST(COUNT(*) AS TEXT) FROM attempt WHERE state = 'succeeded' GROUP BY host")
        let pairs = rows.map { $0.split(separator: " ") }.map { (String($0[0]), Int($0[1]) ?? 0) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
