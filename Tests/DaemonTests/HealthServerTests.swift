import Calendars
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Daemon

struct HealthServerTests {
    private static let bigText = String(repeating: "0123456789\n", count: 500_000)

    private func withServer(
        at address: ServerAddress = .loopback(port: 0), limits: ServerLimits = ServerLimits(),
        _ body: (HealthServer) throws -> Void
    ) throws {
        let server = try HealthServer(
            at: address, clock: FixedClock(Instant(microseconds: 1_795_240_800_000_000)), limits: limits,
            pages: [
                "/livez": { .well() }, "/readyz": { .unwell("the store does not answer\n") },
                "/big": { .well(Self.bigText) },
            ])
        defer { server.close() }
        try body(server)
    }

    private func answer(_ request: String, from server: HealthServer) throws -> String {
        let client = try SocketClient(server.address)
        client.send(request)
        return try client.receiveAll()
    }

    private static let head = """
        HTTP/1.1 200 OK\r
        Date: Sat, 21 Nov 2026 06:00:00 GMT\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 3\r
        Cache-Control: no-store\r
        X-Content-Type-Options: nosniff\r
        Connection: close\r
        \r

        """

    @Test func `a page is answered whole, and its head alone where that is asked for`() throws {
        try withServer { server in
            #expect(try answer("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", from: server) == Self.head + "ok\n")
            #expect(try answer("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", from: server) == Self.head)
            let ready = try answer("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n", from: server)
            #expect(ready.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(ready.hasSuffix("\r\n\r\nthe store does not answer\n"))
        }
    }

    @Test(arguments: [
        ("GET /livez HTTP/1.1\r\nhost:x\r\n\r\n", 200), ("\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ("GET /livez HTTP/1.0\r\n\r\n", 200), ("GET /livez HTTP/1.1\nHost: x\n\n", 200),
        ("GET /livez?verbose=1 HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ("GET http://localhost:9464/livez HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 200),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404), ("GET /LIVEZ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        ("GET /../livez HTTP/1.1\r\nHost: x\r\n\r\n", 404), ("DELETE /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        ("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", 405),
        ("get /livez HTTP/1.1\r\nHost: x\r\n\r\n", 405), ("GET /livez HTTP/1.1\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400), ("GET /livez\r\n\r\n", 400),
        ("GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET livez HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost x\r\n\r\n", 400), ("GET /livez HTTP/1.1\r\n Host: x\r\n\r\n", 400),
        ("G\u{0}T /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("\u{FF}\u{FE}\r\n\r\n", 400),
        ("GET /livez HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("GET /livez HTTQ/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (String(repeating: "x", count: 9_000), 431),
    ])
    func `what is asked wrongly is answered as HTTP says`(request: String, status: Int) throws {
        try withServer { server in
            let answer = try answer(request, from: server)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect((status == 405) == answer.contains("\r\nAllow: GET, HEAD\r\n"))
            #expect(try self.answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server) == Self.head + "ok\n")
        }
    }

    @Test func `random bytes never bring the server down`() throws {
        var random = SplitMix64(state: 11)
        try withServer { server in
            for _ in 0..<100 {
                let client = try SocketClient(server.address)
                let bytes = (0..<Int.random(in: 0...600, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                client.send(String(decoding: bytes, as: UTF8.self) + "\r\n\r\n")
                client.finish()
                _ = try client.receiveAll()
            }
            #expect(try answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server) == Self.head + "ok\n")
        }
    }

    @Test func `a client that is slow is cut off, and one that is silent too`() throws {
        var limits = ServerLimits()
        // Long enough for a busy machine to send the beginning.
        limits.requestSeconds = 1
        try withServer(limits: limits) { server in
            let slow = try SocketClient(server.address)
            slow.send("GET /livez HT")
            let silent = try SocketClient(server.address)
            #expect(try slow.receiveAll().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(try silent.receiveAll() == "")
        }
    }

    @Test func `clients that only hold on to their places keep nobody out`() throws {
        try withServer { server in
            let holders = try (0..<100).map { _ in
                let client = try SocketClient(server.address)
                client.send("GET /livez")
                return client
            }
            for _ in 0..<5 {
                #expect(try answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server) == Self.head + "ok\n")
            }
            withExtendedLifetime(holders) {}
        }
    }

    @Test func `a long page reaches a client that reads late, while others are answered`() throws {
        try withServer { server in
            let late = try SocketClient(server.address)
            late.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server) == Self.head + "ok\n")
            #expect(try late.receiveAll().hasSuffix("\r\n\r\n" + Self.bigText))
        }
    }

    @Test func `a client that never reads is cut off`() throws {
        var limits = ServerLimits()
        limits.answerSeconds = 0.2
        limits.maximumConnections = 2
        try withServer(limits: limits) { server in
            let deaf = try SocketClient(server.address)
            deaf.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            var entry = pollfd(fd: deaf.socket.number, events: 0, revents: 0)
            #expect(poll(&entry, 1, 10_000) == 1)
            #expect(entry.revents & Int16(POLLHUP | POLLERR) != 0)
        }
    }

    @Test func `it can listen on a socket in the file system`() throws {
        try withTemporaryDirectory { directory in
            try withServer(at: .socket(path: directory.appending(path: "health.sock").path)) { server in
                let text = try answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server)
                #expect(text == Self.head + "ok\n")
            }
        }
    }

    @Test func `a port in use is refused with its address, and free again after the server has closed`() throws {
        try withServer { server in
            let error = #expect(throws: SystemError.self) {
                try HealthServer(at: server.address, clock: SystemClock(), pages: [:])
            }
            #expect(error?.description == "\(server.address): Address already in use (bind)")
            #expect(try answer("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", from: server) == Self.head + "ok\n")
            server.close()
            let next = try HealthServer(at: server.address, clock: SystemClock(), pages: ["/": { .well("next") }])
            #expect(try answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n", from: next).hasSuffix("\r\n\r\nnext"))
            next.close()
        }
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 GMT"),
    ])
    func `a date is written as HTTP has it`(seconds: Int64, text: String) {
        #expect(HTTPResponseText.date(Instant(microseconds: seconds * 1_000_000)) == text)
    }
}
