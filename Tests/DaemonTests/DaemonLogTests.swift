import Calendars
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

struct DaemonLogTests {
    private func lines(
        _ format: LogFormat, level: Logger.Level = .info, _ body: (DaemonLog) throws -> Void
    ) throws -> [String] {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "log").path
            let file = OwnedDescriptor(open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600))
            // 2026-11-21T06:00:00Z
            let clock = FixedClock(Instant(microseconds: 1_795_240_800_000_000))
            try body(DaemonLog(format: format, level: level, clock: clock, descriptor: file.number))
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    @Test func `a line of text says when, how grave, who and what`() throws {
        let lines = try lines(.text) { log in
            log.logger("scheduler").info("started run 12", metadata: ["job": "payroll-monthly", "attempt": "1"])
            log.logger("control").warning("no more")
        }
        #expect(
            lines == [
                "2026-11-21T06:00:00Z info scheduler: started run 12 attempt=1 job=payroll-monthly",
                "2026-11-21T06:00:00Z warning control: no more",
            ])
    }

    @Test func `text from outside stays on its line and cannot steer a terminal`() throws {
        let evil = "a\nb\r\u{1B}[31m\t\u{85}\u{202E}\u{2028}\\ \"x\"\u{7F}\u{0}"
        let lines = try lines(.text) { log in
            log.logger("x").info("\(evil)", metadata: ["key": "\(evil)", "plain": "a/b:c", "empty": "", "pair": "a=b"])
        }
        let escaped = "a\\nb\\r\\u001b[31m\\t\\u0085\\u202e\\u2028\\\\ "
        #expect(
            lines == [
                "2026-11-21T06:00:00Z info x: \(escaped)\"x\"\\u007f\\u0000 empty=\"\""
                    + " key=\"\(escaped)\\\"x\\\"\\u007f\\u0000\" pair=\"a=b\" plain=a/b:c"
            ])
    }

    @Test func `a line of JSON reads back as what was said`() throws {
        let evil = "a\nb\u{1B}\"\\\u{2028}é𝄞\u{0}"
        let lines = try lines(.json) { log in
            log.logger("sched\"uler").error("\(evil)", metadata: ["job": "\(evil)", "time": "mine"])
        }
        #expect(lines.count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: String]
        #expect(
            object == [
                "time": "2026-11-21T06:00:00Z", "level": "error", "label": "sched\"uler", "message": evil, "job": evil,
                "_time": "mine",
            ])
        #expect(lines[0].hasPrefix("{\"time\":\"2026-11-21T06:00:00Z\",\"level\":\"error\""))
    }

    @Test func `the level can be changed for all loggers while they live`() throws {
        let lines = try lines(.text) { log in
            let logger = log.logger("x")
            logger.debug("one")
            log.level = .debug
            logger.debug("two")
            log.level = .error
            logger.warning("three")
            var own = logger
            own.logLevel = .trace
            own.trace("four")
            own[metadataKey: "run"] = "12"
            own.error("five", metadata: ["job": "a"])
        }
        #expect(
            lines.map { $0.split(separator: " ").dropFirst(3).joined(separator: " ") } == [
                "two", "four", "five job=a run=12",
            ])
    }

    @Test func `a text without end is cut and says so`() throws {
        let lines = try lines(.text) { $0.logger("x").info("\(String(repeating: "a", count: 20_000))") }
        #expect(lines.first?.hasSuffix("aaa… (3616 bytes more)") == true)
    }

    @Test func `lines of many threads do not mix`() throws {
        let lines = try lines(.json) { log in
            let logger = log.logger("x")
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for number in 0..<200 { logger.info("\(thread) \(number) \(String(repeating: "y", count: 500))") }
            }
        }
        #expect(lines.count == 1_600)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\"") && $0.hasSuffix("y\"}") })
    }

    @Test func `a log that nobody takes stops nothing`() throws {
        let log = DaemonLog(format: .text, level: .info, clock: SystemClock(), descriptor: -1)
        log.logger("x").info("lost")
    }
}
