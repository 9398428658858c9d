import CLinux
import Calendars
import Diagnostics
import Glibc
import Synchronization

/// Starts workers and stays with each until its end: reads what it prints, keeps its time limit, stops it when asked,
/// and says how it ended.
///
/// ```swift
/// let supervisor = try WorkerSupervisor(clock: clock) { event in inbox.add(.worker(event)) }
/// let worker = try supervisor.start(
///     WorkerCommand(arguments: ["steward", "worker", "12"], environment: [:], workingDirectory: company))
/// supervisor.stop(worker, .cancelled, graceSeconds: 30)
/// ```
///
/// One thread waits for all of them in poll(2). It starts them too, since the kernel ends a worker with the thread that
/// started it. A worker leads a process group, and is stopped and killed with its whole group; what it leaves running
/// there is killed when it ends. A process that left the group cannot hold anything up: the pipes are read to what is in
/// them when the worker ends, and closed.
package final class WorkerSupervisor: Sendable {
    private enum Request {
        case start(WorkerID, WorkerCommand)
        case stop(WorkerID, StopCause, graceSeconds: Double)
        case stopAll(StopCause, graceSeconds: Double)
    }

    private struct State {
        var requests: [Request] = []
        var lastNumber: UInt64 = 0
        /// Asked for and not ended.
        var running: Set<WorkerID> = []
        var isClosing = false
    }

    /// Workers at once; each takes three descriptors of the daemon.
    package let maximumWorkers: Int
    package static let defaultMaximumWorkers = 64
    /// How often a worker's end is looked for where Linux cannot tell of it by itself (before 5.3).
    static let pollMilliseconds: Int32 = 20
    /// What one read takes from a pipe at most: a pipe's usual capacity (pipe(7)).
    static let maximumChunkBytes = 65_536
    /// What is read after a worker's end at most, from each pipe: the largest capacity that a pipe may be given.
    static let maximumRestBytes = 1_048_576

    private let clock: any Clock
    private let onEvent: @Sendable (WorkerEvent) -> Void
    private let usesProcessDescriptors: Bool
    private let state = Mutex(State())
    private let wake: WakeDescriptor
    private let thread = Mutex<SystemThread?>(nil)

    /// - Parameters:
    ///   - clock: dates the events. Time limits are measured on a monotonic clock.
    ///   - usesProcessDescriptors: false to do as on a Linux that has none, for tests.
    ///   - onEvent: called from the supervisor's thread, in the order in which things happened. While it works, workers
    ///     that print wait.
    package init(
        clock: any Clock, maximumWorkers: Int = WorkerSupervisor.defaultMaximumWorkers,
        usesProcessDescriptors: Bool = true, onEvent: @escaping @Sendable (WorkerEvent) -> Void
    ) throws {
        self.clock = clock
        self.maximumWorkers = maximumWorkers
        self.usesProcessDescriptors = usesProcessDescriptors
        self.onEvent = onEvent
        wake = try WakeDescriptor()
        linux_keep_ended_children()
        let started = try SystemThread(named: "supervisor") { [self] in
            var rounds = SupervisorRounds(self)
            rounds.run()
        }
        keep(started)
    }

    private func keep(_ started: consuming SystemThread) {
        var started: SystemThread? = started
        thread.withLock { $0 = started.take() }
    }

    /// Asks for a worker; `started` or `notStarted` follows as an event. It may come before this returns.
    package func start(_ command: WorkerCommand) throws(Failure) -> WorkerID {
        let id: WorkerID? = state.withLock { state in
            guard !state.isClosing, state.running.count < maximumWorkers else { return nil }
            state.lastNumber += 1
            let id = WorkerID(number: state.lastNumber)
            state.running.insert(id)
            state.requests.append(.start(id, command))
            return id
        }
        guard let id else {
            throw Failure(
                .refused,
                "No worker was started: \(maximumWorkers) workers run already, or the daemon is shutting down.")
        }
        wake.wake()
        return id
    }

    /// Sends SIGTERM to the worker's group, and SIGKILL after `graceSeconds`. The same cause a second time, or a grace of
    /// 0, kills at once. Nothing happens when it has ended.
    package func stop(_ worker: WorkerID, _ cause: StopCause, graceSeconds: Double) {
        ask(.stop(worker, cause, graceSeconds: graceSeconds))
    }

    package func stopAll(_ cause: StopCause, graceSeconds: Double) {
        ask(.stopAll(cause, graceSeconds: graceSeconds))
    }

    /// Workers that were asked for and have not ended.
    package var runningCount: Int { state.withLock { $0.running.count } }

    /// Starts nothing any more, stops all workers and returns when the last has ended and its events were delivered.
    /// Not to be called from `onEvent`.
    package func close(graceSeconds: Double) {
        state.withLock {
            $0.isClosing = true
            $0.requests.append(.stopAll(.shutdown, graceSeconds: graceSeconds))
        }
        wake.wake()
        if let thread = thread.withLock({ $0.take() }) { thread.join() }
    }

    private func ask(_ request: Request) {
        state.withLock { $0.requests.append(request) }
        wake.wake()
    }

    /// What the supervisor's thread does, round after round.
    private struct SupervisorRounds {
        let supervisor: WorkerSupervisor
        let monotonic = ContinuousClock()
        var workers: [SupervisedWorker] = []
        var buffer = [UInt8](repeating: 0, count: WorkerSupervisor.maximumChunkBytes)

        init(_ supervisor: WorkerSupervisor) {
            self.supervisor = supervisor
        }

        mutating func run() {
            while true {
                let (requests, isClosing) = supervisor.state.withLock { state in
                    defer { state.requests.removeAll(keepingCapacity: true) }
                    return (state.requests, state.isClosing)
                }
                for request in requests { serve(request, isClosing: isClosing) }
                if isClosing && workers.isEmpty { return }
                keepDeadlines()
                waitForSomething()
            }
        }

        private mutating func serve(_ request: Request, isClosing: Bool) {
            switch request {
            case .start(let id, let command): start(id, command)
            case .stop(let id, let cause, let graceSeconds):
                guard let index = workers.firstIndex(where: { $0.id == id }) else { return }
                workers[index].stop(cause, graceSeconds: graceSeconds, now: monotonic.now)
            case .stopAll(let cause, let graceSeconds):
                for index in workers.indices {
                    workers[index].stop(cause, graceSeconds: graceSeconds, now: monotonic.now)
                }
            }
        }

        private mutating func start(_ id: WorkerID, _ command: WorkerCommand) {
            do throws(SystemError) {
                let output = try DescriptorPair()
                let errors = try DescriptorPair()
                try output.reading.setNonBlocking()
                try errors.reading.setNonBlocking()
                var command = command
                command.environment[WorkerStart.variable] = WorkerStart.instructions(
                    parent: getpid(), limits: command.limits)
                let startedAt = monotonic.now
                let process = try Spawn.start(command, output: output.writing, errors: errors.writing)
                let ending = supervisor.usesProcessDescriptors ? linux_pidfd_open(process) : -1
                workers.append(
                    SupervisedWorker(
                        id: id, process: process, ending: ending >= 0 ? OwnedDescriptor(ending) : nil,
                        output: output.reading, errors: errors.reading, startedAt: startedAt, command: command))
                tell(id, .started(process: process))
            } catch {
                forget(id)
                tell(id, .notStarted(error))
            }
        }

        private mutating func keepDeadlines() {
            let now = monotonic.now
            for index in workers.indices { workers[index].keepDeadlines(now: now) }
        }

        /// Waits for output, an end, a request or the next deadline, and deals with the first three.
        private mutating func waitForSomething() {
            var entries = [pollfd(fd: supervisor.wake.number, events: Int16(POLLIN), revents: 0)]
            for worker in workers {
                // A negative number is passed over by poll(2).
                for descriptor in [worker.ending, worker.output, worker.errors] {
                    entries.append(pollfd(fd: descriptor?.number ?? -1, events: Int16(POLLIN), revents: 0))
                }
            }
            guard poll(&entries, nfds_t(entries.count), pollTimeoutMilliseconds) >= 0 else { return }
            if entries[0].revents != 0 { supervisor.wake.clear() }
            var ended: [Int] = []
            for index in workers.indices {
                let (ending, output, errors) = (entries[3 * index + 1], entries[3 * index + 2], entries[3 * index + 3])
                if output.revents != 0 { read(.standardOutput, of: index) }
                if errors.revents != 0 { read(.standardError, of: index) }
                if ending.revents != 0 || workers[index].ending == nil { ended.append(index) }
            }
            for index in ended.reversed() { finish(index) }
        }

        /// Until the next deadline, rounded up; -1 to wait without end.
        private var pollTimeoutMilliseconds: Int32 {
            var timeout = Int32(-1)
            if let next = workers.compactMap(\.nextDeadline).min() {
                let milliseconds = monotonic.now.duration(to: next) / .milliseconds(1)
                timeout = Int32(min(max(milliseconds.rounded(.up), 0), 60_000))
            }
            guard workers.contains(where: { $0.ending == nil }) else { return timeout }
            return timeout < 0 ? WorkerSupervisor.pollMilliseconds : min(timeout, WorkerSupervisor.pollMilliseconds)
        }

        /// Reads once; closes the pipe at its end.
        private mutating func read(_ stream: WorkerStream, of index: Int) {
            let pipe = stream == .standardOutput ? workers[index].output : workers[index].errors
            guard let pipe else { return }
            let bytes = try? pipe.read(into: &buffer, maximumBytes: buffer.count)
            guard let bytes else { return }
            guard !bytes.isEmpty else {
                switch stream {
                case .standardOutput: workers[index].output = nil
                case .standardError: workers[index].errors = nil
                }
                return
            }
            tell(workers[index].id, .output(stream, Array(bytes)))
        }

        /// If the worker has ended: kills what is left of its group, reads the rest of its output, and says so.
        private mutating func finish(_ index: Int) {
            guard let (outcome, usage) = workers[index].reap() else { return }
            let worker = workers.remove(at: index)
            var isCutOff = false
            for (stream, pipe) in [(WorkerStream.standardOutput, worker.output), (.standardError, worker.errors)] {
                guard let pipe else { continue }
                if !readRest(of: pipe, stream, worker.id) { isCutOff = true }
            }
            let wall = worker.startedAt.duration(to: monotonic.now) / .microseconds(1)
            forget(worker.id)
            tell(
                worker.id,
                .ended(
                    WorkerEnd(
                        outcome: outcome, stopCause: worker.stopCause, wasKilled: worker.wasKilled,
                        userMicroseconds: usage.ru_utime.microseconds, systemMicroseconds: usage.ru_stime.microseconds,
                        maximumResidentBytes: Int64(usage.ru_maxrss) * 1_024, wallMicroseconds: Int64(wall),
                        isOutputCutOff: isCutOff)))
        }

        /// - Returns: false when there was more than may be read.
        private mutating func readRest(of pipe: OwnedDescriptor, _ stream: WorkerStream, _ id: WorkerID) -> Bool {
            var restBytes = WorkerSupervisor.maximumRestBytes
            while let bytes = try? pipe.read(into: &buffer, maximumBytes: buffer.count), !bytes.isEmpty {
                tell(id, .output(stream, Array(bytes)))
                restBytes -= bytes.count
                if restBytes <= 0 { return false }
            }
            return true
        }

        private func forget(_ id: WorkerID) {
            supervisor.state.withLock { _ = $0.running.remove(id) }
        }

        private func tell(_ id: WorkerID, _ kind: WorkerEvent.Kind) {
            supervisor.onEvent(WorkerEvent(worker: id, at: supervisor.clock.now(), kind: kind))
        }
    }
}

extension timeval {
    var microseconds: Int64 { Int64(tv_sec) * 1_000_000 + Int64(tv_usec) }
}
