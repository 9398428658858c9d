import CLinux
import Glibc

/// Tells the service manager how the daemon does: the protocol of sd_notify(3), which is one datagram for each message.
///
/// Without `NOTIFY_SOCKET` in the environment nothing is sent.
package struct ServiceNotifier: Sendable {
    /// A path, or a name without a file that begins with `@`.
    private let socketName: String?
    /// Within which time `watchdog()` must be called again and again, by WATCHDOG_USEC (sd_watchdog_enabled(3)); nil
    /// when nobody watches this process. Call it twice as often.
    package let watchdogMicroseconds: UInt64?

    /// How long a message waits for a busy service manager.
    static let maximumSendSeconds = 5

    /// - Parameter process: the id of this process; WATCHDOG_PID may be meant for another.
    package init(environment: [String: String], process: Int32 = getpid()) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        let isUsable = (name.hasPrefix("/") || name.hasPrefix("@")) && name.utf8.count > 1
        socketName = isUsable ? name : nil
        let watched = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogMicroseconds = watched && isUsable ? microseconds : nil
    }

    package var isListenedTo: Bool { socketName != nil }

    /// The daemon has started, or has finished reading its configuration again.
    package func ready(status: String) throws(SystemError) { try send("READY=1", "STATUS=" + status) }

    /// What it does just now, for `systemctl status`.
    package func status(_ status: String) throws(SystemError) { try send("STATUS=" + status) }

    /// It is alive and well.
    package func watchdog() throws(SystemError) { try send("WATCHDOG=1") }

    package func stopping(status: String) throws(SystemError) { try send("STOPPING=1", "STATUS=" + status) }

    /// It reads its configuration again; `ready` must follow.
    package func reloading() throws(SystemError) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        try send("RELOADING=1", "MONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)")
    }

    /// Starting, stopping or the watchdog's next call may take so much longer, from now on.
    package func extendTimeout(seconds: Int) throws(SystemError) {
        try send("EXTEND_TIMEOUT_USEC=\(max(0, seconds).multipliedReportingOverflow(by: 1_000_000).partialValue)")
    }

    private func send(_ lines: String...) throws(SystemError) {
        guard let socketName else { return }
        // A line feed in a status would begin another variable.
        let text = lines.map { $0.map { $0.isNewline ? " " : String($0) }.joined() }.joined(separator: "\n")
        var path = Array(socketName.utf8)
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        var address = sockaddr_un()
        let length = linux_unix_address(&address, path, path.count)
        guard length > 0 else { throw SystemError("connect", code: ENAMETOOLONG, about: socketName) }
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError("socket") }
        let descriptor = OwnedDescriptor(number)
        var limit = timeval(tv_sec: Self.maximumSendSeconds, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard linux_connect_unix(descriptor.number, &address, length) == 0 else {
            throw SystemError("connect", about: socketName)
        }
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw SystemError("send", about: socketName)
        }
    }
}
