import CCurl

/// One connection to a mail server and the message that is under way on it.
///
/// It never waits: each call does what can be done at once.
final class SMTPConnection {
    private let settings: SMTPSettings
    private let password: Secret?
    private let curl: steward_curl
    private let multi: UnsafeMutableRawPointer

    private var handle: SMTPHandle?
    private(set) var socket: Int32?
    private(set) var state = State.closed
    private var delivery: Delivery?
    private var happened: [DeliveryEvent] = []

    private let output = SendBuffer()
    private var reader = SMTPReplyReader()
    private var input: [UInt8] = Array(repeating: 0, count: 16_384)
    private var needsReset = false
    /// Whether a message went over this connection before the present one.
    private var isReused = false
    /// Until when the other side must have said or taken something.
    private var replyDeadline = ContinuousClock.now

    enum State {
        case closed, connecting
        /// Connected, without a message.
        case idle
        case envelope, content
        /// All but the final dot has been sent.
        case standing
        /// The dot has been sent, or a part of it may have been.
        case dot
    }

    private struct Delivery {
        let ticket: DeliveryTicket
        let message: RenderedMessage
        let deadline: ContinuousClock.Instant
        var dialogue: SMTPDialogue?
        var contentOffset = 0
        /// A kept connection may turn out to be dead; the message then gets a new one, once.
        var hadNewConnection = false
    }

    /// The connection was lost, and why.
    private struct Lost: Error {
        let reason: String
        var isTimeout = false
    }

    init(_ settings: SMTPSettings, password: Secret?, curl: steward_curl, multi: UnsafeMutableRawPointer) {
        self.settings = settings
        self.password = password
        self.curl = curl
        self.multi = multi
    }

    deinit {
        close(saysGoodbye: true)
    }

    var ticket: DeliveryTicket? { delivery?.ticket }
    var isBusy: Bool { delivery != nil }
    /// Whether messages go over it, or could.
    var isOpen: Bool { socket != nil }
    var wantsToWrite: Bool { !output.isEmpty }
    var isConnecting: Bool { state == .connecting }

    func takeEvents() -> [DeliveryEvent] {
        guard !happened.isEmpty else { return [] }
        defer { happened.removeAll() }
        return happened
    }

    func owns(_ raw: UnsafeMutableRawPointer) -> Bool { handle?.raw == raw }

    // MARK: - Orders

