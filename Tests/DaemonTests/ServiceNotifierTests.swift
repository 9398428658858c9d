import CLinux
import Foundation
import TestSupport
import Testing

@testable import Daemon

struct ServiceNotifierTests {
    /// A service manager's socket, and what came to it.
    private struct Manager {
        let socket: OwnedDescriptor

        /// - Parameter name: a path, or a name without a file that begins with `@`.
        init(at name: String) throws {
            socket = OwnedDescriptor(Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
            var path = Array(name.utf8)
            if path[0] == UInt8(ascii: "@") { path[0] = 0 }
            var address = sockaddr_un()
            let length = linux_unix_address(&address, path, path.count)
            try #require(linux_bind_unix(socket.number, &address, length) == 0)
            try socket.setNonBlocking()
        }

        func messages() throws -> [String] {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var all: [String] = []
            while let bytes = try socket.read(into: &buffer, maximumBytes: buffer.count) {
                all.append(String(decoding: bytes, as: UTF8.self))
            }
            return all
        }
    }

    @Test func `every message is one datagram of the protocol`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "notify").path
            let manager = try Manager(at: path)
            let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": path])
            try notifier.ready(status: "12 jobs, next at 06:00")
            try notifier.status("two\nlines\r\nMAINPID=1")
            try notifier.watchdog()
            try notifier.extendTimeout(seconds: 45)
            try notifier.stopping(status: "waiting for 2 workers")
            #expect(
                try manager.messages() == [
                    "READY=1\nSTATUS=12 jobs, next at 06:00", "STATUS=two lines MAINPID=1", "WATCHDOG=1",
                    "EXTEND_TIMEOUT_USEC=45000000", "STOPPING=1\nSTATUS=waiting for 2 workers",
                ])
            try notifier.reloading()
            let reloading = try #require(try manager.messages().first).split(separator: "\n")
            #expect(reloading.first == "RELOADING=1")
            let microseconds = try #require(reloading.last?.split(separator: "=").last.flatMap { Int64($0) })
            let uptime = ProcessInfo.processInfo.systemUptime
            #expect(abs(Double(microseconds) / 1e6 - uptime) < 60)
        }
    }

    @Test func `a socket without a file is found by its name`() throws {
        let name = "@steward-test-\(UUID().uuidString)"
        let manager = try Manager(at: name)
        try ServiceNotifier(environment: ["NOTIFY_SOCKET": name]).watchdog()
        #expect(try manager.messages() == ["WATCHDOG=1"])
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["NOTIFY_SOCKET": "vsock:2:1234"]])
    func `without a service manager nothing is sent`(environment: [String: String]) throws {
        let notifier = ServiceNotifier(environment: environment.merging(["WATCHDOG_USEC": "1000"]) { $1 })
        #expect(!notifier.isListenedTo)
        #expect(notifier.watchdogMicroseconds == nil)
        try notifier.ready(status: "")
    }

    @Test func `a service manager that is gone is an error with its address`() throws {
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": "/no/such/socket"])
        let error = #expect(throws: SystemError.self) { try notifier.watchdog() }
        #expect(error?.description == "/no/such/socket: No such file or directory (connect)")
        let long = ServiceNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)])
        #expect(throws: SystemError.self) { try long.watchdog() }
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], 30_000_000),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], 30_000_000),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "x"], nil), (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_PID": "7"], nil), ([:], nil),
        ] as [([String: String], UInt64?)])
    func `the watchdog is for the process that it names`(environment: [String: String], microseconds: UInt64?) {
        let all = environment.merging(["NOTIFY_SOCKET": "/run/notify"]) { $1 }
        #expect(ServiceNotifier(environment: all, process: 7).watchdogMicroseconds == microseconds)
    }
}
