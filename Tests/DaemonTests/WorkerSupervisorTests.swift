import Calendars
import Daemon
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct WorkerSupervisorTests {
    /// With a recorder, closed at the end; with and without the descriptors of processes.
    private func supervise(
        maximumWorkers: Int = 64, usesProcessDescriptors: Bool = true,
        _ body: (WorkerSupervisor, EventRecorder) throws -> Void
    ) throws {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(
            clock: SystemClock(), maximumWorkers: maximumWorkers, usesProcessDescriptors: usesProcessDescriptors,
            onEvent: recorder.add)
        defer { supervisor.close(graceSeconds: 0) }
        try body(supervisor, recorder)
    }

    private func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// Waits, at most five seconds, until the process is gone.
    private func isGone(_ process: Int32) -> Bool {
        for _ in 0..<500 {
            guard isAlive(process) else { return true }
            usleep(10_000)
        }
        return false
    }

    @Test(arguments: [true, false])
    func `what a worker prints and how it exits are told in order`(usesProcessDescriptors: Bool) throws {
        try supervise(usesProcessDescriptors: usesProcessDescriptors) { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell(
                    "echo one; echo two >&2; pwd; echo $GREETING; exit 7",
                    environment: ["GREETING": "hello"], in: "/usr"))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .exited(code: 7))
            #expect(end.stopCause == nil && !end.wasKilled && !end.isOutputCutOff)
            #expect(recorder.text(of: worker) == "one\n/usr\nhello\n")
            #expect(recorder.text(of: worker, .standardError) == "two\n")
            #expect(recorder.all.first?.process != nil)
            #expect(recorder.all.last?.end != nil)
            #expect(end.maximumResidentBytes > 500_000)
            #expect(end.wallMicroseconds > 0)
        }
    }

    @Test func `a worker starts with nothing of ours: no descriptor, no signal blocked or ignored, no variable`() throws
    {
        try supervise { supervisor, recorder in
            let script =
                "ls -l /proc/self/fd | grep -c ' -> '; grep -E 'Sig(Blk|Ign)' /proc/self/status; env; read x || echo no input"
            let worker = try supervisor.start(TestProgram.shell(script))
            #expect(try recorder.end(of: worker).outcome == .exited(code: 0))
            let lines = recorder.text(of: worker).split(separator: "\n")
            // 0, 1, 2 and the directory that ls reads.
            #expect(lines.first == "4")
            #expect(lines.contains("SigBlk:\t0000000000000000"))
            // The C library ignores its own two signals, 32 and 33, whenever it starts a program.
            let ignored = lines.first { $0.hasPrefix("SigIgn:") }.flatMap { UInt64($0.dropFirst(8), radix: 16) }
            #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0)
            #expect(!lines.contains { $0.hasPrefix("HOME=") })
            #expect(lines.last == "no input")
        }
    }

    @Test func `a worker leads a process group of its own`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(TestProgram.shell("cut -d' ' -f5 /proc/self/stat; echo $$"))
            _ = try recorder.end(of: worker)
            let process = try recorder.process(of: worker)
            #expect(recorder.text(of: worker) == "\(process)\n\(process)\n")
        }
    }

    @Test func `output is kept although the worker is killed by SIGKILL`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell("head -c 50000 /dev/zero | tr '\\0' x; echo; echo last words; kill -9 $$"))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .signalled(SIGKILL))
            #expect(!end.wasKilled)
            #expect(recorder.text(of: worker) == String(repeating: "x", count: 50_000) + "\nlast words\n")
        }
    }

    @Test func `a grandchild that holds the pipe is killed with the group and holds nothing up`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(TestProgram.shell("sleep 1000 & echo $!; exit 0"))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .exited(code: 0))
            #expect(end.wallMicroseconds < 60_000_000)
            let grandchild = try #require(Int32(recorder.text(of: worker).dropLast()))
            #expect(isGone(grandchild))
        }
    }

    @Test func `a grandchild that escaped from the group and keeps printing holds nothing up either`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell("setsid sh -c 'echo $$; exec yes' & sleep 0.3; echo done >&2"))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .exited(code: 0))
            #expect(end.wallMicroseconds < 60_000_000)
            let first = recorder.text(of: worker).prefix { $0 != "\n" }
            let escaped = try #require(Int32(first))
            // Its pipe is closed, so its next word ends it.
            #expect(isGone(escaped))
        }
    }

    @Test func `a worker that runs too long is asked to stop, and stops`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell(
                    "trap 'echo stopping; exit 4' TERM; while :; do sleep 0.05; done", timeoutSeconds: 0.4))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .exited(code: 4))
            #expect(end.stopCause == .timeout && !end.wasKilled)
            #expect(end.wallMicroseconds >= 400_000)
            #expect(recorder.text(of: worker) == "stopping\n")
        }
    }

    @Test func `a worker that does not stop is killed with its children after the grace`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell(
                    "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done", timeoutSeconds: 0.3,
                    graceSeconds: 0.3))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .signalled(SIGKILL))
            #expect(end.stopCause == .timeout && end.wasKilled)
            #expect((600_000..<60_000_000).contains(end.wallMicroseconds))
            let grandchild = try #require(Int32(recorder.text(of: worker).dropLast()))
            #expect(isGone(grandchild))
        }
    }

    @Test func `a second stop for the same cause kills at once; another cause only shortens the grace`() throws {
        try supervise { supervisor, recorder in
            let stubborn = TestProgram.shell("trap 'echo heard' TERM; echo ready; while :; do sleep 0.05; done")
            let twice = try supervisor.start(stubborn)
            let other = try supervisor.start(stubborn)
            try recorder.waitForText("ready", of: twice)
            try recorder.waitForText("ready", of: other)
            supervisor.stop(twice, .cancelled, graceSeconds: 600)
            try recorder.waitForText("heard", of: twice)
            supervisor.stop(twice, .cancelled, graceSeconds: 600)
            let end = try recorder.end(of: twice)
            #expect(end.outcome == .signalled(SIGKILL) && end.stopCause == .cancelled && end.wasKilled)

            supervisor.stop(other, .cancelled, graceSeconds: 600)
            try recorder.waitForText("heard", of: other)
            supervisor.stopAll(.shutdown, graceSeconds: 0.2)
            let otherEnd = try recorder.end(of: other)
            #expect(otherEnd.outcome == .signalled(SIGKILL) && otherEnd.stopCause == .cancelled)
        }
    }

    @Test func `a worker that is held by SIGSTOP hears that it is to stop`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(TestProgram.shell("echo ready; exec sleep 1000"))
            try recorder.waitForText("ready", of: worker)
            kill(try recorder.process(of: worker), SIGSTOP)
            supervisor.stop(worker, .cancelled, graceSeconds: 600)
            #expect(try recorder.end(of: worker).outcome == .signalled(SIGTERM))
        }
    }

    @Test func `what cannot be started is told with the reason, and costs no place`() throws {
        try supervise(maximumWorkers: 1) { supervisor, recorder in
            for (command, expected) in [
                (
                    WorkerCommand(
                        program: "/no/such/program", arguments: ["x"], environment: [:], workingDirectory: "/"),
                    "starting /no/such/program in /: No such file or directory (posix_spawn)"
                ),
                (
                    TestProgram.shell("true", in: "/no/such/directory"),
                    "starting /bin/sh in /no/such/directory: No such file or directory (posix_spawn)"
                ),
                (
                    WorkerCommand(program: "/etc/passwd", arguments: ["x"], environment: [:], workingDirectory: "/"),
                    "starting /etc/passwd in /: Permission denied (posix_spawn)"
                ),
            ] {
                let worker = try supervisor.start(command)
                try recorder.wait { $0.contains { $0.worker == worker } }
                guard case .notStarted(let error)? = recorder.all.last?.kind else {
                    Issue.record("it was started")
                    return
                }
                #expect(error.description == expected)
                #expect(supervisor.runningCount == 0)
            }
        }
    }

    @Test func `more workers than allowed are refused until one has ended`() throws {
        try supervise(maximumWorkers: 2) { supervisor, recorder in
            let first = try supervisor.start(TestProgram.shell("sleep 1000"))
            _ = try supervisor.start(TestProgram.shell("sleep 1000"))
            #expect(throws: Failure.self) { try supervisor.start(TestProgram.shell("true")) }
            supervisor.stop(first, .cancelled, graceSeconds: 5)
            _ = try recorder.end(of: first)
            let third = try supervisor.start(TestProgram.shell("true"))
            #expect(try recorder.end(of: third).outcome == .exited(code: 0))
        }
    }

    @Test func `closing stops all workers and tells their ends before it returns`() throws {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
        let workers = try (0..<5).map { _ in try supervisor.start(TestProgram.shell("echo ready; exec sleep 1000")) }
        for worker in workers { try recorder.waitForText("ready", of: worker) }
        supervisor.close(graceSeconds: 10)
        for worker in workers {
            let end = recorder.all.first { $0.worker == worker && $0.end != nil }?.end
            #expect(end?.outcome == .signalled(SIGTERM))
            #expect(end?.stopCause == .shutdown)
        }
        #expect(throws: Failure.self) { try supervisor.start(TestProgram.shell("true")) }
    }

    @Test(arguments: [true, false])
    func `of 200 workers at once none is lost and nothing is mixed up`(usesProcessDescriptors: Bool) throws {
        try supervise(maximumWorkers: 200, usesProcessDescriptors: usesProcessDescriptors) { supervisor, recorder in
            let workers = try (0..<200).map {
                try supervisor.start(TestProgram.shell("echo worker \($0); exit \($0 % 50)"))
            }
            for (index, worker) in workers.enumerated() {
                #expect(try recorder.end(of: worker).outcome == .exited(code: Int32(index % 50)))
                #expect(recorder.text(of: worker) == "worker \(index)\n")
            }
            #expect(supervisor.runningCount == 0)
        }
    }

    @Test func `after 200 workers no descriptor and no zombie is left`() throws {
        // In a process of its own: the tests beside this one open files too.
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(TestProgram.command(["churn", "200"]))
            #expect(try recorder.end(of: worker).outcome == .exited(code: 0))
            #expect(recorder.text(of: worker) == "200 ended, 0 more descriptors, 0 children\n")
        }
    }

    @Test func `ends are known also where the daemon was started with SIGCHLD ignored`() throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                WorkerCommand(
                    // Not dash, which does not hand an ignored SIGCHLD on.
                    program: "/bin/bash",
                    arguments: ["bash", "-c", "trap '' CHLD; exec \"$0\" churn 20", TestProgram.path],
                    environment: [:], workingDirectory: "/"))
            #expect(try recorder.end(of: worker).outcome == .exited(code: 0))
            #expect(recorder.text(of: worker) == "20 ended, 0 more descriptors, 0 children\n")
        }
    }

    @Test(arguments: [true, false])
    func `a worker that other code has waited for is not waited for without end`(usesProcessDescriptors: Bool) throws {
        try supervise(usesProcessDescriptors: usesProcessDescriptors) { supervisor, recorder in
            let reaper = try supervisor.start(TestProgram.shell("echo gone"))
            let process = try recorder.process(of: reaper)
            var status: Int32 = 0
            // Whoever of the two comes first.
            let isOurs = waitpid(process, &status, 0) == process
            let end = try recorder.end(of: reaper)
            #expect(end.outcome == (isOurs ? .unknown : .exited(code: 0)))
            #expect(recorder.text(of: reaper) == "gone\n")
            #expect(supervisor.runningCount == 0)
        }
    }

    @Test(arguments: [Double.infinity, 1e300, .greatestFiniteMagnitude])
    func `a limit beyond all measure is none`(seconds: Double) throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell("echo ready; exec sleep 1000", timeoutSeconds: seconds, graceSeconds: seconds))
            try recorder.waitForText("ready", of: worker)
            supervisor.stop(worker, .cancelled, graceSeconds: seconds)
            #expect(try recorder.end(of: worker).outcome == .signalled(SIGTERM))
        }
    }

    @Test(arguments: [-1, Double.nan, 0, -Double.infinity])
    func `a limit below all measure has passed at once`(seconds: Double) throws {
        try supervise { supervisor, recorder in
            let worker = try supervisor.start(
                TestProgram.shell(
                    "trap '' TERM; while :; do sleep 1; done", timeoutSeconds: seconds, graceSeconds: seconds))
            let end = try recorder.end(of: worker)
            #expect(end.outcome == .signalled(SIGKILL) && end.stopCause == .timeout)
        }
    }

    @Test func `the end of a worker is known within 100 ms`() throws {
        try supervise { supervisor, recorder in
            // The machine may be busy with other things; one of five must be as quick as it can be.
            let delays = try (0..<5).map { _ in
                let worker = try supervisor.start(TestProgram.shell("echo ready; exec sleep 1000"))
                try recorder.waitForText("ready", of: worker)
                let process = try recorder.process(of: worker)
                let before = ContinuousClock.now
                kill(process, SIGKILL)
                _ = try recorder.end(of: worker)
                return before.duration(to: .now)
            }
            #expect(try #require(delays.min()) < .milliseconds(100))
        }
    }
}
