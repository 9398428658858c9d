import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import Testing

/// Work for a daemon that is disturbed: jobs that are due each second, a row of payrolls that waits, and mail; and what
/// must be so when all of it has come to rest.
struct Load {
    let site: Site
    /// The daemon's clock, and that of the commands.
    let shiftSeconds: Int64

    /// What the job is due at, in seconds apart.
    static let scheduled: [String: Int64] = ["mark-a": 1, "mark-b": 1, "letter": 2, "nap": 3]
    static let firstWeek = 15
    static let lastWeek = 22

    /// A Monday in August of the year whose figures the demo has.
    static let shiftSeconds: Int64 = {
        let begin = ISO8601DateFormatter().date(from: "2026-08-03T06:00:00Z") ?? Date()
        return Int64(begin.timeIntervalSinceNow)
    }()

    private static let patience = "retry: {max: 20, backoff: 1s..1s}\n"

    /// Writes the jobs, and leaves payrolls in the queue.
    init(on site: Site, hasPayrolls: Bool = true) throws {
        self.site = site
        shiftSeconds = Self.shiftSeconds
        try site.keepJobs(["payroll-weekly"])
        try site.append(Self.patience, to: "jobs/payroll-weekly.yaml")
        let catchUp = "catch_up: {policy: all, max: 100, spread: 0s}\noverlap: allow\n"
        for name in ["mark-a", "mark-b"] {
            // mkdir fails where the folder is there already: what is done twice fails.
            try site.write(
                """
                job: \(name)
                kind: command
                description: Makes a folder for each run
                period: instant
                command: {program: mkdir, arguments: ["var/marks/{run}"]}
                schedule: {every: 1s}
                \(Self.patience)\(catchUp)
                """, to: "jobs/\(name).yaml")
        }
        try site.write(
            """
            job: nap
            kind: command
            description: Takes its time
            period: instant
            command: {program: sleep, arguments: ["0.4"], repeatable: true}
            schedule: {every: 3s}
            \(Self.patience)\(catchUp)
            """, to: "jobs/nap.yaml")
        try site.write(
            """
            job: letter
            kind: digest.send
            description: A mail for each run
            period: instant
            parameters: {to: ann@example.com}
            schedule: {every: 2s}
            \(Self.patience)\(catchUp)
            """, to: "jobs/letter.yaml")
        try site.write("http: {enabled: false}\nworkers: 3\n", to: "config/daemon.yaml")
        try FileManager.default.createDirectory(
            at: site.directory.appending(path: "var/marks"), withIntermediateDirectories: true)
        guard hasPayrolls else { return }
        try steward([
            "backfill", "payroll-weekly", "--from", "2026-W\(Self.firstWeek)", "--to", "2026-W\(Self.lastWeek)",
        ])
    }

    func daemon(_ environment: [String: String] = [:]) throws -> DaemonProcess {
        try DaemonProcess(site, shiftSeconds: shiftSeconds, environment: environment)
    }

    /// Gives a command by the daemon's clock.
    func steward(_ arguments: [String]) throws {
        let output = try site.steward(arguments, now: "\(shiftSeconds)")
        guard output.status == 0 else {
            throw Failure(.failed, "\(arguments.joined(separator: " ")): \(output.status): \(output.text)")
        }
    }

    // MARK: - Coming to rest

    /// Nothing more becomes due, and everything that waits is done; then the daemon is told to end.
    func settle(_ daemon: DaemonProcess, upTo seconds: Double) throws {
        try daemon.wait(upTo: 60, for: "the schedules were not read") {
            try site.count("job_schedule") == Self.scheduled.count
        }
        for job in Self.scheduled.keys.sorted() { try steward(["job", "pause", job, "--reason", "the end"]) }
        let isAtRest = {
            try site.count("run WHERE state IN ('planned', 'queued', 'running', 'retry_wait')") == 0
                && site.count("outbox_delivery WHERE state IN ('pending', 'sending', 'dot_pending', 'deferred')") == 0
        }
        do {
            try daemon.wait(upTo: seconds, for: "not at rest", until: isAtRest)
        } catch {
            let mail = try texts(
                """
                SELECT CAST(outbox_message_id AS TEXT) || ' ' || to_state || ' ' || COALESCE(reason, '') || ' '
                       || COALESCE(answer, '') || ' ' || CAST(at AS TEXT)
                  FROM outbox_event
                 WHERE outbox_message_id IN (SELECT outbox_message_id FROM outbox_delivery
                                              WHERE state IN ('pending', 'sending', 'dot_pending', 'deferred'))
                 ORDER BY outbox_event_id
                """)
            throw Failure(.failed, "\(error)\nmail: \(mail.joined(separator: "\n"))")
        }
        // A run whose workers were killed ten times has failed, so that a person looks at it.
        let lost = try texts("SELECT CAST(run_id AS TEXT) FROM attempt WHERE error LIKE '%were lost%'")
        for run in Set(lost) { try steward(["run", "retry", run]) }
        try daemon.wait(upTo: seconds, for: "not at rest", until: isAtRest)
        daemon.terminate()
        guard daemon.process.terminationStatus == 0 else { throw Failure(.failed, "the daemon: \(daemon.log)") }
    }

    // MARK: - What must be so

    /// What there was, for people.
    struct Counts {
        var occurrences = 0, runs = 0, attempts = 0, lost = 0, marks = 0, doubtfulMarks = 0
        var messages = 0, accepted = 0, inDoubt = 0
    }

