/// A mail server's reply: `550 5.1.1 No such user`.
package struct ServerReply: Hashable, Sendable {
    /// 200…599.
    package let code: Int
    /// The reply's text, of all its lines; cut after `maximumTextBytes`, without control characters.
    package let text: String

    package static let maximumTextBytes = 1_000

    package init(code: Int, text: String) {
        self.code = code
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
        guard let word = text.split(separator: " ").first else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return String(word)
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
}

/// A recipient whom the server would not take, with its words.
package struct RefusedRecipient: Hashable, Sendable, CustomStringConvertible {
    package let address: String
    package let reply: ServerReply

    package var description: String { "\(address): \(reply)" }
}
