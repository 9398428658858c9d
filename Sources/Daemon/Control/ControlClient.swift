import CLinux
import Diagnostics
import Foundation

/// A command's end of the control socket.
package enum ControlClient {
    package static let defaultTimeoutSeconds: Double = 10

    /// Asks the daemon that listens at `path`.
    ///
    /// - Returns: its reply, also when that is a refusal.
    /// - Throws: exit code 10 when there is no daemon, or it does not answer in time; 13 when this account may not ask.
    package static func send(
        _ request: ControlRequest, to path: String, timeoutSeconds: Double = Self.defaultTimeoutSeconds
    ) throws(Failure) -> ControlReply {
        let socket = try connect(to: path)
        let limit = ContinuousClock.now.advanced(by: .bounded(seconds: timeoutSeconds))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(request) else {
            throw Failure(.failed, "The request \(request.verb) cannot be written as JSON.")
        }
        let silence = Failure(
            .daemonUnreachable, "The daemon at \(path) did not answer within \(timeoutSeconds) s.",
            advice: "It may be busy or stopped (SIGSTOP); its log says what it is doing.")
        let broken = Failure(.daemonUnreachable, "The daemon at \(path) hung up without an answer.")
        var rest = Array(line)[...] + [UInt8(ascii: "\n")]
        while !rest.isEmpty {
            guard wait(for: POLLOUT, on: socket, until: limit) else { throw silence }
            let count = rest.withUnsafeBytes {
                Foundation.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // It may have refused what it read so far, and said so.
                break
            }
            rest = rest.dropFirst(count)
        }
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while reply.last != UInt8(ascii: "\n") {
            guard wait(for: POLLIN, on: socket, until: limit) else { throw silence }
            let bytes = try? socket.read(into: &buffer, maximumBytes: buffer.count)
            guard let bytes, !bytes.isEmpty, reply.count < ControlServer.maximumReplyBytes else { throw broken }
            reply += bytes
        }
        guard let read = try? JSONDecoder().decode(ControlReply.self, from: Data(reply)) else {
            throw Failure(
                .daemonUnreachable, "What listens at \(path) did not answer as a daemon does.",
                advice: "It may be of another version; `steward daemon stop` and start it again.")
        }
        return read
    }

    /// Whether a daemon is there, also one that is busy or stopped.
    package static func isListening(at path: String) -> Bool { (try? connect(to: path)) != nil }

    private static func connect(to path: String) throws(Failure) -> OwnedDescriptor {
        do {
            return try StreamSocket.connect(to: path)
        } catch {
            switch error.code {
            case ENOENT, ECONNREFUSED, ENOTSOCK:
                throw Failure(
                    .daemonUnreachable, "No daemon is running for this company: nothing listens at \(path).",
                    advice: "Start one with `steward daemon run`.")
            case EACCES, EPERM:
                throw Failure(
                    .notPermitted, "This account may not talk to the daemon: \(path) is for its own account alone.",
                    advice: "Give the command as the account that runs the daemon.")
            default: throw Failure(.daemonUnreachable, "The daemon cannot be reached: \(error).")
            }
        }
    }

    private static func wait(
        for events: Int32, on socket: OwnedDescriptor, until limit: ContinuousClock.Instant
    ) -> Bool {
        while true {
            let milliseconds = (ContinuousClock.now.duration(to: limit) / .milliseconds(1)).rounded(.up)
            guard milliseconds > 0 else { return false }
            var entry = pollfd(fd: socket.number, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, Int32(min(milliseconds, 60_000)))
            if count > 0 { return true }
            if count < 0 && errno != EINTR { return false }
        }
    }
}
