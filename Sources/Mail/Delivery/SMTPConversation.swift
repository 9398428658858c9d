/// What was said between us and a mail server while one message was handed over.
///
/// libcurl tells its result in one code that does not say which recipient was refused nor whether the message was
/// complete; so each line that goes by is noted here. Of the login nothing is kept but that it took place.
final class SMTPConversation {
    private let recipients: [EmailAddress]
    private let content: [UInt8]
    private let needsLogin: Bool

    private(set) var stage = SMTPStage.connection
    /// The server's complete reply to the last command; nil while none has come.
    private(set) var reply: ServerReply?
    /// Whether the server took anything in this conversation, from MAIL FROM on.
    private(set) var senderAccepted = false
    private(set) var refusedRecipients: [RefusedRecipient] = []
    /// The reply to the message after its final dot.
    private(set) var finalReply: ServerReply?
    /// Whether this connection has logged in, in this conversation or an earlier one.
    private(set) var isLoggedIn: Bool
    private var isOver = false
    private var recipientIndex = -1
    private var sentBytes = 0
    private var replyLines: [String] = []

    init(_ message: RenderedMessage, needsLogin: Bool, isLoggedIn: Bool) {
        recipients = message.envelope.recipients
        content = message.bytes
        self.needsLogin = needsLogin
        self.isLoggedIn = isLoggedIn
    }

    /// Whether all of the message was given to libcurl, which then sends the final dot.
    var contentIsComplete: Bool { sentBytes == content.count }

    /// Whether we break off before the message, so that no recipient gets what others were refused.
    var mustBreakOff: Bool { !refusedRecipients.isEmpty || lacksLogin }

    var lacksLogin: Bool { needsLogin && !isLoggedIn }

    /// The next piece of the message; nil breaks the conversation off, 0 is its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard !mustBreakOff else { return nil }
        let count = min(buffer.count, content.count - sentBytes)
        content.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[sentBytes..<(sentBytes + count)]))
        }
        sentBytes += count
        return count
    }

    /// A command that was sent.
    func sent(_ line: UnsafeRawBufferPointer) {
        // libcurl says goodbye by itself after a fault; the reply that counts is the one before.
        if line.starts(with: "QUIT\r\n".utf8) { isOver = true }
        guard !isOver else { return }
        reply = nil
        replyLines = []
        if line.starts(with: "MAIL FROM:".utf8) {
            stage = .sender
        } else if line.starts(with: "RCPT TO:".utf8), stage == .sender || stage == .recipient {
            stage = .recipient
            recipientIndex += 1
        } else if line.starts(with: "DATA\r\n".utf8), stage == .recipient {
            stage = .data
        } else if line.starts(with: "EHLO ".utf8) || line.starts(with: "HELO ".utf8) {
            stage = .hello
            isLoggedIn = false
        } else if line.starts(with: "STARTTLS".utf8) {
            stage = .startTLS
        } else if line.starts(with: "AUTH ".utf8) {
            stage = .authentication
        }
    }

    /// A line that the server sent.
    func received(_ line: UnsafeRawBufferPointer) {
        if stage == .connection { stage = .greeting }
        guard !isOver, line.count >= 3, let code = Self.code(line) else { return }
        let isLast = line.count == 3 || line[3] != UInt8(ascii: "-")
        if replyLines.reduce(0, { $0 + $1.utf8.count }) < ServerReply.maximumTextBytes {
            let text = line.dropFirst(4).filter { $0 != 0x0D && $0 != 0x0A }
            replyLines.append(String(decoding: text, as: UTF8.self))
        }
        guard isLast else { return }
        let reply = ServerReply(code: code, text: replyLines.joined(separator: " "))
        replyLines = []
        self.reply = reply
        switch stage {
        case .authentication: isLoggedIn = isLoggedIn || code == 235
        case .sender: senderAccepted = senderAccepted || reply.isAcceptance
        case .recipient where !reply.isAcceptance && recipients.indices.contains(recipientIndex):
            refusedRecipients.append(RefusedRecipient(address: recipients[recipientIndex].address, reply: reply))
        case .data where code == 354:
            stage = .content
            self.reply = nil
        case .content: finalReply = finalReply ?? reply
        default: break
        }
    }

    private static func code(_ line: UnsafeRawBufferPointer) -> Int? {
        let digits = line.prefix(3)
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (200...599).contains(code) ? code : nil
    }
}
