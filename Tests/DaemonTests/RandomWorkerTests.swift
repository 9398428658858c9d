import Calendars
import Daemon
import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct RandomWorkerTests {
    private static let scripts = [
        "echo a; exit 0", "exit 3", "echo b >&2; kill -9 $$", "sleep 1000",
        "trap '' TERM; sleep 1000 & wait; sleep 1000",
        "sleep 1000 & exit 1", "head -c 300000 /dev/zero; exit 2", "trap 'exit 9' TERM; while :; do sleep 0.02; done",
        "setsid sleep 0.2 & exit 4", "exec 1>&- 2>&-; sleep 0.1", "kill -STOP $$",
    ]

    /// Each worker has one start and one end, and nothing is told of it before or after, whatever is done to it.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever workers do and whatever is done to them, each ends once`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(
            clock: SystemClock(), usesProcessDescriptors: seed != 4, onEvent: recorder.add)
        var workers: [WorkerID] = []
        for _ in 0..<60 {
            let script = try #require(Self.scripts.randomElement(using: &random))
            let timeout = Bool.random(using: &random) ? nil : Double.random(in: 0...0.5, using: &random)
            let command = TestProgram.shell(
                script, timeoutSeconds: timeout, graceSeconds: Double.random(in: 0...0.2, using: &random))
            workers.append(try supervisor.start(command))
            if Int.random(in: 0..<3, using: &random) == 0, let worker = workers.randomElement(using: &random) {
                let cause: StopCause = Bool.random(using: &random) ? .cancelled : .timeout
                supervisor.stop(worker, cause, graceSeconds: Double.random(in: 0...0.1, using: &random))
            }
            if Int.random(in: 0..<10, using: &random) == 0 {
                let started = recorder.all.compactMap(\.process)
                // A worker's number is its group's; one that has ended is nobody's.
                if let process = started.last, getpgid(process) == process { kill(process, SIGSTOP) }
            }
        }
        supervisor.close(graceSeconds: 0.1)
        let events = recorder.all
        for worker in workers {
            let own = events.filter { $0.worker == worker }
            #expect(own.first?.process != nil, "seed \(seed)")
            #expect(own.last?.end != nil, "seed \(seed)")
            #expect(own.count { $0.process != nil } == 1 && own.count { $0.end != nil } == 1, "seed \(seed)")
            let end = try #require(own.last?.end)
            #expect(end.outcome != .unknown)
            #expect(!end.wasKilled || end.stopCause != nil)
        }
        #expect(supervisor.runningCount == 0)
        let processes = events.compactMap(\.process)
        #expect(processes.count == workers.count)
        for process in processes { #expect(kill(-process, 0) != 0 || getpgid(process) != process) }
    }

    @Test func `a log made of what a worker printed is what it printed`() throws {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
        defer { supervisor.close(graceSeconds: 0) }
        let worker = try supervisor.start(TestProgram.shell("seq 1 200000; printf 'the end'; kill -9 $$"))
        _ = try recorder.end(of: worker)
        var log = AttemptLog()
        for event in recorder.all {
            log.append(event.bytes(of: .standardOutput), from: .standardOutput, at: event.at)
        }
        log.finish(at: SystemClock().now())
        let kept = log.lines.filter { $0.stream != nil }
        #expect(kept.last?.text == "the end")
        #expect(kept.last?.number == 200_001)
        #expect(kept.dropLast().allSatisfy { $0.text == "\($0.number)" })
        #expect(log.leftOutNumbers.count == 200_001 - kept.count)
        #expect((900_000...1_048_576).contains(kept.reduce(0) { $0 + $1.text.utf8.count + 1 }))
    }
}
