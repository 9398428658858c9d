import Calendars
import Daemon
import Diagnostics
import Dispatch
import Glibc
import Synchronization

/// What the tests of the daemon's machinery need as a process of its own: `DaemonTestProgram PART [VALUE]`.
///
/// - `worker sleep`: starts as a worker does, says `ready`, and waits for ever.
/// - `worker memory BYTES`: takes so much memory and says so.
/// - `worker spin`: uses the processor until it is stopped.
/// - `worker limits`: prints what it is limited to.
/// - `churn COUNT`: has so many quick workers, four at a time, and says how many ended as they should and what is left.
/// - `lock PATH`: takes the lock and waits for ever.
/// - `signals`: prints the name of each signal that comes, until it is to end.
/// - `supervise`: has a worker that sleeps, prints its process id, and waits for ever.
func say(_ text: String) {
    print(text)
    fflush(nil)
}

func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
}

func descriptorCount() -> Int {
    (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
    switch arguments.first {
    case "worker":
        say("bound: \(try WorkerStart.enter())")
        switch arguments[1] {
        case "sleep":
            say("ready")
            while true { pause() }
        case "memory":
            guard let bytes = Int(arguments[2]), let place = malloc(bytes) else {
                say("refused")
                exit(3)
            }
            memset(place, 1, bytes)
            say("allocated")
        case "spin":
            var sum: UInt64 = 0
            while true { sum &+= 1 }
        default:
            say("nice: \(getpriority(0, 0))")
            say("oom: \(contents(of: "/proc/self/oom_score_adj"))")
            say("name: \(contents(of: "/proc/self/comm"))")
            say(contents(of: "/proc/self/limits"))
            say("variable: \(getenv(WorkerStart.variable) == nil ? "gone" : "left")")
        }
    case "churn":
        let ended = Atomic<Int>(0)
        // Not made with 4: a semaphore must end with no less than it was made with.
        let places = DispatchSemaphore(value: 0)
        for _ in 0..<4 { places.signal() }
        let before = descriptorCount()
        do {
            let supervisor = try WorkerSupervisor(clock: SystemClock()) { event in
                guard case .ended(let end) = event.kind else { return }
                if end.outcome == .exited(code: 1) { ended.add(1, ordering: .relaxed) }
                places.signal()
            }
            for number in 0..<(Int(arguments[1]) ?? 0) {
                places.wait()
                _ = try supervisor.start(
                    WorkerCommand(
                        program: "/bin/sh", arguments: ["sh", "-c", "echo \(number); sleep 0 & exit 1"],
                        environment: ["PATH": "/usr/bin:/bin"], workingDirectory: "/"))
            }
            for _ in 0..<4 { places.wait() }
            supervisor.close(graceSeconds: 10)
        }
        let more = descriptorCount() - before
        let children = waitpid(-1, nil, WNOHANG) < 0 && errno == ECHILD ? 0 : 1
        say("\(ended.load(ordering: .relaxed)) ended, \(more) more descriptors, \(children) children")
    case "lock":
        let lock = try DaemonLock(at: arguments[1], clock: SystemClock())
        say("locked")
        withExtendedLifetime(lock) { while true { pause() } }
    case "signals":
        // All threads but the inbox's block everything, as those of tests do.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        let ending = DispatchSemaphore(value: 0)
        let inbox = try SignalInbox { signal in
            say(signal.name)
            if signal == .terminate { ending.signal() }
        }
        say("ready")
        ending.wait()
        inbox.close()
        say("closed")
        // What SIGTERM did before, it does again.
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
        kill(getpid(), SIGTERM)
        say("still there")
    case "supervise":
        let supervisor = try WorkerSupervisor(clock: SystemClock()) { event in
            if case .started(let process) = event.kind { say("\(process)") }
            if case .output(_, let bytes) = event.kind { say(String(decoding: bytes, as: UTF8.self)) }
        }
        _ = try supervisor.start(
            WorkerCommand(arguments: ["worker-of-test", "worker", "sleep"], environment: [:], workingDirectory: "/"))
        while true { pause() }
    default:
        say("unknown part")
        exit(2)
    }
} catch {
    say("error: \(error)")
    exit(1)
}
