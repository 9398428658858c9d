import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Delivers to a mail server over several connections, which are kept from message to message.
///
/// The certificate of the server is always verified. A message goes to all its recipients or to none: where the server
/// refuses one of them, the conversation is broken off before the message is complete and all the refused are named.
/// Whether a message was taken is in doubt only from its final dot on.
package final class SMTPTransport: MailTransport {
    private let settings: SMTPSettings
    private let password: Secret?
    private let connectionCount: Int
    private var library: Library?
    private var connections: [SMTPConnection] = []
    /// Messages that could not even be begun.
    private var failed: [DeliveryEvent] = []
    /// A server that takes no more connections is asked for no more for a while.
    private var limit: (count: Int, until: ContinuousClock.Instant)?

    package static let defaultConnections = 8
    package static let maximumConnections = 64
    private static let limitSeconds = 30

    /// libcurl, and what drives its connections while they are made.
    private final class Library {
        let curl: steward_curl
        let multi: UnsafeMutableRawPointer

        init?(_ curl: steward_curl) {
            guard let multi = steward_curl_multi_open(curl) else { return nil }
            self.curl = curl
            self.multi = multi
        }

        deinit {
            steward_curl_multi_close(curl, multi)
        }
    }

    /// Connects when the first message comes.
    ///
    /// - Parameter connections: how many messages are under way at once, 1 to 64.
    package init(_ settings: SMTPSettings, password: Secret?, connections: Int = SMTPTransport.defaultConnections) {
        self.settings = settings
        self.password = password
        connectionCount = min(max(connections, 1), Self.maximumConnections)
    }

    deinit {
        // They must go before what drives them.
        connections = []
    }

    package var takesRepeats: Bool { false }

    package var isReachable: Bool { connections.contains { $0.isOpen } }

    package var capacity: Int {
        var count = connectionCount
        if let limit {
            if ContinuousClock.now < limit.until { count = min(count, limit.count) } else { self.limit = nil }
        }
        return max(0, count - connections.count { !$0.isFree })
    }

    package func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        do {
            let library = try openLibrary()
            connection(library).begin(message, as: ticket)
        } catch {
            failed.append(
                .ended(
                    ticket, .failure(.unreachable(server: settings.server, stage: .connection, reason: error.reason))))
        }
    }

    /// The connection for the next message: one that is open and at rest, else a new one, else one whose last dot is not
    /// answered yet.
    private func connection(_ library: Library) -> SMTPConnection {
        let free = connections.filter(\.isFree)
        if let atRest = free.first(where: { $0.isOpen && !$0.isAwaiting }) { return atRest }
        let mayOpen = limit.map { limit in connections.count { $0.isOpen || $0.isConnecting } < limit.count } ?? true
        if mayOpen {
            if let closed = free.first(where: { !$0.isOpen }) { return closed }
            if connections.count < connectionCount {
                let connection = SMTPConnection(
                    settings, password: password, curl: library.curl, multi: library.multi)
                connections.append(connection)
                return connection
            }
        }
        guard let awaiting = free.first(where: \.isOpen) ?? free.first else {
            preconditionFailure("more messages were begun than there is room for")
        }
        return awaiting
    }

    package func complete(_ tickets: [DeliveryTicket]) {
        for ticket in tickets { connections.first { $0.ticket == ticket }?.complete(ticket) }
    }

    package func breakOff(_ tickets: [DeliveryTicket]) {
        let tickets = Set(tickets)
        for connection in connections { connection.breakOff(tickets) }
    }

    package func events(waitingMilliseconds: Int) -> [DeliveryEvent] {
        var events = takeEvents()
        let wait = events.isEmpty ? waitingMilliseconds : 0
        work(waitingMilliseconds: wait)
        events += takeEvents()
        return events
    }

    private func takeEvents() -> [DeliveryEvent] {
        var events = failed
        failed = []
        for connection in connections { events += connection.takeEvents() }
        return events
    }

    private func openLibrary() throws(CurlLibrary.NotLoaded) -> Library {
        if let library { return library }
        guard let library = Library(try CurlLibrary.load().functions) else {
            throw CurlLibrary.NotLoaded(reason: "libcurl gives no handle")
        }
        self.library = library
        return library
    }

    // MARK: - Work

    /// Waits until a socket is ready, at most so long, and does what can be done then.
    private func work(waitingMilliseconds: Int) {
        guard let library else { return }
        // Dots that no further message took along.
        for connection in connections where connection.wantsToWrite { connection.flush() }
        let isConnecting = connections.contains { $0.isConnecting }
        let polled = connections.filter(\.isOpen)
        guard isConnecting || !polled.isEmpty else { return }
        // A connection may have been lost by now, which is an event.
        let wait = connections.contains(where: \.hasEvents) ? 0 : waitingMilliseconds
        if isConnecting {
            connect(library, polled, waitingMilliseconds: wait)
        } else {
            var sockets = polled.map {
                pollfd(fd: $0.socket ?? -1, events: Int16($0.wantsToWrite ? POLLIN | POLLOUT : POLLIN), revents: 0)
            }
            _ = poll(&sockets, nfds_t(sockets.count), Int32(clamping: wait))
            for (socket, connection) in zip(sockets, polled) where socket.revents != 0 { connection.advance() }
        }
        let now = ContinuousClock.now
        for connection in connections { connection.checkTime(now) }
    }

    /// The same while a connection is being made, which libcurl does.
    private func connect(_ library: Library, _ polled: [SMTPConnection], waitingMilliseconds: Int) {
        var sockets = polled.map { connection in
            let events = connection.wantsToWrite ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN
            return curl_waitfd(fd: connection.socket ?? -1, events: Int16(events), revents: 0)
        }
        let count = UInt32(sockets.count)
        _ = sockets.withUnsafeMutableBufferPointer { sockets in
            steward_curl_multi_poll(
                library.curl, library.multi, sockets.baseAddress, count, Int32(clamping: waitingMilliseconds))
        }
        connect(library)
        for (socket, connection) in zip(sockets, polled) where socket.revents != 0 { connection.advance() }
    }

    private func connect(_ library: Library) {
        var running: Int32 = 0
        steward_curl_multi_perform(library.curl, library.multi, &running)
        var code = CURLE_OK
        while let raw = steward_curl_multi_finished(library.curl, library.multi, &code) {
            guard let connection = connections.first(where: { $0.owns(raw) }) else { continue }
            connection.connected(code)
            let open = connections.count { $0.isOpen }
            if !connection.isOpen, open > 0 {
                limit = (open, ContinuousClock.now + .seconds(Self.limitSeconds))
            }
        }
    }
}