    /// - Parameters:
    ///   - accepted: the Message-IDs of what the mail server took.
    ///   - payroll: as `payroll()` gives it for a company that nobody disturbed.
    func check(accepted: [String], payroll: [String], _ comment: Comment) throws -> Counts {
        var counts = Counts()
        try checkOccurrences(&counts, comment)
        try checkMarks(&counts, comment)
        try checkLetters(accepted, &counts, comment)
        let difference = StoreDump.difference(try self.payroll(), from: payroll)
        #expect(difference.isEmpty, "\(comment): \(difference.joined(separator: "\n"))")
        let check = try site.steward(["store", "check"], now: "\(shiftSeconds)")
        #expect(check.status == 0, "\(comment): \(check.text)")
        counts.runs = try site.count("run")
        counts.attempts = try site.count("attempt")
        counts.lost = try site.count("attempt WHERE state IN ('lost', 'killed')")
        return counts
    }

    /// Each instant has one row, from the first to the last; each row that says so has its run, and each run its row.
    private func checkOccurrences(_ counts: inout Counts, _ comment: Comment) throws {
        for (job, step) in Self.scheduled {
            let rows = try texts(
                """
                SELECT CAST(due_at AS TEXT) || ' ' || state || ' ' || COALESCE(CAST(run_id AS TEXT), '-') || ' '
                       || COALESCE(reason, '-')
                  FROM occurrence WHERE job = '\(job)' ORDER BY due_at
                """
            ).map { $0.split(separator: " ", maxSplits: 3).map(String.init) }
            let due = rows.compactMap { Int64($0[0]) }
            counts.occurrences += due.count
            #expect(due.count > 1, "\(comment): \(job)")
            for (one, next) in zip(due, due.dropFirst()) {
                #expect(
                    next - one == step * 1_000_000, "\(comment): \(job), nothing on record between \(one) and \(next)")
            }
            for row in rows {
                #expect((row[1] == "run") == (row[2] != "-"), "\(comment): \(job) \(row)")
                #expect(row[1] == "run" || row[3] != "-", "\(comment): \(job) \(row)")
            }
            let missed = rows.filter { $0[1] == "missed" }
            #expect(missed.isEmpty, "\(comment): \(job) \(missed)")
            let named = rows.map { $0[2] }.filter { $0 != "-" }.sorted()
            let runs = try texts("SELECT CAST(run_id AS TEXT) FROM run WHERE job = '\(job)'").sorted()
            #expect(named == runs, "\(comment): \(job)")
        }
    }

    /// A program that was started once made one folder; one that may have been started was not started again.
    private func checkMarks(_ counts: inout Counts, _ comment: Comment) throws {
        let made = Set(
            try FileManager.default.contentsOfDirectory(atPath: site.directory.appending(path: "var/marks").path))
        let runs = try texts(
            """
            SELECT CAST(run.run_id AS TEXT) || ' ' || run.state || ' ' || COALESCE(attempt.error, '-')
              FROM run JOIN attempt ON attempt.run_id = run.run_id AND attempt.number = run.attempt
             WHERE run.job LIKE 'mark-%'
            """
        ).map { $0.split(separator: " ", maxSplits: 2).map(String.init) }
        for run in runs {
            switch run[1] {
            case "succeeded": #expect(made.contains(run[0]), "\(comment): run \(run[0]) made no folder")
            default:
                #expect(run[1] == "failed" && run[2].contains("It was not started again."), "\(comment): \(run)")
                counts.doubtfulMarks += 1
            }
        }
        #expect(made.isSubset(of: runs.map { $0[0] }), "\(comment)")
        let twice = try texts("SELECT error FROM attempt WHERE error LIKE '%ended with exit code 1%'")
        #expect(twice.isEmpty, "\(comment): \(twice)")
        counts.marks = made.count
    }

    /// Each run has written one message, and each message was taken once, or is in doubt.
    private func checkLetters(_ accepted: [String], _ counts: inout Counts, _ comment: Comment) throws {
        #expect(Set(accepted).count == accepted.count, "\(comment): a message was taken twice")
        let runs = try texts(
            "SELECT CAST(run_id AS TEXT) || ' ' || state FROM run WHERE job = 'letter' ORDER BY run_id")
        let messages = try texts(
            """
            SELECT CAST(message.run_id AS TEXT) || ' <' || message.message_id || '> ' || delivery.state
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             ORDER BY message.run_id
            """
        ).map { $0.split(separator: " ").map(String.init) }
        #expect(runs.allSatisfy { $0.hasSuffix(" succeeded") }, "\(comment): \(runs)")
        #expect(messages.map { $0[0] + " succeeded" }.sorted() == runs.sorted(), "\(comment)")
        let taken = Set(accepted)
        for message in messages {
            switch message[2] {
            case "sent": #expect(taken.contains(message[1]), "\(comment): \(message) was not taken")
            case "in_doubt": counts.inDoubt += 1
            default: Issue.record("\(comment): \(message)")
            }
        }
        #expect(taken.isSubset(of: messages.map { $0[1] }), "\(comment)")
        counts.messages = messages.count
        counts.accepted = accepted.count
    }

    /// Who was paid what for which week, and what stands in the books.
    func payroll() throws -> [String] {
        try texts(
            """
            SELECT run.period || ' ' || run.state || ' ' || payslip.employee_id || ' '
                   || CAST(payslip.net_minor AS TEXT) || ' ' || payslip.input_hash
              FROM payslip JOIN run ON run.run_id = payslip.run_id
             ORDER BY run.period, payslip.employee_id
            """)
            + texts(
                """
                SELECT account || ' ' || CAST(COUNT(*) AS TEXT) || ' ' || CAST(SUM(amount_minor) AS TEXT)
                  FROM posting GROUP BY account ORDER BY account
                """)
            + texts("SELECT 'entries ' || CAST(COUNT(*) AS TEXT) FROM journal_entry")
    }

    private func texts(_ sql: String) throws -> [String] {
        try site.withStore { store in try store.read { try $0.all(sql) { try $0.text(0) } } }
    }
}
