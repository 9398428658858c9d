import CCurl

/// A connection to a mail server as libcurl makes it: it connects, says hello, turns to TLS, logs in; then the
/// conversation goes on over it in our own words (`CURLOPT_CONNECT_ONLY`).
///
/// libcurl's own upload cannot be used where messages go out side by side: having sent the final dot, it waits for the
/// answer and lets nothing else happen meanwhile, not even in its multi interface (`smtp_done` calls
/// `smtp_block_statemach`). One silent server would hold up all connections.
final class SMTPHandle {
    let curl: steward_curl
    let raw: UnsafeMutableRawPointer
    private let introduction = SMTPIntroduction()
    private let errorText: UnsafeMutablePointer<CChar>

    private init(_ curl: steward_curl, _ raw: UnsafeMutableRawPointer) {
        self.curl = curl
        self.raw = raw
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        steward_curl_close(curl, raw)
        errorText.deallocate()
    }

    /// - Returns: nil where libcurl gives no handle or refuses the settings.
    static func open(_ settings: SMTPSettings, password: Secret?, curl: steward_curl) -> SMTPHandle? {
        guard let raw = steward_curl_open(curl) else { return nil }
        let handle = SMTPHandle(curl, raw)
        return handle.configure(settings, password) == CURLE_OK ? handle : nil
    }

    // MARK: - What was said while connecting

    var isLoggedIn: Bool { introduction.isLoggedIn }
    var offersSize: Bool { introduction.offersSize }
    var offersPipelining: Bool { introduction.offersPipelining }

    /// Why no messages can go over the connection.
    func error(_ code: CURLcode, of settings: SMTPSettings) -> MailError {
        let server = settings.server
        let reason = reason(code)
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return .insecure(server: server, reason: reason)
        default: break
        }
        // The server's own words decide before libcurl's code does.
        if let reply = introduction.reply, !reply.isAcceptance, reply.isPermanent || reply.isTransient {
            return MailError(server, introduction.stage, reply, [])
        }
        if code == CURLE_LOGIN_DENIED { return .notAuthenticated(server: server, reason: reason) }
        return .unreachable(server: server, stage: introduction.stage, reason: reason)
    }

    /// libcurl's words for an error.
    func reason(_ code: CURLcode) -> String {
        let detail = String(cString: errorText)
        return ServerReply(
            code: 0, text: detail.isEmpty ? String(cString: steward_curl_error_text(curl, code)) : detail
        )
        .text
    }

    // MARK: - The open connection

    /// The socket of the open connection, to be polled.
    var socket: Int32? {
        var socket: curl_socket_t = -1
        guard steward_curl_get_socket(curl, raw, &socket) == CURLE_OK, socket >= 0 else { return nil }
        return socket
    }

    enum Transfer {
        case bytes(Int)
        case wait
        case lost(String)
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        var count = 0
        return outcome(steward_curl_send(curl, raw, bytes.baseAddress, bytes.count, &count), count)
    }

    /// No bytes are the end of the connection.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        var count = 0
        return outcome(steward_curl_receive(curl, raw, buffer.baseAddress, buffer.count, &count), count)
    }

    private func outcome(_ code: CURLcode, _ count: Int) -> Transfer {
        switch code {
        case CURLE_OK: .bytes(count)
        case CURLE_AGAIN: .wait
        default: .lost(reason(code))
        }
    }

    // MARK: - Settings

    private func configure(_ settings: SMTPSettings, _ password: Secret?) -> CURLcode {
        var codes: [CURLcode] = []
        func set(_ option: CURLoption, _ value: Int) {
            codes.append(steward_curl_set_long(curl, raw, option, value))
        }
        func set(_ option: CURLoption, _ value: String) {
            codes.append(steward_curl_set_text(curl, raw, option, value))
        }

        let scheme = settings.tls == .implicit ? "smtps" : "smtp"
        set(CURLOPT_URL, "\(scheme)://\(settings.server)/\(settings.clientName ?? "")")
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // No proxy from the environment stands between us and the server.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECT_ONLY, 1)
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
        codes.append(steward_curl_set_pointer(curl, raw, CURLOPT_ERRORBUFFER, errorText))
        // libcurl's account of the conversation, of which the commands and replies are noted and nothing is printed.
        set(CURLOPT_VERBOSE, 1)
        let context = Unmanaged.passUnretained(introduction).toOpaque()
        codes.append(steward_curl_set_pointer(curl, raw, CURLOPT_DEBUGDATA, context))
        codes.append(
            steward_curl_set_debug_callback(curl, raw) { _, kind, text, count, context in
                guard let text, let context else { return 0 }
                let line = UnsafeRawBufferPointer(start: text, count: count)
                let introduction = Unmanaged<SMTPIntroduction>.fromOpaque(context).takeUnretainedValue()
                switch kind {
                case CURLINFO_HEADER_OUT: introduction.sent(line)
                case CURLINFO_HEADER_IN: introduction.received(line)
                default: break
                }
                return 0
            })
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }
}
