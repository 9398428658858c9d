/// A mail server's reply: `550 5.1.1 No such user`.
package struct ServerReply: Hashable, Sendable {
    /// 200…599.
    package let code: Int
    /// The reply's text, of all its lines; cut after `maximumTextBytes`, without control characters.
    package let text: String

    package static let maximumTextBytes = 1_000

    package init(code: Int, text: String) {
        self.code = code
        if text.utf8.count < Self.maximumTextBytes, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            self.text = text
            return
        }
        var kept = ""
        for scalar in text.unicodeScalars {
            kept.unicodeScalars.append(HeaderText.isControl(scalar) ? " " : scalar)
            if kept.utf8.count >= Self.maximumTextBytes { break }
        }
        self.text = kept
    }

    package var isAcceptance: Bool { (200..<300).contains(code) }
    package var isTransient: Bool { (400..<500).contains(code) }
    package var isPermanent: Bool { (500..<600).contains(code) }

    /// The enhanced code (RFC 3463) that the text begins with: `5.1.1`.
    package var enhancedStatus: String? {
        let word = text.utf8.drop { $0 == 0x20 }.prefix { $0 != 0x20 }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, let first = parts[0].first, "245".utf8.contains(first),
            parts.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return String(Substring(word))
    }
}

extension ServerReply {
    /// The name under which the server keeps the message and writes of it in its log, where its words have one.
    ///
    /// No standard says how (RFC 5321, section 4.2.5 leaves the text free); these are the ways of the servers in use:
    /// Postfix and many others `queued as 4F2A1`, Exim `id=1tFa2B-0001`, sendmail `4AL2 Message accepted`, qmail
    /// `ok 1795292044 qp 17`, Google `OK 1795292044 a1si2 - gsmtp`, Exchange `[InternalId=17, …`.
    package var queueIdentifier: String? {
        let words = text.utf8.split(separator: 0x20).map { word in
            Substring(word).trimming { "()[]<>,;".utf8.contains($0) }
        }
        for (index, word) in words.enumerated() {
            let lower = word.lowercased()
            if lower == "as", index > 0, words[index - 1].lowercased() == "queued" {
                return Self.word(words, index + 1)
            }
            for prefix in ["id=", "internalid="] where lower.hasPrefix(prefix) && lower.utf8.count > prefix.utf8.count {
                return String(word.dropFirst(prefix.count))
            }
            if lower == "qp", index > 0 { return Self.word(words, index + 1) }
        }
        if let accepted = words.firstIndex(where: { $0.lowercased() == "message" }), accepted > 0,
            words.dropFirst(accepted + 1).first?.lowercased() == "accepted"
        {
            let before = Self.word(words, accepted - 1)
            return before == enhancedStatus ? nil : before
        }
        if words.last == "gsmtp", words.count >= 3 { return Self.word(words, words.count - 3) }
        return nil
    }

    private static func word(_ words: [Substring], _ index: Int) -> String? {
        guard words.indices.contains(index), !words[index].isEmpty else { return nil }
        return String(words[index])
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (UInt8) -> Bool) -> Substring {
        var rest = self
        while let byte = rest.utf8.first, isTrimmed(byte) { rest = rest.dropFirst() }
        while let byte = rest.utf8.last, isTrimmed(byte) { rest = rest.dropLast() }
        return rest
    }
}

extension ServerReply: CustomStringConvertible {
    package var description: String { text.isEmpty ? "\(code)" : "\(code) \(text)" }
}

/// How far a conversation with a mail server went.
package enum SMTPStage: String, Hashable, Sendable {
    case connection
    case greeting
    case hello = "EHLO"
    case startTLS = "STARTTLS"
    case authentication = "AUTH"
    case sender = "MAIL FROM"
    case recipient = "RCPT TO"
    case data = "DATA"
    case content = "the message"

    /// Whether the server has heard of the message by then.
    var isAboutMessage: Bool {
        switch self {
        case .connection, .greeting, .hello, .startTLS, .authentication: false
        case .sender, .recipient, .data, .content: true
        }
    }
}

/// A recipient whom the server would not take, with its words.
package struct RefusedRecipient: Hashable, Sendable, CustomStringConvertible {
    package let address: String
    package let reply: ServerReply

    package var description: String { "\(address): \(reply)" }
}
