import Calendars
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Daemon

struct ControlTests {
    private func withServer(
        limits: ServerLimits? = nil, _ body: (ControlServer) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            var all = ServerLimits()
            all.maximumRequestBytes = ControlServer.maximumRequestBytes
            let server = try ControlServer(
                at: directory.appending(path: "daemon.sock").path, limits: limits ?? all, handler: Self.answer)
            defer { server.close() }
            try body(server)
        }
    }

    @Sendable private static func answer(to request: ControlRequest, from peer: ConnectionPeer) -> ControlReply {
        switch request.verb {
        case "status":
            ControlReply(
                message: "3 runs",
                values: .object([
                    "user": .integer(Int64(peer.user)), "process": .integer(Int64(peer.process)),
                    "list": .list([.null, .bool(true), .text("a/b\n\"é")]), "big": .integer(.max),
                ]))
        case "echo": ControlReply(message: request.arguments["text"] ?? "")
        case "long": ControlReply(message: String(repeating: "x", count: 3_000_000))
        case "too-long": ControlReply(message: String(repeating: "x", count: ControlServer.maximumReplyBytes))
        case "fail": ControlReply(Failure(.refused, "It cannot.", problems: [Problem("one")], advice: "Wait."))
        default: .unknownVerb(request.verb, known: ["status", "echo"])
        }
    }

    @Test func `a request is answered, and the server knows who asks`() throws {
        try withServer { server in
            let reply = try ControlClient.send(ControlRequest("status"), to: server.path)
            #expect(
                reply
                    == ControlReply(
                        message: "3 runs",
                        values: .object([
                            "user": .integer(Int64(getuid())), "process": .integer(Int64(getpid())),
                            "list": .list([.null, .bool(true), .text("a/b\n\"é")]), "big": .integer(.max),
                        ])))
            let text = "line 1\nline 2 \"quoted\" \\ 𝄞\u{0}"
            let echo = try ControlClient.send(ControlRequest("echo", arguments: ["text": text]), to: server.path)
            #expect(echo.message == text)
            let failed = try ControlClient.send(ControlRequest("fail"), to: server.path)
            #expect(failed == ControlReply(exitCode: 6, message: "one\nIt cannot.", advice: "Wait."))
            let unknown = try ControlClient.send(ControlRequest("fly"), to: server.path)
            #expect(unknown.message == "The daemon knows no verb \"fly\" (expected one of status, echo).")
            #expect(unknown.exitCode == ExitCode.usage.rawValue)
        }
    }

    @Test func `a long reply arrives whole, and one beyond the limit is a refusal`() throws {
        try withServer { server in
            #expect(try ControlClient.send(ControlRequest("long"), to: server.path).message.utf8.count == 3_000_000)
            let refused = try ControlClient.send(ControlRequest("too-long"), to: server.path)
            #expect(refused.exitCode == 1)
            #expect(refused.message == "The reply is longer than the daemon sends.")
        }
    }

    @Test func `several requests go over one connection, however they are cut`() throws {
        try withServer { server in
            let client = try SocketClient(.socket(path: server.path))
            client.send("{\"verb\":\"echo\",\"arguments\":{\"text\":\"1\"}}\n{\"verb\":\"ec")
            #expect(try client.receiveLine() == "{\"exitCode\":0,\"message\":\"1\"}")
            client.send("ho\",\"arguments\":{\"text\":\"2\"}}\n{\"verb\":\"echo\"}\n")
            #expect(try client.receiveLine() == "{\"exitCode\":0,\"message\":\"2\"}")
            #expect(try client.receiveLine() == "{\"exitCode\":0,\"message\":\"\"}")
            client.finish()
            #expect(try client.receiveAll() == "")
        }
    }

    @Test func `thousands of requests sent at once are all answered`() throws {
        try withServer { server in
            let client = try SocketClient(.socket(path: server.path))
            client.send(String(repeating: "{\"verb\":\"echo\"}\n", count: 4_000))
            client.finish()
            #expect(try client.receiveAll() == String(repeating: "{\"exitCode\":0,\"message\":\"\"}\n", count: 4_000))
        }
    }

    @Test(arguments: [
        "", "x", "{", "[]", "null", "{}", "{\"verb\":1}", "{\"verb\":\"a\",\"arguments\":{\"b\":1}}", "\u{0}\u{0}",
        "{\"verb\":\"status\"} trailing", String(repeating: "[", count: 60_000),
    ])
    func `what cannot be read is refused and the connection ends`(text: String) throws {
        try withServer { server in
            let client = try SocketClient(.socket(path: server.path))
            client.send(text + "\n{\"verb\":\"status\"}\n")
            #expect(
                try client.receiveAll()
                    == "{\"exitCode\":2,\"message\":\"The request cannot be read (expected a line of JSON, e.g. {\\\"verb\\\":\\\"status\\\"}).\"}\n"
            )
            #expect(try ControlClient.send(ControlRequest("echo"), to: server.path).exitCode == 0)
        }
    }

    @Test func `a request beyond the limit is refused, with and without its end`() throws {
        try withServer { server in
            let text = String(repeating: "x", count: 200_000)
            let refused = try ControlClient.send(
                ControlRequest("echo", arguments: ["text": text]), to: server.path)
            #expect(refused.message == "The request is longer than 65536 bytes.")
            let client = try SocketClient(.socket(path: server.path))
            client.send(String(repeating: "x", count: 70_000))
            #expect(try client.receiveAll().contains("The request is longer than 65536 bytes."))
        }
    }

    @Test func `a request that does not end in time is refused`() throws {
        var limits = ServerLimits()
        // Long enough for a busy machine to send the beginning.
        limits.requestSeconds = 1
        try withServer(limits: limits) { server in
            let client = try SocketClient(.socket(path: server.path))
            client.send("{\"verb\":")
            #expect(try client.receiveAll() == "{\"exitCode\":2,\"message\":\"The request did not end in time.\"}\n")
        }
    }

    @Test func `many ask at once`() throws {
        try withServer { server in
            DispatchQueue.concurrentPerform(iterations: 200) { number in
                let request = ControlRequest("echo", arguments: ["text": "\(number)"])
                let reply = try? ControlClient.send(request, to: server.path)
                #expect(reply?.message == "\(number)")
            }
        }
    }

    @Test func `where no daemon is running the client says so`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.sock").path
            let expected = Failure(
                .daemonUnreachable, "No daemon is running for this company: nothing listens at \(path).",
                advice: "Start one with `steward daemon run`.")
            #expect(throws: expected) { try ControlClient.send(ControlRequest("status"), to: path) }
            // One that was killed leaves its socket.
            _ = try StreamSocket.listen(at: .socket(path: path))
            #expect(throws: expected) { try ControlClient.send(ControlRequest("status"), to: path) }
            #expect(expected.exitCode.rawValue == 10)
        }
    }

    @Test func `a daemon that does not answer is given up`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.sock").path
            let (listener, _) = try StreamSocket.listen(at: .socket(path: path))
            let failure = #expect(throws: Failure.self) {
                try ControlClient.send(ControlRequest("status"), to: path, timeoutSeconds: 0.1)
            }
            #expect(failure?.summary == "The daemon at \(path) did not answer within 0.1 s.")
            #expect(failure?.exitCode == .daemonUnreachable)
            withExtendedLifetime(listener) {}
        }
    }

    @Test func `a dead daemon's socket is replaced; a live one's is refused by name; a file is left alone`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.sock").path
            _ = try StreamSocket.listen(at: .socket(path: path))
            let server = try ControlServer(at: path, handler: Self.answer)
            let failure = #expect(throws: Failure.self) { try ControlServer(at: path, handler: Self.answer) }
            #expect(
                failure?.summary
                    == "A daemon works for this company already: process \(getpid()) listens at \(path).")
            #expect(failure?.exitCode == .alreadyRunning)
            #expect(try ControlClient.send(ControlRequest("echo"), to: path).exitCode == 0)
            server.close()
            #expect(!FileManager.default.fileExists(atPath: path))

            try Data("precious".utf8).write(to: URL(filePath: path))
            let refused = #expect(throws: Failure.self) { try ControlServer(at: path, handler: Self.answer) }
            #expect(refused?.exitCode == .refused)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }

    @Test func `closing leaves the socket of a daemon that came later`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "daemon.sock").path
            let first = try ControlServer(at: path, handler: Self.answer)
            try FileManager.default.removeItem(atPath: path)
            let second = try ControlServer(at: path, handler: Self.answer)
            first.close()
            #expect(try ControlClient.send(ControlRequest("echo"), to: path).exitCode == 0)
            second.close()
        }
    }

    @Test func `the socket is for its account alone, also where its path is longer than an address`() throws {
        try withTemporaryDirectory { directory in
            let deep = (0..<8).reduce(directory) { url, _ in url.appending(path: String(repeating: "d", count: 30)) }
            try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
            let path = deep.appending(path: "daemon.sock").path
            #expect(path.utf8.count > 250)
            let server = try ControlServer(at: path, handler: Self.answer)
            defer { server.close() }
            #expect(try ControlClient.send(ControlRequest("echo"), to: path).exitCode == 0)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: Failure.self) { try ControlServer(at: path, handler: Self.answer) }
        }
    }

    @Test func `a folder that is missing is named`() {
        let error = #expect(throws: SystemError.self) {
            try ControlServer(at: "/no/such/folder/daemon.sock", handler: Self.answer)
        }
        #expect(error?.description == "/no/such/folder/daemon.sock: No such file or directory (bind)")
    }
}
