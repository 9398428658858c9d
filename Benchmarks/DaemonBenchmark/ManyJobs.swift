import Foundation

/// How long a daemon with many declared jobs takes until it is ready, what memory it holds, and what it does when nothing
/// is due, beside a bare loop that opens each file and has libyaml read it.
func measureManyJobs(of program: URL, jobs count: Int) throws {
    // Nothing of it becomes due while it is measured.
    let hour = (Int(Date().timeIntervalSince1970) / 3_600 + 12) % 24
    let jobs = (0..<count).map { number in
        (
            "job-\(number)",
            """
            # What a job file of a company looks like: a line or two on what it is for.
            job: job-\(number)
            kind: command
            description: Copies what customer \(number) has sent, each day
            period: day
            command:
              program: rsync
              arguments: [-a, "inbox/\(number)/", "archive/{period}/"]
            schedule: \(schedule(number, hour))
            catch_up: {policy: latest, window: 20h}
            timeout: 1h
            retry: {max: 3, backoff: 5m..1h, on: [unavailable, failed]}

            """
        )
    }
    let site = try BenchmarkSite(
        program: program, jobs: Dictionary(uniqueKeysWithValues: jobs),
        calendar: """
            title: Days off
            source: none
            years: {from: 2020, until: 2060}
            weekend: [saturday, sunday]
            holidays:
              - {name: Christmas Day, day: 25 December, observed: next_working_day}
              - {name: Boxing Day, day: 26 December, observed: next_working_day}
              - {name: Good Friday, day: Easter - 2}

            """)
    defer { site.remove() }
    let folder = site.directory.appending(path: "jobs").path
    let bare = try BareReading.measure(folder)

    say("\(count) declared jobs, each with a schedule; load \(loadText)")
    say("                                        ready    processor   resident   highest")
    for start in ["the first start, all of them new to it", "the second start"] {
        let daemon = try LiveDaemon(site)
        let processor = daemon.processorSeconds
        say(
            start.padding(toLength: 38, withPad: " ", startingAt: 0)
                + String(
                    format: "%6.2f s   %6.2f s  %6.0f MB  %6.0f MB", daemon.secondsToReady, processor,
                    daemon.residentMegabytes, daemon.peakMegabytes))
        if start == "the second start" {
            say(
                "ratio to the bare reading: \(text(daemon.secondsToReady / bare.seconds)) of its time, "
                    + "\(text(processor / bare.processorSeconds)) of its processor time")
            idle(daemon)
        }
        daemon.stop()
    }
    say(
        "bare: each file opened and read by libyaml "
            + String(format: "%5.2f s   %6.2f s", bare.seconds, bare.processorSeconds))
    say("aims: ready in 2 s, 150 MB resident, 1 % of a processor when idle")
}

/// Cron and business days in turns, in zones of their own, so that all kinds of declarations are among them.
private func schedule(_ number: Int, _ hour: Int) -> String {
    let zone = ["Europe/London", "America/New_York", "Asia/Tokyo"][number / 3 % 3]
    let minute = number % 60
    switch number % 3 {
    case 0: return "{cron: \"\(minute) \(hour) * * *\", tz: \(zone)}"
    case 1: return "{on: last_business_day, at: \"\(hour < 10 ? "0" : "")\(hour):00\", calendar: bench}"
    default: return "{cron: \"\(minute) \(hour) * * mon-fri\"}"
    }
}

private let idleSeconds = 40.0

private func idle(_ daemon: LiveDaemon) {
    Thread.sleep(forTimeInterval: 2)
    let before = daemon.processorSeconds
    let begin = ContinuousClock.now
    Thread.sleep(forTimeInterval: idleSeconds)
    let share = (daemon.processorSeconds - before) / ((ContinuousClock.now - begin) / .seconds(1))
    say(
        "idle over \(Int(idleSeconds)) s: \(text(100 * share, 2)) % of a processor, "
            + "\(text(daemon.residentMegabytes, 0)) MB resident, \(daemon.openDescriptors) descriptors, "
            + "\(daemon.threads) threads")
}
