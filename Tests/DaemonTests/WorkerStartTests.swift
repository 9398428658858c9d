import Calendars
import Foundation
import Testing

@testable import Daemon

@Suite(.serialized)
struct WorkerStartTests {
    private func run(_ command: WorkerCommand) throws -> (WorkerEnd, String) {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
        defer { supervisor.close(graceSeconds: 0) }
        let worker = try supervisor.start(command)
        return (try recorder.end(of: worker), recorder.text(of: worker))
    }

    @Test func `a worker takes on its limits and hides what it was told`() throws {
        let limits = WorkerLimits(memoryBytes: 4_294_967_296, cpuSeconds: 77, nice: 7)
        let (end, text) = try run(TestProgram.command(["worker", "limits"], limits: limits))
        #expect(end.outcome == .exited(code: 0))
        let words = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(words.contains("bound: true"))
        #expect(words.contains("nice: 7"))
        #expect(words.contains("oom: 500"))
        #expect(words.contains("name: steward-worker"))
        #expect(words.contains("Max address space 4294967296 4294967296 bytes"))
        #expect(words.contains("Max cpu time 77 82 seconds"))
        #expect(words.contains("Max core file size 0 0 bytes"))
        #expect(words.contains("variable: gone"))
    }

    @Test(arguments: [(100_000_000, "allocated", Int32(0)), (3_000_000_000, "refused", 3)])
    func `memory beyond the limit is refused`(bytes: Int, answer: String, code: Int32) throws {
        let limits = WorkerLimits(memoryBytes: 1_500_000_000)
        let (end, text) = try run(TestProgram.command(["worker", "memory", "\(bytes)"], limits: limits))
        #expect(end.outcome == .exited(code: code))
        #expect(text.contains(answer))
    }

    @Test func `processor time beyond the limit ends the worker by a signal`() throws {
        let (end, _) = try run(TestProgram.command(["worker", "spin"], limits: WorkerLimits(cpuSeconds: 1)))
        #expect(end.outcome == .signalled(SIGXCPU))
        #expect(end.stopCause == nil)
        #expect(end.userMicroseconds + end.systemMicroseconds > 500_000)
    }

    @Test func `a worker dies with the daemon that started it`() throws {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
        defer { supervisor.close(graceSeconds: 0) }
        let daemon = try supervisor.start(TestProgram.command(["supervise"]))
        try recorder.waitForText("ready", of: daemon)
        let lines = recorder.text(of: daemon).split(separator: "\n")
        let worker = try #require(lines.lazy.compactMap { Int32($0) }.first)
        // In a group of its own, so what kills the daemon's group does not reach it.
        #expect(getpgid(worker) == worker)
        #expect(kill(worker, 0) == 0)
        let process = try recorder.process(of: daemon)
        kill(process, SIGKILL)
        #expect(try recorder.end(of: daemon).outcome == .signalled(SIGKILL))
        let limit = ContinuousClock.now.advanced(by: .seconds(5))
        while kill(worker, 0) == 0, isRunning(worker), ContinuousClock.now < limit { usleep(5_000) }
        #expect(!isRunning(worker))
    }

    /// An orphan's zombie is for the machine's first process to reap.
    private func isRunning(_ process: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    @Test func `a worker whose daemon is gone already does nothing`() throws {
        let command = WorkerCommand(
            program: "/bin/sh",
            arguments: ["sh", "-c", "STEWARD_WORKER=parent=1999999 exec \"$0\" worker sleep", TestProgram.path],
            environment: [:], workingDirectory: "/")
        let (end, text) = try run(command)
        #expect(end.outcome == .exited(code: 1))
        #expect(text.contains("The daemon that started this worker, process 1999999, has ended"))
    }

    @Test func `instructions read back as they were written`() throws {
        let limits = WorkerLimits(memoryBytes: .max, cpuSeconds: 0, nice: -3)
        let read = try WorkerStart.read(WorkerStart.instructions(parent: 812, limits: limits))
        #expect(read.parent == 812)
        #expect(read.limits == limits)
        #expect(try WorkerStart.read("parent=1").limits == WorkerLimits())
    }

    @Test(arguments: [
        "", "parent", "parent=", "parent=x", "memory_bytes=1", "parent=1 memory_bytes=-1", "parent=1 cpu_seconds=1.5",
        "parent=1 colour=red", "parent=99999999999",
    ])
    func `instructions that cannot be read are refused`(_ value: String) {
        #expect(throws: (any Error).self) { try WorkerStart.read(value) }
    }
}
