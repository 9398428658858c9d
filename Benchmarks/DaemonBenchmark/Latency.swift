import Foundation

/// From the instant at which a run was due to the first line of its worker, by the store's own records, beside a bare
/// start of the same program by a timer.
func measureLatency(of program: URL, runs: Int, jobsAtOnce: Int) throws {
    let before = try BareStart.measure(program, starts: 100)
    // A program that says one word is the least that a worker can have to say.
    let jobs = (1...jobsAtOnce).map { number in
        (
            "beat-\(number)",
            """
            job: beat-\(number)
            kind: command
            description: Says one line, each second
            period: instant
            command: {program: /bin/echo, arguments: [begun]}
            schedule: {every: 1s}
            overlap: allow

            """
        )
    }
    let site = try BenchmarkSite(
        program: program, jobs: Dictionary(uniqueKeysWithValues: jobs), workers: max(2, jobsAtOnce))
    defer { site.remove() }
    let daemon = try LiveDaemon(site)
    let seconds = (runs + jobsAtOnce - 1) / jobsAtOnce
    let processor = daemon.processorSeconds
    Thread.sleep(forTimeInterval: Double(seconds) + 1.5)
    let share = (daemon.processorSeconds - processor) / (Double(seconds) + 1.5)
    daemon.stop()
    let lateness = try StoreReader(site.store).lateness(of: "beat", first: runs)
    let after = try BareStart.measure(program, starts: 100)
    guard lateness.firstLine.count >= runs else {
        throw BenchmarkError("\(lateness.firstLine.count) of \(runs) runs have a line")
    }
    say(
        """
        \(runs) runs of a live daemon on SQLite with synchronous=FULL, \(jobsAtOnce) due each second; milliseconds after the
        instant at which they were due; load \(loadText)
        \(Quantiles.heading)
        \(lateness.claimed.line("claimed by the daemon"))
        \(lateness.begun.line("its worker has begun"))
        \(lateness.firstLine.line("first line of the worker's program"))
        \(lateness.done.line("done, with its end in the store"))
        \(before.line("bare: timer, start, first byte (before)"))
        \(after.line("bare: timer, start, first byte (after)"))
        ratio of the first line to the bare start: p50 \(text(lateness.firstLine.p50 / after.p50)), \
        p99 \(text(lateness.firstLine.p99 / max(before.p99, after.p99)))
        aim: p99 of the first line 200 ms
        the daemon itself took \(text(100 * share)) % of a processor
        """)
}
