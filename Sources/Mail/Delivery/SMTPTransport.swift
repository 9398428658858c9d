import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Delivers to a mail server, over one connection that is kept from message to message.
///
/// The certificate of the server is always verified. A message goes to all its recipients or to none: where the server
/// refuses one of them, the conversation is broken off before the message is complete and all the refused are named.
/// Use one transport from one thread at a time.
package final class SMTPTransport: MailTransport {
    private let settings: SMTPSettings
    private let password: Secret?
    private var connection: Connection?
    private var isLoggedIn = false

    /// Connects when the first message comes.
    package var takesRepeats: Bool { false }

    package init(_ settings: SMTPSettings, password: Secret?) {
        self.settings = settings
        self.password = password
    }

    deinit {
        // Says QUIT.
        if let connection { steward_curl_close(connection.curl, connection.handle) }
    }

    package func deliver(_ message: RenderedMessage) throws(MailError) -> DeliveryReceipt {
        let first = try attempt(message, freshConnection: false)
        // A server closes a connection that lay idle; it is no fault of the message, and nothing of it was sent.
        let outcome = first.isStale ? try attempt(message, freshConnection: true) : first
        isLoggedIn = outcome.conversation.isLoggedIn
        if let error = error(of: outcome, message) { throw error }
        return DeliveryReceipt(
            id: message.id, place: .server(settings.server), reply: outcome.conversation.finalReply, wasThere: false)
    }

    // MARK: - One attempt

    private struct Outcome {
        let conversation: SMTPConversation
        let code: CURLcode
        /// libcurl's words for the error.
        let reason: String
        let wasReused: Bool
        let uploadedBytes: Int64

        /// Whether a kept connection turned out to be dead before the server took anything of the message.
        var isStale: Bool {
            wasReused && code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT && !conversation.senderAccepted
                && (conversation.reply == nil || conversation.reply?.code == 421)
        }
    }

    private func attempt(_ message: RenderedMessage, freshConnection: Bool) throws(MailError) -> Outcome {
        let connection = try openConnection()
        let (curl, handle) = (connection.curl, connection.handle)
        let conversation = SMTPConversation(message, needsLogin: settings.login != nil, isLoggedIn: isLoggedIn)
        var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let context = Unmanaged.passUnretained(conversation).toOpaque()
        var recipients: UnsafeMutablePointer<curl_slist>?
        for recipient in message.envelope.recipients {
            recipients = steward_curl_append(curl, recipients, "<\(recipient.address)>")
        }
        defer { steward_curl_free(curl, recipients) }
        // Where a line begins with a dot, libcurl doubles the dot and would then miscount the end of a declared size.
        let size = Self.hasLineWithLeadingDot(message.bytes) ? -1 : message.bytes.count

        let code = errorText.withUnsafeMutableBufferPointer { errorText in
            steward_curl_set_pointer(curl, handle, CURLOPT_ERRORBUFFER, errorText.baseAddress)
            steward_curl_set_text(curl, handle, CURLOPT_MAIL_FROM, "<\(message.envelope.sender.address)>")
            steward_curl_set_list(curl, handle, CURLOPT_MAIL_RCPT, recipients)
            steward_curl_set_pointer(curl, handle, CURLOPT_READDATA, context)
            steward_curl_set_pointer(curl, handle, CURLOPT_DEBUGDATA, context)
            steward_curl_set_offset(curl, handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(size))
            steward_curl_set_long(curl, handle, CURLOPT_FRESH_CONNECT, freshConnection ? 1 : 0)
            let code = withExtendedLifetime(conversation) { steward_curl_perform(curl, handle) }
            // Nothing of this message may be reached by what libcurl does later, when it closes the connection.
            steward_curl_set_pointer(curl, handle, CURLOPT_ERRORBUFFER, nil)
            steward_curl_set_list(curl, handle, CURLOPT_MAIL_RCPT, nil)
            steward_curl_set_pointer(curl, handle, CURLOPT_READDATA, nil)
            steward_curl_set_pointer(curl, handle, CURLOPT_DEBUGDATA, nil)
            return code
        }
        var connectCount = 0
        var uploadedBytes: curl_off_t = 0
        steward_curl_get_long(curl, handle, CURLINFO_NUM_CONNECTS, &connectCount)
        steward_curl_get_offset(curl, handle, CURLINFO_SIZE_UPLOAD_T, &uploadedBytes)
        let detail = String(decoding: errorText.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return Outcome(
            conversation: conversation, code: code,
            reason: ServerReply(
                code: 0, text: detail.isEmpty ? String(cString: steward_curl_error_text(curl, code)) : detail
            )
            .text,
            wasReused: connectCount == 0, uploadedBytes: Int64(uploadedBytes))
    }

    /// What went wrong; nil where the server took the message. The server's own words decide before libcurl's code does.
    private func error(of outcome: Outcome, _ message: RenderedMessage) -> MailError? {
        let conversation = outcome.conversation
        let server = settings.server
        if let reply = conversation.finalReply {
            if reply.isAcceptance { return nil }
            return refusal(at: .content, reply, recipients: [])
                ?? .inDoubt(server: server, reason: "its answer was \(reply)")
        }
        if let worst = conversation.refusedRecipients.first(where: { $0.reply.isPermanent })
            ?? conversation.refusedRecipients.first
        {
            return refusal(at: .recipient, worst.reply, recipients: conversation.refusedRecipients)
                ?? .unreachable(server: server, stage: .recipient, reason: "unexpected answer \(worst.reply)")
        }
        if conversation.stage == .content, conversation.lacksLogin {
            return .notAuthenticated(server: server, reason: "it offers no login (AUTH) that this program knows")
        }
        if conversation.contentIsComplete, outcome.uploadedBytes >= message.bytes.count {
            return .inDoubt(server: server, reason: outcome.reason)
        }
        switch outcome.code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return .insecure(server: server, reason: outcome.reason)
        default: break
        }
        if let reply = conversation.reply {
            let isAboutLogin =
                conversation.stage == .authentication || (reply.code == 530 && conversation.stage != .greeting)
            if isAboutLogin, reply.isPermanent { return .notAuthenticated(server: server, reason: "\(reply)") }
            if let error = refusal(at: conversation.stage, reply, recipients: []) { return error }
        }
        if outcome.code == CURLE_LOGIN_DENIED { return .notAuthenticated(server: server, reason: outcome.reason) }
        return .unreachable(server: server, stage: conversation.stage, reason: outcome.reason)
    }

    private func refusal(at stage: SMTPStage, _ reply: ServerReply, recipients: [RefusedRecipient]) -> MailError? {
        if reply.isPermanent {
            return .refused(server: settings.server, stage: stage, reply: reply, recipients: recipients)
        }
        if reply.isTransient {
            return .deferred(server: settings.server, stage: stage, reply: reply, recipients: recipients)
        }
        return nil
    }

    private static func hasLineWithLeadingDot(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var isLineStart = true
            for byte in bytes {
                if isLineStart, byte == UInt8(ascii: ".") { return true }
                isLineStart = byte == 0x0A
            }
            return false
        }
    }

    // MARK: - The handle

    /// A handle of libcurl, which keeps its connection open.
    private struct Connection {
        let curl: steward_curl
        let handle: UnsafeMutableRawPointer
    }

    private func openConnection() throws(MailError) -> Connection {
        if let connection { return connection }
        let curl: steward_curl
        do { curl = try CurlLibrary.load().functions } catch { throw fault(error.reason) }
        guard let handle = steward_curl_open(curl) else { throw fault("libcurl gives no handle") }
        let code = configure(handle, curl)
        guard code == CURLE_OK else {
            steward_curl_close(curl, handle)
            throw fault("libcurl refuses the settings: \(String(cString: steward_curl_error_text(curl, code)))")
        }
        let connection = Connection(curl: curl, handle: handle)
        self.connection = connection
        return connection
    }

    private func fault(_ reason: String) -> MailError {
        .unreachable(server: settings.server, stage: .connection, reason: reason)
    }

    private func configure(_ handle: UnsafeMutableRawPointer, _ curl: steward_curl) -> CURLcode {
        var codes: [CURLcode] = []
        func set(_ option: CURLoption, _ value: Int) {
            codes.append(steward_curl_set_long(curl, handle, option, value))
        }
        func set(_ option: CURLoption, _ value: String) {
            codes.append(steward_curl_set_text(curl, handle, option, value))
        }

        let scheme = settings.tls == .implicit ? "smtps" : "smtp"
        set(CURLOPT_URL, "\(scheme)://\(settings.server)/\(settings.clientName ?? "")")
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // No proxy from the environment stands between us and the server.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_USE_SSL, Int(settings.tls == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile = settings.caFile { set(CURLOPT_CAINFO, caFile) }
        if let login = settings.login, let password {
            set(CURLOPT_USERNAME, login.user)
            set(CURLOPT_PASSWORD, password.value)
        }
        set(CURLOPT_CONNECTTIMEOUT, settings.connectTimeoutSeconds)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, settings.replyTimeoutSeconds)
        set(CURLOPT_TIMEOUT, settings.deliveryTimeoutSeconds)
        set(CURLOPT_UPLOAD, 1)
        codes.append(steward_curl_continue_past_refused_recipients(curl, handle))
        codes.append(
            steward_curl_set_callback(curl, handle, CURLOPT_READFUNCTION) { buffer, size, count, context in
                guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
                let conversation = Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue()
                let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
                return conversation.read(into: room) ?? Int(CURL_READFUNC_ABORT)
            })
        // libcurl's account of the conversation, of which the commands and replies are noted and nothing is printed.
        set(CURLOPT_VERBOSE, 1)
        codes.append(
            steward_curl_set_debug_callback(curl, handle) { _, kind, text, count, context in
                guard let text, let context else { return 0 }
                let line = UnsafeRawBufferPointer(start: text, count: count)
                let conversation = Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue()
                switch kind {
                case CURLINFO_HEADER_OUT: conversation.sent(line)
                case CURLINFO_HEADER_IN: conversation.received(line)
                default: break
                }
                return 0
            })
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }
}
