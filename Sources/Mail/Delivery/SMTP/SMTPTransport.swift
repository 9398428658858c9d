import CCurl

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
        return max(0, count - connections.count { $0.isBusy })
    }

    package func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        do {
            let library = try openLibrary()
            // The one used last is the least likely to have been closed by the server meanwhile.
            if let free = connections.first(where: { !$0.isBusy && $0.isOpen })
                ?? connections.first(where: { !$0.isBusy })
            {
                free.begin(message, as: ticket)
            } else {
                precondition(connections.count < connectionCount, "more messages were begun than there is room for")
                let connection = SMTPConnection(
                    settings, password: password, curl: library.curl, multi: library.multi)
                connections.append(connection)
                connection.begin(message, as: ticket)
            }
        } catch {
            failed.append(
                .ended(
                    ticket, .failure(.unreachable(server: settings.server, stage: .connection, reason: error.reason))))
        }
    }

    package func complete(_ tickets: [DeliveryTicket]) {
        let tickets = Set(tickets)
        for connection in connections where connection.ticket.map(tickets.contains) == true { connection.complete() }
    }

    package func breakOff(_ tickets: [DeliveryTicket]) {
        let tickets = Set(tickets)
        for connection in connections where connection.ticket.map(tickets.contains) == true { connection.breakOff() }
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
        var sockets: [curl_waitfd] = []
        var polled: [SMTPConnection] = []
        for connection in connections {
            guard let socket = connection.socket else { continue }
            let wanted = connection.wantsToWrite ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN
            sockets.append(curl_waitfd(fd: socket, events: Int16(wanted), revents: 0))
            polled.append(connection)
        }
        let isConnecting = connections.contains { $0.isConnecting }
        guard !sockets.isEmpty || isConnecting else { return }
        let count = UInt32(sockets.count)
        _ = sockets.withUnsafeMutableBufferPointer { sockets in
            steward_curl_multi_poll(
                library.curl, library.multi, sockets.baseAddress, count, Int32(clamping: waitingMilliseconds))
        }
        if isConnecting { connect(library) }
        for (socket, connection) in zip(sockets, polled) where socket.revents != 0 { connection.advance() }
        let now = ContinuousClock.now
        for connection in connections { connection.checkTime(now) }
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
