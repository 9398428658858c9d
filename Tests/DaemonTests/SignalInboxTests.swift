import Calendars
import Daemon
import Foundation
import Testing

struct SignalInboxTests {
    @Test func `each signal is told by name, and afterwards it does what it did before`() throws {
        let recorder = EventRecorder()
        let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
        defer { supervisor.close(graceSeconds: 0) }
        let worker = try supervisor.start(TestProgram.command(["signals"]))
        try recorder.waitForText("ready", of: worker)
        let process = try recorder.process(of: worker)
        for (number, name) in [
            (SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"),
        ] {
            kill(process, number)
            try recorder.waitForText(name, of: worker)
        }
        #expect(try recorder.end(of: worker).outcome == .signalled(SIGTERM))
        #expect(
            recorder.text(of: worker) == "ready\nSIGHUP\nSIGUSR1\nSIGUSR2\nSIGINT\nSIGTERM\nclosed\n")
    }

    @Test func `the numbers of the signals are those of this system`() {
        let numbers = [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2]
        #expect(DaemonSignal.allCases.map { Int32($0.rawValue) } == numbers)
    }
}
