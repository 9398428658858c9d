/// The mail server that takes our messages, and how to reach it.
package struct SMTPSettings: Hashable, Sendable {
    package enum Security: String, Hashable, Sendable, CaseIterable {
        /// In the clear; for a server on this machine or in a guarded network.
        case none
        /// Begins in the clear and must turn to TLS before anything is said; a server that cannot is refused (RFC 3207).
        case starttls
        /// TLS from the first byte (RFC 8314).
        case implicit

        package var defaultPort: Int {
            switch self {
            case .none: 25
            case .starttls: 587
            case .implicit: 465
            }
        }
    }

    package struct Login: Hashable, Sendable {
        package var user: String
        package var password: SecretSource

        package init(user: String, password: SecretSource) {
            self.user = user
            self.password = password
        }
    }

    package let host: String
    package let port: Int
    package let tls: Security
    /// A PEM file of the certificates to trust, instead of the system's.
    package let caFile: String?
    package let login: Login?
    /// The name that we greet the server with; nil is this machine's host name.
    package let clientName: String?
    package let connectTimeoutSeconds: Int
    /// How long the server may take for one reply.
    package let replyTimeoutSeconds: Int
    /// How long the delivery of one message may take.
    package let deliveryTimeoutSeconds: Int

    package static let timeoutSecondsRange = 1...3_600

    /// - Throws: every fault with the field it is in (`host`, `port`, …).
    package init(
        host: String, port: Int? = nil, tls: Security, caFile: String? = nil, login: Login? = nil,
        clientName: String? = nil, connectTimeoutSeconds: Int = 30, replyTimeoutSeconds: Int = 300,
        deliveryTimeoutSeconds: Int = 900
    ) throws(InvalidMail) {
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = port ?? tls.defaultPort
        self.tls = tls
        self.caFile = caFile
        self.login = login
        self.clientName = clientName
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.replyTimeoutSeconds = replyTimeoutSeconds
        self.deliveryTimeoutSeconds = deliveryTimeoutSeconds
        try check()
    }

    /// `mail.example.com:587`, `[::1]:25`.
    package var server: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether the server is on this machine, so that nothing crosses a network.
    private var isLoopback: Bool {
        host.lowercased() == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4)
    }

    private var isIPv6: Bool { host.utf8.contains(UInt8(ascii: ":")) }

    private var isIPv4: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private func check() throws(InvalidMail) {
        var faults = FaultList()
        if isIPv6 {
            let isAddress = host.utf8.allSatisfy { byte in
                "0123456789abcdefABCDEF:.".utf8.contains(byte)
            }
            if !isAddress {
                faults.add(
                    "host", "\(HeaderText.shown(host)) is not an IPv6 address",
                    expected: "e.g. ::1; the port has its own key")
            }
        } else if let (message, expected) = EmailAddress.faultOfDomain(host) {
            faults.add(
                "host", "\(HeaderText.shown(host)): the name \(message)", expected: expected ?? "e.g. mail.example.com")
        }
        if !(1...65_535).contains(port) { faults.add("port", "\(port) is not a port", expected: "1 to 65535") }
        if let clientName, let (message, expected) = EmailAddress.faultOfDomain(clientName) {
            faults.add("clientName", "\(HeaderText.shown(clientName)): the name \(message)", expected: expected)
        }
        if let login {
            if login.user.isEmpty || HeaderText.firstControl(in: login.user) != nil || login.user.utf8.count > 512 {
                faults.add(
                    "login.user", "\(HeaderText.shown(login.user)) is not a user name",
                    expected: "1 to 512 bytes without control characters")
            }
            if tls == .none, !isLoopback {
                faults.add(
                    "tls", "none would send the password to \(server) in the clear", expected: "starttls or implicit")
            }
        }
        if caFile?.isEmpty == true {
            faults.add("caFile", "it is empty", expected: "the path of a PEM file, or no such key")
        }
        for (field, seconds) in [
            ("connectTimeoutSeconds", connectTimeoutSeconds), ("replyTimeoutSeconds", replyTimeoutSeconds),
            ("deliveryTimeoutSeconds", deliveryTimeoutSeconds),
        ] where !Self.timeoutSecondsRange.contains(seconds) {
            faults.add(field, "\(seconds) is out of range", expected: "1 to \(Self.timeoutSecondsRange.upperBound)")
        }
        try faults.throwIfAny()
    }
}
