/// What the scheduler costs with many jobs, on SQLite and, where it is installed, on PostgreSQL.
///
///     swift run -c release SchedulerBenchmark [jobs] [rounds]
///
/// The jobs are taken into the store, looked at with nothing due, and then all of them are due at once, each with a
/// run. The limit is one second for 10,000 jobs, with what is due dealt with.
import Calendars
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport

let arguments = CommandLine.arguments.dropFirst().map { $0 }
let jobCount = arguments.first.flatMap { Int($0) } ?? 10_000
let roundCount = arguments.dropFirst().first.flatMap { Int($0) } ?? 3

/// What something took, and how much of it this process spent on the processor.
struct Cost {
    var wall: Double
    var processor: Double

    var text: String { String(format: "%8.1f (%.1f)", wall, processor) }
}

func milliseconds(_ body: () throws -> Void) rethrows -> Cost {
    func processor() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
    let before = processor()
    let elapsed = try ContinuousClock().measure(body).components
    return Cost(
        wall: Double(elapsed.attoseconds) / 1e15 + Double(elapsed.seconds) * 1e3, processor: processor() - before)
}

/// Does nothing; no run of the benchmark gets as far.
struct Nothing: JobKind {
    static let name = "benchmark.nothing"
    static let abstract = "Does nothing"
    static let parameters: [ParameterDefinition] = []
    static let granularities: [Period.Granularity] = [.day]

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}
    func run(_ run: Run) throws -> RunSummary { RunSummary() }
}

let parent = FileManager.default.temporaryDirectory.appending(path: "steward-bench-\(UUID().uuidString)")
for folder in ["config", "jobs"] {
    try FileManager.default.createDirectory(
        at: parent.appending(path: folder), withIntermediateDirectories: true)
}
defer { try? FileManager.default.removeItem(at: parent) }
try "company: Test Ltd\ncurrency: GBP\ntime_zone: Europe/London\nstore: sqlite:var/steward.db\n".write(
    to: parent.appending(path: "config/company.yaml"), atomically: false, encoding: .utf8)
for number in 0..<jobCount {
    let text = """
        job: job-\(number)
        kind: benchmark.nothing
        description: Nothing, every day at six
        period: day
        schedule:
          cron: "0 6 * * *"

        """
    try text.write(to: parent.appending(path: "jobs/job-\(number).yaml"), atomically: false, encoding: .utf8)
}

let company = try Company.load(from: parent.path)
var declarations: [String: JobDeclaration] = [:]
let reading = try milliseconds {
    let catalog = try JobCatalog.load(for: company, kinds: KindRegistry([Nothing.self]))
    declarations = Dictionary(uniqueKeysWithValues: catalog.jobs.map { ($0.name, $0) })
}
let jobs = declarations.values.compactMap { job in
    job.schedule.map {
        ScheduledJob(
            name: job.name, schedule: $0.schedule, fingerprint: $0.fingerprint, declaration: job.hash,
            tzdata: $0.environment, catchUp: $0.catchUp, overlap: $0.overlap)
    }
}
let pass = SchedulePass(
    jobs: jobs, person: "daemon", declaration: { [declarations] in declarations[$0] }, former: { _, _ in nil },
    newRun: { [declarations] due in
        guard let job = declarations[due.job] else { preconditionFailure("no job \(due.job)") }
        return job.run(dueAt: due.due, notBefore: due.notBefore, reason: due.reason, trigger: .schedule)
    })
let midnight = Instant(startOf: CalendarDate(year: 2026, month: 11, day: 20) ?? .latest)

func measure(_ name: String, _ url: StoreURL, in directory: String) throws {
    let store = try Store.open(url, relativeTo: directory, create: true, migrations: JobsSchema.migrations)
    defer { try? store.close() }
    try store.migrate()
    let first = try milliseconds { _ = try pass.load(into: store, at: midnight) }
    let again = try milliseconds { _ = try pass.load(into: store, at: midnight.adding(seconds: 60)) }
    let idle = try milliseconds { _ = try pass.run(on: store, at: midnight.adding(seconds: 60)) }
    var started = 0
    let due = try milliseconds {
        started = try pass.run(on: store, at: midnight.adding(seconds: 6 * 3_600 + 5)).newRuns.count
    }
    var skipped = 0
    let next = try milliseconds {
        skipped = try pass.run(on: store, at: midnight.adding(seconds: 30 * 3_600 + 5)).occurrences.count
    }
    let costs = [first, again, idle, due, next].map(\.text).joined(separator: "  ")
    print(name.padding(toLength: 11, withPad: " ", startingAt: 0) + costs)
    precondition(started == jobCount && skipped == jobCount, "\(started) runs, \(skipped) skipped")
}

print("\(jobCount) jobs; milliseconds, and in brackets those of the processor")
print("their files were read in \(reading.text)")
print("taken into the store, again, looked at with nothing due, all due and run, all due and skipped:")
for round in 0..<roundCount {
    let file = parent.appending(path: "\(round).db").path
    if let url = StoreURL("sqlite:\(file)") { try measure("SQLite", url, in: parent.path) }
    if PostgresCluster.isInstalled, let url = StoreURL(try PostgresCluster.freshURL()) {
        try measure("PostgreSQL", url, in: parent.path)
    }
}

// The rules alone.
var job = jobs[0]
job.state = ScheduleState(
    job: job.name, fingerprint: job.fingerprint, declaration: job.declaration, cursor: midnight, next: nil,
    tzdata: job.tzdata)
var actions = 0
let tickCount = 200_000
let ticks = milliseconds {
    for index in 0..<tickCount {
        actions +=
            Scheduler.tick(job, live: .none, now: midnight.adding(seconds: 6 * 3_600 + Int64(index % 60))).actions.count
    }
}
print("rules alone: \(actions) ticks with one occurrence each in \(ticks.text)")
