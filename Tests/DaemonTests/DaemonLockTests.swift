import Calendars
import Daemon
import Diagnostics
import Foundation
import TestSupport
import Testing

struct DaemonLockTests {
    private let clock = FixedClock(Instant(microseconds: 1_795_240_800_000_000))

    @Test func `a second daemon is refused and the first is named`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.lock").path
            let first = try DaemonLock(at: path, clock: clock)
            let failure = #expect(throws: Failure.self) { try DaemonLock(at: path, clock: SystemClock()) }
            #expect(failure?.exitCode == .alreadyRunning)
            #expect(
                failure?.summary
                    == "A daemon works for this company already: process \(getpid()) on \(first.holder.host), since \(clock.now())."
            )
            #expect(DaemonLock.readHolder(at: path) == first.holder)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `what is let go of can be taken again and names nobody`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.lock").path
            for _ in 0..<3 {
                do {
                    let lock = try DaemonLock(at: path, clock: clock)
                    #expect(DaemonLock.readHolder(at: path) == lock.holder)
                }
                #expect(DaemonLock.readHolder(at: path) == nil)
            }
        }
    }

    @Test func `a daemon that was killed holds nothing, though the file still names it`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.lock").path
            let recorder = EventRecorder()
            let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
            defer { supervisor.close(graceSeconds: 0) }
            let other = try supervisor.start(TestProgram.command(["lock", path]))
            try recorder.waitForText("locked", of: other)
            let process = try recorder.process(of: other)
            let failure = #expect(throws: Failure.self) { try DaemonLock(at: path, clock: clock) }
            #expect(failure?.summary.contains("process \(process) on ") == true)
            kill(process, SIGKILL)
            _ = try recorder.end(of: other)
            #expect(DaemonLock.readHolder(at: path)?.process == process)
            let mine = try DaemonLock(at: path, clock: clock)
            #expect(DaemonLock.readHolder(at: path) == mine.holder)
        }
    }

    @Test func `a file that cannot be opened is named`() {
        let error = #expect(throws: SystemError.self) { try DaemonLock(at: "/no/such/folder/lock", clock: clock) }
        #expect(error?.description == "/no/such/folder/lock: No such file or directory (open)")
    }

    @Test(arguments: ["", "x", "process: 1", "process: one\nhost: h\nsince: 2026-11-21T06:00:00Z", "\u{0}\u{0}\n::"])
    func `a file that says nothing sensible names nobody`(_ text: String) throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "daemon.lock")
            try Data(text.utf8).write(to: file)
            #expect(DaemonLock.readHolder(at: file.path) == nil)
            _ = try DaemonLock(at: file.path, clock: clock)
        }
    }
}
