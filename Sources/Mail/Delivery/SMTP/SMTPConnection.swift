import CCurl

/// One connection to a mail server and the messages that are under way on it: the one that is being handed over, and the
/// one before it, whose final dot was sent and not answered yet.
///
/// It never waits: each call does what can be done at once. Where the server offers PIPELINING (RFC 2920, section 3.1: the
/// content may begin a group of commands), the next message's commands go out in one packet with the dot of the message
/// before, so that a message costs one round trip.
final class SMTPConnection {
    private let settings: SMTPSettings
    private let password: Secret?
    private let curl: steward_curl
    private let multi: UnsafeMutableRawPointer

    private var handle: SMTPHandle?
    private(set) var socket: Int32?
    private(set) var state = State.closed
    /// The message that is being handed over.
    private var delivery: Delivery?
    /// The message before it. Its answer comes before any to the next one's commands, so that the content of the next is
    /// not sent before this has ended.
    private var awaited: Awaited?
    private var happened: [DeliveryEvent] = []

    private let output = SendBuffer()
    private var reader = SMTPReplyReader()
    private var input: [UInt8] = Array(repeating: 0, count: 16_384)
    /// The other side takes no more for the moment; what it put off must be sent again as it was (SSL_write(3)).
    private var isPutOff = false
    private var needsReset = false
    /// A message was let go whose commands the server has, behind a dot that it has not answered.
    private var closesAfterAnswer = false
    /// Whether a message went over this connection before the present one.
    private var isReused = false
    /// Until when the other side must have said or taken something.
    private var replyDeadline = ContinuousClock.now

    enum State {
        case closed, connecting
        /// Connected, and no message is being handed over.
        case idle
        case envelope, content
        /// All but the final dot has been sent.
        case standing
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

    /// A message whose final dot is on its way, or a part of it may be.
    private struct Awaited {
        let ticket: DeliveryTicket
        let message: MessageID
        let deadline: ContinuousClock.Instant
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

    /// The message that is being handed over.
    var ticket: DeliveryTicket? { delivery?.ticket }
    /// Whether a message can be begun.
    var isFree: Bool {
        delivery == nil && !closesAfterAnswer && (awaited == nil || handle?.offersPipelining == true)
    }
    /// Whether an answer to a dot is still to come.
    var isAwaiting: Bool { awaited != nil }
    /// Whether messages go over it, or could.
    var isOpen: Bool { socket != nil }
    var wantsToWrite: Bool { !output.isEmpty }
    var isConnecting: Bool { state == .connecting }

    var hasEvents: Bool { !happened.isEmpty }

    func takeEvents() -> [DeliveryEvent] {
        guard !happened.isEmpty else { return [] }
        defer { happened.removeAll() }
        return happened
    }

    func owns(_ raw: UnsafeMutableRawPointer) -> Bool { handle?.raw == raw }

    // MARK: - Orders

    func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        precondition(isFree, "a message was begun on a connection that has one")
        let deadline = ContinuousClock.now + .seconds(settings.deliveryTimeoutSeconds)
        delivery = Delivery(ticket: ticket, message: message, deadline: deadline)
        if state == .idle {
            isReused = true
            beginEnvelope()
        } else {
            connect()
        }
    }

    /// Ends the message. Its final dot is sent with the next message's first commands, or by `advance`.
    func complete(_ ticket: DeliveryTicket) {
        guard state == .standing, delivery?.ticket == ticket else { return }
        // A server that has meanwhile gone, or changed its mind, is not sent the dot, and so leaves no doubt.
        advance { try receive() }
        guard state == .standing, let delivery else { return }
        awaited = Awaited(ticket: ticket, message: delivery.message.id, deadline: delivery.deadline)
        self.delivery = nil
        state = .idle
        output.append(".\r\n")
        awaitReply()
    }

    /// Lets go of messages, of which nothing more is told; the connection is closed where the server has a part of one.
    func breakOff(_ tickets: Set<DeliveryTicket>) {
        if let awaited, tickets.contains(awaited.ticket) {
            self.awaited = nil
            if let delivery, tickets.contains(delivery.ticket) { self.delivery = nil }
            leave()
        } else if let delivery, tickets.contains(delivery.ticket) {
            self.delivery = nil
            if awaited == nil { close(saysGoodbye: false) } else { closesAfterAnswer = true }
        }
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
        if saysGoodbye, state == .idle, awaited == nil {
            ("QUIT\r\n" as StaticString).withUTF8Bytes { _ = handle.send($0) }
        }
        steward_curl_multi_remove(curl, multi, handle.raw)
        self.handle = nil
        socket = nil
        state = .closed
        isPutOff = false
        closesAfterAnswer = false
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
        // What is said now does not give a dot that waits for its answer more time.
        if awaited == nil { awaitReply() }
        advance { try send() }
    }

    private func awaitReply() {
        replyDeadline = ContinuousClock.now + .seconds(settings.replyTimeoutSeconds)
    }

    /// Sends what waits, where the other side takes more.
    func flush() {
        if !isPutOff { advance { try send() } }
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
        guard isOpen, let deadline = awaited?.deadline ?? delivery?.deadline else { return }
        let isSilent = state != .standing && now >= replyDeadline
        guard isSilent || now >= deadline else { return }
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
        if let awaited { return received(reply, to: awaited) }
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
        }
    }

    /// The answer to a final dot.
    private func received(_ reply: ServerReply, to awaited: Awaited) {
        let server = settings.server
        var isLast = closesAfterAnswer || reply.code == 421
        let result: Result<DeliveryReceipt, MailError>
        if reply.isAcceptance {
            result = .success(
                DeliveryReceipt(id: awaited.message, place: .server(server), reply: reply, wasThere: false))
        } else if reply.isPermanent || reply.isTransient {
            result = .failure(MailError(answer: reply, from: server))
        } else {
            isLast = true
            result = .failure(.inDoubt(server: server, reason: "its answer was \(reply)"))
        }
        self.awaited = nil
        happened.append(.ended(awaited.ticket, result))
        if isLast { leave() }
    }

    private func send() throws {
        while let handle {
            fill()
            guard !output.isEmpty else { return }
            switch handle.send(output.bytes) {
            case .wait:
                isPutOff = true
                return
            case .lost(let reason): throw Lost(reason: reason)
            case .bytes(let count):
                isPutOff = false
                output.removeFirst(count)
                if awaited == nil { awaitReply() }
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
            guard !isPutOff else { return }
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
        let server = settings.server
        if let awaited {
            self.awaited = nil
            happened.append(.ended(awaited.ticket, .failure(.inDoubt(server: server, reason: lost.reason))))
            return leave()
        }
        guard let delivery else { return close(saysGoodbye: false) }
        if !lost.isTimeout, isStale { return reconnect() }
        let error: MailError
        switch state {
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

    /// Gives the connection up; the message whose commands stood behind a dot, and went unheard, gets a new one.
    private func leave() {
        if delivery == nil { close(saysGoodbye: false) } else { reconnect() }
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
