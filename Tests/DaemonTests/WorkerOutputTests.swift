import Calendars
import Testing

@testable import Daemon

struct WorkerOutputTests {
    private let at = Instant(microseconds: 1_000_000)
    private let worker = WorkerID(number: 7)

    private func event(_ kind: WorkerEvent.Kind) -> WorkerEvent { WorkerEvent(worker: worker, at: at, kind: kind) }

    private func printed(_ text: String, _ stream: WorkerStream = .standardOutput) -> WorkerEvent {
        event(.output(stream, Array(text.utf8)))
    }

    private func end(isOutputCutOff: Bool) -> WorkerEvent {
        event(
            .ended(
                WorkerEnd(
                    outcome: .exited(code: 0), stopCause: nil, wasKilled: false, userMicroseconds: 0,
                    systemMicroseconds: 0, maximumResidentBytes: 0, wallMicroseconds: 0,
                    isOutputCutOff: isOutputCutOff)))
    }

    private func isEvent(_ message: Daemon.Message?) -> Bool {
        if case .worker = message { true } else { false }
    }

    private func isOutput(_ message: Daemon.Message?) -> Bool {
        if case .output = message { true } else { false }
    }

    @Test func `of all that is printed between two visits the daemon is told once, and all else it is told`() {
        let output = WorkerOutput()
        #expect(isEvent(output.take(event(.started(process: 1)))))
        #expect(isOutput(output.take(printed("one\n"))))
        for _ in 0..<100 { #expect(output.take(printed("more\n", .standardError)) == nil) }
        #expect(output.hasMore(of: worker, than: 100) && !output.hasMore(of: worker, than: 101))
        #expect(output.continuation(of: worker, after: 0)?.lines.count == 101)
        #expect(isOutput(output.take(printed("two\nth"))))
        #expect(output.take(printed("ree")) == nil)
        #expect(isEvent(output.take(end(isOutputCutOff: false))))
        #expect(output.rest(of: worker, after: 101)?.lines.map(\.text) == ["two", "three"])
        #expect(output.rest(of: worker, after: 0) == nil)
    }

    @Test func `a line says that the rest was left out`() {
        let output = WorkerOutput()
        _ = output.take(event(.started(process: 1)))
        _ = output.take(printed("an unfinished line", .standardError))
        _ = output.take(end(isOutputCutOff: true))
        #expect(
            output.rest(of: worker, after: 0)?.lines.map(\.text)
                == ["an unfinished line", "[the rest of the output is left out]"])
    }

    @Test func `a flood that nobody comes for is kept within the bounds of a log`() throws {
        let output = WorkerOutput()
        _ = output.take(event(.started(process: 1)))
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        for _ in 0..<320 { _ = output.take(event(.output(.standardOutput, chunk))) }
        let kept = try #require(output.continuation(of: worker, after: 0))
        // The last part of a line that goes on is none yet.
        #expect(kept.lineCount == 20 * 1_048_576 / 8_192 - 1)
        #expect(kept.lines.reduce(0) { $0 + $1.text.utf8.count + 1 } <= AttemptLog.defaultMaximumLogBytes)
        #expect(kept.leftOutNumbers.count == kept.lineCount - kept.lines.count)
        #expect(kept.leftOutNote != nil)
    }
}