    func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        precondition(delivery == nil, "a message was begun on a connection that has one")
        let deadline = ContinuousClock.now + .seconds(settings.deliveryTimeoutSeconds)
        delivery = Delivery(ticket: ticket, message: message, deadline: deadline)
        if state == .idle {
            isReused = true
            beginEnvelope()
        } else {
            connect()
        }
    }

    /// Sends the final dot.
    func complete() {
        guard state == .standing else { return }
        // A server that has meanwhile gone, or changed its mind, is not sent the dot, and so leaves no doubt.
        advance { try receive() }
        guard state == .standing else { return }
        state = .dot
        output.append(".\r\n")
        awaitReply()
        advance { try send() }
    }

    /// Lets go of the message; the connection is closed where the server has a part of it.
    func breakOff() {
        guard delivery != nil else { return }
        delivery = nil
        close(saysGoodbye: false)
    }

    /// Closes a connection that has no message.
    func closeIfIdle() {
        if state == .idle { close(saysGoodbye: true) }
    }

    // MARK: - Connecting

    private func connect() {
        isReused = false
        needsReset = false
        reader.removeAll()
        output.removeAll()
        guard let handle = SMTPHandle.open(settings, password: password, curl: curl) else {
            finish(
                .failure(
                    .unreachable(server: settings.server, stage: .connection, reason: "libcurl refuses the settings")))
            return
        }
        self.handle = handle
        state = .connecting
        guard steward_curl_multi_add(curl, multi, handle.raw) == CURLM_OK else {
            self.handle = nil
            state = .closed
            finish(
                .failure(
                    .unreachable(
                        server: settings.server, stage: .connection, reason: "libcurl takes no more connections")))
            return
        }
    }

    /// libcurl has ended connecting.
    func connected(_ code: CURLcode) {
        guard state == .connecting, let handle else { return }
        var error: MailError?
        if code != CURLE_OK {
            error = handle.error(code, of: settings)
        } else if settings.login != nil, !handle.isLoggedIn {
            error = .notAuthenticated(
                server: settings.server, reason: "it offers no login (AUTH) that this program knows")
        } else if handle.socket == nil {
            error = .unreachable(server: settings.server, stage: .connection, reason: "libcurl gives no socket")
        }
        if let error {
            close(saysGoodbye: false)
            finish(.failure(error))
            return
        }
        socket = handle.socket
        state = .idle
        if delivery != nil { beginEnvelope() }
    }

    private func close(saysGoodbye: Bool) {
        guard let handle else { return }
        // Its answer, and whether it arrives, makes no difference to anyone.
        if saysGoodbye, state == .idle { ("QUIT\r\n" as StaticString).withUTF8Bytes { _ = handle.send($0) } }
        steward_curl_multi_remove(curl, multi, handle.raw)
        self.handle = nil
        socket = nil
        state = .closed
        output.removeAll()
        reader.removeAll()
    }

    // MARK: - The conversation

    private func beginEnvelope() {
        guard let handle, let message = delivery?.message else { return }
        delivery?.dialogue = SMTPDialogue(
            message, announcesSize: handle.offersSize, isPipelined: handle.offersPipelining, needsReset: needsReset)
        needsReset = false
        state = .envelope
        awaitReply()
        advance { try send() }
    }

    private func awaitReply() {
        replyDeadline = ContinuousClock.now + .seconds(settings.replyTimeoutSeconds)
    }

    /// Does all that can be done now.
    func advance() {
        advance {
            try receive()
            try send()
        }
    }

    private func advance(_ body: () throws -> Void) {
        guard isOpen else { return }
        do {
            try body()
        } catch let lost as Lost {
            lose(lost)
        } catch {
            preconditionFailure("a connection throws nothing else")
        }
    }

    /// Looks whether the other side has been silent for too long.
    func checkTime(_ now: ContinuousClock.Instant) {
        guard let delivery, isOpen else { return }
        let isSilent = state != .standing && now >= replyDeadline
        guard isSilent || now >= delivery.deadline else { return }
        let seconds = isSilent ? settings.replyTimeoutSeconds : settings.deliveryTimeoutSeconds
        lose(Lost(reason: "Timeout was reached: it said nothing for \(seconds) s", isTimeout: true))
    }

    private func receive() throws {
        while let handle {
            let transfer = input.withUnsafeMutableBytes { buffer in
                let transfer = handle.receive(into: buffer)
                if case .bytes(let count) = transfer, count > 0 {
                    reader.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
                return transfer
            }
            switch transfer {
            case .wait: return
            case .lost(let reason): throw Lost(reason: reason)
            case .bytes(let count):
                while let reply = reader.next() {
                    received(reply)
                    guard isOpen else { return }
                }
                if count == 0 { throw Lost(reason: "the server closed the connection") }
                // Of a plain socket nothing more is to be had; TLS may hold a further record.
                if count < input.count, settings.tls == .none { return }
            }
        }
    }

    private func received(_ reply: ServerReply) {
        awaitReply()
        let server = settings.server
        switch state {
        case .closed, .connecting: break
        case .idle: close(saysGoodbye: false)
        case .envelope:
            guard let verdict = delivery?.dialogue?.received(reply, from: server) else { return }
            switch verdict {
            case .goOn: break
            case .sendContent: state = .content
            case .ended(let error, let afterwards):
                if reply.code == 421, isStale { return reconnect() }
                switch afterwards {
                case .keep: state = .idle
                case .reset:
                    state = .idle
                    needsReset = true
                case .close: close(saysGoodbye: false)
                }
                finish(.failure(error))
            }
        case .content, .standing:
            // It answers a message that it does not have yet: it will not take it.
            close(saysGoodbye: false)
            finish(.failure(MailError(server, .content, reply, [])))
        case .dot:
            guard let id = delivery?.message.id else { return }
            if reply.isAcceptance {
                state = .idle
                finish(.success(DeliveryReceipt(id: id, place: .server(server), reply: reply, wasThere: false)))
            } else if reply.isPermanent || reply.isTransient {
                state = .idle
                if reply.code == 421 { close(saysGoodbye: false) }
                finish(.failure(MailError(answer: reply, from: server)))
            } else {
                close(saysGoodbye: false)
                finish(.failure(.inDoubt(server: server, reason: "its answer was \(reply)")))
            }
        }
    }

    private func send() throws {
        while let handle {
            fill()
            guard !output.isEmpty else { return }
            switch handle.send(output.bytes) {
            case .wait: return
            case .lost(let reason): throw Lost(reason: reason)
            case .bytes(let count):
                output.removeFirst(count)
                awaitReply()
            }
            if state == .content, output.isEmpty, let delivery,
                delivery.contentOffset == delivery.message.bytes.count
            {
                state = .standing
                happened.append(.standing(delivery.ticket))
            }
        }
    }

    /// Puts what can be said next into the buffer.
    private func fill() {
        switch state {
        case .envelope:
            // What OpenSSL has put off must be sent again as it was; more is added when it has gone.
            guard output.isEmpty else { return }
            while output.room > Self.maximumCommandBytes, let command = delivery?.dialogue?.nextCommand() {
                output.append(command)
            }
        case .content:
            guard output.isEmpty, let delivery else { return }
            self.delivery?.contentOffset = output.append(content: delivery.message.bytes, from: delivery.contentOffset)
        default: break
        }
    }

    /// `MAIL FROM:<…> SIZE=…` with the longest address.
    private static let maximumCommandBytes = 512

    // MARK: - Ends

    private func finish(_ result: Result<DeliveryReceipt, MailError>) {
        guard let ticket = delivery?.ticket else { return }
        delivery = nil
        happened.append(.ended(ticket, result))
    }

    private func lose(_ lost: Lost) {
        guard let delivery else { return close(saysGoodbye: false) }
        if !lost.isTimeout, isStale { return reconnect() }
        let server = settings.server
        let error: MailError
        switch state {
        case .dot: error = .inDoubt(server: server, reason: lost.reason)
        case .envelope:
            error = .unreachable(server: server, stage: delivery.dialogue?.stage ?? .sender, reason: lost.reason)
        default: error = .unreachable(server: server, stage: .content, reason: lost.reason)
        }
        close(saysGoodbye: false)
        finish(.failure(error))
    }

    /// Whether a kept connection turned out to be dead before the server took anything of the message.
    private var isStale: Bool {
        guard state == .envelope, isReused, let delivery else { return false }
        return !delivery.hadNewConnection && delivery.dialogue?.senderAccepted != true
    }

    private func reconnect() {
        close(saysGoodbye: false)
        delivery?.hadNewConnection = true
        delivery?.dialogue = nil
        connect()
    }
}

extension MailError {
    /// What the answer to a whole message means that is no acceptance.
    fileprivate init(answer reply: ServerReply, from server: String) {
        self =
            reply.isPermanent
            ? .refused(server: server, stage: .content, reply: reply, recipients: [])
            : .deferred(server: server, stage: .content, reply: reply, recipients: [])
    }
}

extension StaticString {
    fileprivate func withUTF8Bytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUTF8Buffer { body(UnsafeRawBufferPointer($0)) }
    }
}
