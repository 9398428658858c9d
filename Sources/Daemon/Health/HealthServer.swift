import Calendars

/// What a page says.
package struct HealthAnswer: Hashable, Sendable {
    /// 200 when all is well, 503 when not.
    package var status: Int
    package var text: String
    package var contentType: String

    package init(status: Int, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.status = status
        self.text = text
        self.contentType = contentType
    }

    package static func well(_ text: String = "ok\n") -> HealthAnswer { HealthAnswer(status: 200, text: text) }
    package static func unwell(_ text: String) -> HealthAnswer { HealthAnswer(status: 503, text: text) }
    /// For `/metrics`.
    package static func metrics(_ registry: MetricsRegistry) -> HealthAnswer {
        HealthAnswer(status: 200, text: registry.text(), contentType: MetricsRegistry.contentType)
    }
}

/// The daemon's pages for those who watch it: `/livez`, `/readyz`, `/metrics`, over HTTP on loopback.
///
/// ```swift
/// let server = try HealthServer(at: .loopback(port: 9464), clock: clock, pages: [
///     "/livez": { loop.hasTurned ? .well() : .unwell("the loop stands still\n") },
///     "/metrics": { .metrics(registry) },
/// ])
/// ```
///
/// The pages are made on the server's own thread, one after another. They must not wait: a page tells what the daemon
/// knew last, it does not ask the store.
package final class HealthServer: Sendable {
    package static let defaultPort: UInt16 = 9_464
    package typealias Page = @Sendable () -> HealthAnswer

    private let server: StreamServer<Service>

    /// - Parameter pages: by path.
    package convenience init(at address: ServerAddress, clock: any Clock, pages: [String: Page]) throws(SystemError) {
        try self.init(at: address, clock: clock, limits: ServerLimits(), pages: pages)
    }

    init(
        at address: ServerAddress, clock: any Clock, limits: ServerLimits, pages: [String: Page]
    ) throws(SystemError) {
        server = try StreamServer(
            at: address, named: "health", limits: limits, service: Service(clock: clock, pages: pages))
    }

    /// With the port that was chosen where 0 was asked for.
    package var address: ServerAddress { server.address }

    package func close() { server.close() }

    private struct Service: ServerProtocol {
        let clock: any Clock
        let pages: [String: Page]

        func requestLength(in bytes: [UInt8]) -> Int? { HTTPRequestHead.length(in: bytes) }

        func answer(to request: [UInt8], from peer: ConnectionPeer?) -> ServerAnswer {
            let response: HTTPResponseText
            var isHead = false
            do throws(HTTPRequestHead.Refusal) {
                let head = try HTTPRequestHead(request)
                isHead = head.method == "HEAD"
                response = page(for: head)
            } catch {
                response = refusal(error)
            }
            return ServerAnswer(bytes: response.bytes(at: clock.now(), isHead: isHead), isLast: true)
        }

        private func page(for head: HTTPRequestHead) -> HTTPResponseText {
            guard let page = pages[head.path] else {
                let known = pages.keys.sorted().joined(separator: ", ")
                return HTTPResponseText(status: 404, body: "There is no such page. There are: \(known)\n")
            }
            guard head.method == "GET" || head.method == "HEAD" else {
                return HTTPResponseText(status: 405, body: "This page can only be read.\n", allowed: "GET, HEAD")
            }
            let answer = page()
            return HTTPResponseText(status: answer.status, contentType: answer.contentType, body: answer.text)
        }

        private func refusal(_ refusal: HTTPRequestHead.Refusal) -> HTTPResponseText {
            HTTPResponseText(status: refusal.rawValue, body: (HTTPResponseText.reasons[refusal.rawValue] ?? "") + "\n")
        }

        func answer(to misuse: ConnectionMisuse) -> [UInt8] {
            switch misuse {
            case .requestTooLong: refusal(.headerTooLarge).bytes(at: clock.now(), isHead: false)
            case .requestTooSlow: refusal(.requestTimeout).bytes(at: clock.now(), isHead: false)
            }
        }
    }
}
