import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct RunProgramTests {
    private static func job(_ script: String, more: String = "") -> String {
        """
        kind: command
        period: day
        command:
          program: sh
          arguments: [-c, "\(script)", sh, "{job} {period} {run} {attempt}", "{company}", "{ period } {} {"]
        \(more)
        """
    }

    @Test(arguments: Database.available)
    func `a program gets its arguments, variables and folder`(database: Database) throws {
        let script =
            "printf '%s;' \\\"$@\\\" $STEWARD_JOB $STEWARD_PERIOD $STEWARD_RUN $STEWARD_ATTEMPT > said; pwd >> said"
        try Workshop.with(database, jobs: ["push": Self.job(script)]) { shop in
            let record = try shop.run("push", "2026-04-28")
            #expect(record.state == .succeeded)
            #expect(record.summary["ended with"] == "exit code 0")
            let said = try String(contentsOfFile: shop.path("said"), encoding: .utf8)
            #expect(
                said == "push 2026-04-28 1 1;\(shop.company.directory);{ period } {} {;push;2026-04-28;1;1;"
                    + "\(shop.company.directory)\n")
            // Asking again runs nothing.
            try FileManager.default.removeItem(atPath: shop.path("said"))
            try shop.run("push", "2026-04-28")
            #expect(!FileManager.default.fileExists(atPath: shop.path("said")))
            #expect(try shop.check() == [])
        }
    }

    @Test func `no variable is handed on that is not named`() throws {
        setenv("OPERATIONS_TEST_A", "a", 1)
        setenv("OPERATIONS_TEST_B", "b", 1)
        let script = "echo \\\"$OPERATIONS_TEST_A-$OPERATIONS_TEST_B-$HOME\\\" > said"
        try Workshop.with(jobs: ["push": Self.job(script, more: "  environment: [OPERATIONS_TEST_A]")]) { shop in
            try shop.run("push", "2026-04-28")
            #expect(try String(contentsOfFile: shop.path("said"), encoding: .utf8) == "a--\n")
        }
    }

    @Test(arguments: [("exit 23", "exit code 23"), ("kill -9 $$", "signal 9 (Killed)")])
    func `a program that fails fails its run, and may be tried again`(script: String, ending: String) throws {
        try Workshop.with(jobs: ["push": Self.job("echo x >> said; " + script)]) { shop in
            for attempt in 1...2 {
                let error = #expect(throws: Failure.self) { try shop.run("push", "2026-04-28") }
                #expect(error?.summary.hasSuffix("/sh ended with \(ending).") == true, "\(String(describing: error))")
                #expect(error.flatMap { FailureCause($0) } == .failed)
                let record = try shop.store.read { try RunRecords.find(.number(RunID(rawValue: 1)), in: $0) }
                #expect(record.state == .failed && record.attempt == attempt)
            }
            #expect(try String(contentsOfFile: shop.path("said"), encoding: .utf8) == "x\nx\n")
        }
    }

    @Test(arguments: [false, true])
    func `a program that may have run is not started again, unless it is repeatable`(isRepeatable: Bool) throws {
        let more = "  repeatable: \(isRepeatable)"
        try Workshop.with(jobs: ["push": Self.job("echo x >> said", more: more)]) { shop in
            let declaration = try shop.declaration("push")
            let gone = WorkerProcess(host: WorkerProcess.current.host, id: 2_000_000_000, started: "1")
            let day = try #require(Period("2026-04-28"))
            try shop.store.write { db in
                let queue = RunQueue(db, person: "ann", at: Workshop.now)
                let run = try queue.enqueue(
                    NewRun(
                        declaration, period: day, parameters: declaration.parameters, trigger: .person,
                        notBefore: Workshop.now))
                _ = try queue.claim(run.record.id, for: gone)
                try db.execute("UPDATE run SET steps = 'program started in attempt 1', chunks = 1")
            }
            if isRepeatable {
                #expect(try shop.run("push", "2026-04-28").state == .succeeded)
                #expect(try String(contentsOfFile: shop.path("said"), encoding: .utf8) == "x\n")
            } else {
                for _ in 1...2 {
                    let error = #expect(throws: Failure.self) { try shop.run("push", "2026-04-28") }
                    #expect(error?.exitCode == .refused)
                    #expect(error?.summary.contains("it may have run") == true)
                    // A retry of the daemon's is no help.
                    #expect(error.flatMap { FailureCause($0) } == nil)
                }
                #expect(!FileManager.default.fileExists(atPath: shop.path("said")))
                try shop.run("push", "2026-04-28", repetition: .again)
                #expect(try String(contentsOfFile: shop.path("said"), encoding: .utf8) == "x\n")
            }
        }
    }

    @Test func `a dry run does not run the program`() throws {
        try Workshop.with(jobs: ["push": Self.job("echo x > said")]) { shop in
            let rehearsal = try shop.rehearse("push", "2026-04-28")
            #expect(rehearsal.record.summary["program"] == "not run: a dry run cannot undo what it does")
            #expect(rehearsal.record.summary["would run"]?.contains("push 2026-04-28") == true)
            #expect(shop.files(in: ".").contains("said") == false)
        }
    }

    @Test func `a person who cancels the run stops the program`() throws {
        let script = "trap 'echo stopped > said; exit 1' TERM; touch started; while :; do sleep 0.05; done"
        try Workshop.with(jobs: ["push": Self.job(script)]) { shop in
            let other = try shop.company.openStore(migrations: Workshop.migrations)
            let thread = Thread {
                while !FileManager.default.fileExists(atPath: shop.path("started")) { usleep(20_000) }
                try? other.write { db in
                    _ = try RunQueue(db, person: "bob", at: Workshop.now).cancel(RunID(rawValue: 1), reason: "enough")
                }
            }
            thread.start()
            #expect(throws: RunError.cancelRequested(RunID(rawValue: 1), by: "bob", reason: "enough")) {
                try shop.run("push", "2026-04-28")
            }
            #expect(try String(contentsOfFile: shop.path("said"), encoding: .utf8) == "stopped\n")
            try other.close()
            let record = try shop.store.read { try RunRecords.find(.number(RunID(rawValue: 1)), in: $0) }
            #expect(record.state == .canceled)
        }
    }

    @Test func `a declaration says what it runs, in its own place, and rightly`() throws {
        try Workshop.with(jobs: [
            "a": "kind: command\nperiod: day",
            "b": "kind: store.backup\nperiod: day\ncommand: {program: echo}",
            "c": """
            kind: command
            period: day
            parameters: {program: /bin/sh}
            command:
              program: bin/echo
              arguments: ["{perod}"]
              environment: [PATH, STEWARD_RUN, "A=1", 1A]
              shell: true
            """,
        ]) { shop in
            var problems = ProblemList()
            _ = JobCatalog.load(for: shop.company, kinds: Workshop.kinds, problems: &problems)
            let texts = problems.problems.map(\.description)
            for part in [
                "jobs/a.yaml:3:7: the kind command needs a command",
                "jobs/b.yaml:5:10: the kind store.backup runs no program",
                "the kind command has no parameter \"program\"",
                "program \"bin/echo\" is neither a name nor an absolute path",
                "has a placeholder {perod}, which is none; did you mean \"period\"?", "\"PATH\" is no name",
                "\"STEWARD_RUN\" is no name", "\"A=1\" is no name", "\"1A\" is no name", "the key \"shell\" is unknown",
            ] {
                #expect(texts.contains { $0.contains(part) }, "\(part)\n\(texts.joined(separator: "\n"))")
            }
        }
    }

    @Test func `a program that is not there is named`() throws {
        try Workshop.with(jobs: ["a": "kind: command\nperiod: day\ncommand: {program: no-such-program}"]) { shop in
            let error = #expect(throws: Failure.self) { try shop.run("a", "2026-04-28") }
            #expect(error?.summary == "There is no program no-such-program that can be executed.")
        }
    }
}
