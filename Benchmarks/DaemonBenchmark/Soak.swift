import Foundation

/// A daemon left alone with a job every second and a mail every minute. At the end what was due is counted against what
/// was run, by the store's records and by a file that the runs themselves have written to.
struct Soak {
    private let program: URL
    private let minutes: Int

    init(_ program: URL, minutes: Int) {
        self.program = program
        self.minutes = minutes
    }

    private static let jobs = [
        // The program leaves its mark outside of the store.
        "beat": """
        job: beat
        kind: command
        description: Writes a line, each second
        period: instant
        command: {program: /bin/sh, arguments: [-c, "echo {period} {attempt} >> var/beats; echo begun"]}
        schedule: {every: 1s}
        overlap: allow

        """,
        "digest": """
        job: digest
        kind: digest.send
        description: Mails what the jobs did, each minute
        period: instant
        parameters: {to: boss@test.example}
        schedule: {every: 1m}
        overlap: allow

        """,
    ]

    /// - Returns: whether every run was done, and done once.
    func run() throws -> Bool {
        let site = try BenchmarkSite(program: program, jobs: Self.jobs, workers: 4, hasMail: true)
        defer { site.remove() }
        let daemon = try LiveDaemon(site)
        say(
            "a job each second and a mail each minute, for \(minutes) minutes; the daemon was ready after "
                + "\(text(daemon.secondsToReady, 2)) s")
        say("minute   resident    highest   descriptors  threads   processor        store    load")
        sample(daemon, site, minute: 0)
        for minute in 1...max(1, minutes) {
            wait(until: daemon.readyAt.addingTimeInterval(Double(minute) * 60))
            guard daemon.isRunning else { throw BenchmarkError("the daemon has ended in minute \(minute)") }
            sample(daemon, site, minute: minute)
        }
        let stoppedAt = Date()
        daemon.stop()
        return try judge(site, from: daemon.readyAt, to: stoppedAt)
    }

    private func wait(until date: Date) {
        let seconds = date.timeIntervalSinceNow
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    }

    private func sample(_ daemon: LiveDaemon, _ site: BenchmarkSite, minute: Int) {
        var bytes = 0
        for ending in ["", "-wal"] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: site.store.path + ending)
            bytes += (attributes?[.size] as? NSNumber)?.intValue ?? 0
        }
        say(
            String(
                format: "%6d  %7.1f MB %7.1f MB  %11d  %7d  %8.2f s  %8.2f MB    ", minute,
                daemon.residentMegabytes, daemon.peakMegabytes, daemon.openDescriptors, daemon.threads,
                daemon.processorSeconds, Double(bytes) / 1_048_576) + loadText)
    }

    // MARK: - Counting

    private func judge(_ site: BenchmarkSite, from readyAt: Date, to stoppedAt: Date) throws -> Bool {
        let store = try StoreReader(site.store)
        var faults: [String] = []
        func expect(_ isSo: Bool, _ fault: String) {
            if !isSo { faults.append(fault) }
        }
        let second: Int64 = 1_000_000
        let due = try store.rows("SELECT due_at FROM occurrence WHERE job = 'beat' ORDER BY due_at").compactMap {
            $0[0]
        }
        guard let first = due.first, let last = due.last else { throw BenchmarkError("nothing was due") }
        let instants = Int((last - first) / second) + 1
        expect(due.count == instants, "\(instants - due.count) instants have no row")
        expect(Double(first) / 1e6 < readyAt.timeIntervalSince1970 + 1.1, "the first instants have no row")
        expect(Double(last) / 1e6 > stoppedAt.timeIntervalSince1970 - 2.1, "the last instants have no row")
        let missed = try store.number("SELECT COUNT(*) FROM occurrence WHERE job = 'beat' AND state = 'missed'")
        let skipped = try store.number("SELECT COUNT(*) FROM occurrence WHERE job = 'beat' AND state = 'skipped'")
        expect(missed + skipped == 0, "\(missed) missed and \(skipped) skipped")
        let runs = try store.number("SELECT COUNT(*) FROM run WHERE job = 'beat'")
        let succeeded = try store.number("SELECT COUNT(*) FROM run WHERE job = 'beat' AND state = 'succeeded'")
        let attempts = try store.number("SELECT COUNT(*) FROM attempt JOIN run USING (run_id) WHERE job = 'beat'")
        expect(runs == instants, "\(runs) runs for \(instants) instants")
        expect(succeeded == runs, "\(runs - succeeded) runs have not succeeded")
        expect(attempts == runs, "\(attempts) attempts for \(runs) runs")
        let lines = try String(contentsOf: site.directory.appending(path: "var/beats"), encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
        expect(lines.count == instants && Set(lines).count == instants, "\(lines.count) lines for \(instants) instants")
        let mails = try FileManager.default.contentsOfDirectory(
            atPath: site.directory.appending(path: "var/outbox").path
        ).filter { $0.hasSuffix(".eml") }.count
        let digests = try store.number("SELECT COUNT(*) FROM run WHERE job = 'digest' AND state = 'succeeded'")
        let sent = try store.number("SELECT COUNT(*) FROM outbox_delivery WHERE state = 'sent'")
        expect(
            digests >= minutes && mails == digests && sent == digests,
            "\(mails) mails, \(sent) on record as sent, for \(digests) digests")

        let lateness = try store.lateness(of: "beat")
        say(
            """
            due \(instants), run \(runs), succeeded \(succeeded), attempts \(attempts), lines written \(lines.count), \
            missed \(missed), skipped \(skipped); mails \(mails) of \(digests)
            milliseconds after the instant at which they were due:
            \(Quantiles.heading)
            \(lateness.claimed.line("claimed by the daemon"))
            \(lateness.begun.line("its worker has begun"))
            \(lateness.firstLine.line("first line of the worker's program"))
            \(lateness.done.line("done, with its end in the store"))
            """)
        for fault in faults { say("WRONG: \(fault)") }
        if faults.isEmpty { say("not one missed, not one doubled") }
        return faults.isEmpty
    }
}
