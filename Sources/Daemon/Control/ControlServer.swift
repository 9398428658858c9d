import CLinux
import Diagnostics
import Foundation

/// The daemon's end of its control socket, `var/daemon.sock`: commands of the same account ask it things, one line of
/// JSON for each request and for each reply (newline-delimited JSON).
///
/// ```swift
/// let control = try ControlServer(at: "var/daemon.sock") { request, peer in
///     switch request.verb {
///     case "status": ControlReply(message: "3 runs", values: .object(["running": .integer(3)]))
///     default: .unknownVerb(request.verb, known: ["status"])
///     }
/// }
/// ```
///
/// Requests are answered on the server's own thread, one after another; one that takes long keeps the others waiting.
package final class ControlServer: Sendable {
    package typealias Handler = @Sendable (ControlRequest, ConnectionPeer) -> ControlReply

    package static let maximumRequestBytes = 65_536
    package static let maximumReplyBytes = 16_777_216

    package let path: String
    private let server: StreamServer<Service>
    /// The file that is ours: another daemon may have put its own in its place since.
    private let file: FileIdentity?

    /// Listens at `path`, for this account alone. What a daemon that is gone has left there is replaced.
    ///
    /// - Throws: a failure that names the process which listens there already; `SystemError` otherwise.
    package convenience init(at path: String, handler: @escaping Handler) throws {
        var limits = ServerLimits()
        limits.maximumRequestBytes = Self.maximumRequestBytes
        try self.init(at: path, limits: limits, handler: handler)
    }

    init(at path: String, limits: ServerLimits, handler: @escaping Handler) throws {
        try Self.makeRoom(at: path)
        self.path = path
        server = try StreamServer(
            at: .socket(path: path), named: "control", limits: limits,
            service: Service(handler: handler, maximumRequestBytes: limits.maximumRequestBytes))
        file = FileIdentity(path)
    }

    /// Hangs up and takes the socket away.
    package func close() {
        server.close()
        if let file, FileIdentity(path) == file { unlink(path) }
    }

    private static func makeRoom(at path: String) throws {
        guard let found = FileIdentity(path) else { return }
        guard found.isSocket else {
            throw Failure(
                .refused, "\(path) is a file and not the daemon's socket; it was left as it is.",
                advice: "Move it away and start the daemon again.")
        }
        do {
            let other = try StreamSocket.connect(to: path)
            var peer = linux_peer()
            let name = linux_peer_of(other.number, &peer) == 0 ? "process \(peer.process)" : "a process"
            throw Failure(
                .alreadyRunning, "A daemon works for this company already: \(name) listens at \(path).",
                advice: "`steward daemon status` asks it how it does; `steward daemon stop` ends it.")
        } catch let error as SystemError where error.code == ECONNREFUSED {
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("unlink", about: path) }
        } catch let error as SystemError where error.code == ENOENT {
            return
        }
    }

    private struct Service: ServerProtocol {
        let handler: Handler
        let maximumRequestBytes: Int

        func requestLength(in bytes: [UInt8]) -> Int? {
            bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        }

        func answer(to request: [UInt8], from peer: ConnectionPeer?) -> ServerAnswer {
            // Without a peer there is nobody to answer for what is asked.
            guard let peer else { return ServerAnswer(bytes: [], isLast: true) }
            let read: ControlRequest
            do {
                read = try JSONDecoder().decode(ControlRequest.self, from: Data(request))
            } catch {
                return ServerAnswer(bytes: line(Self.unreadable), isLast: true)
            }
            return ServerAnswer(bytes: line(handler(read, peer)), isLast: false)
        }

        func answer(to misuse: ConnectionMisuse) -> [UInt8] {
            switch misuse {
            case .requestTooLong:
                line(
                    ControlReply(
                        exitCode: ExitCode.usage.rawValue,
                        message: "The request is longer than \(maximumRequestBytes) bytes."))
            case .requestTooSlow:
                line(ControlReply(exitCode: ExitCode.usage.rawValue, message: "The request did not end in time."))
            }
        }

        private static let unreadable = ControlReply(
            exitCode: ExitCode.usage.rawValue,
            message: "The request cannot be read (expected a line of JSON, e.g. {\"verb\":\"status\"}).")

        private func line(_ reply: ControlReply) -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(reply), data.count < ControlServer.maximumReplyBytes else {
                let text = "{\"exitCode\":1,\"message\":\"The reply is longer than the daemon sends.\"}\n"
                return Array(text.utf8)
            }
            return Array(data) + [UInt8(ascii: "\n")]
        }
    }
}

extension ControlReply {
    package static func unknownVerb(_ verb: String, known: [String]) -> ControlReply {
        ControlReply(
            exitCode: ExitCode.usage.rawValue,
            message: "The daemon knows no verb \"\(verb)\" (expected one of \(known.joined(separator: ", "))).")
    }

    package init(_ failure: Failure) {
        let sentences = failure.problems.map(\.description) + [failure.summary]
        self.init(
            exitCode: failure.exitCode.rawValue, message: sentences.joined(separator: "\n"), advice: failure.advice)
    }
}

/// Which file a path names, as the file system tells files apart.
private struct FileIdentity: Equatable {
    let device: dev_t
    let number: ino_t
    let isSocket: Bool

    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        number = status.st_ino
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
