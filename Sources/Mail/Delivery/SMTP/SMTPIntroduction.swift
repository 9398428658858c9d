/// What is said on a new connection until messages can go over it: greeting, EHLO, STARTTLS, AUTH.
///
/// libcurl leads this part and tells its result in one code; so each line that goes by is noted here, for the server's
/// own words and for what it offers. Of the login nothing is kept but that it took place.
final class SMTPIntroduction {
    private(set) var stage = SMTPStage.connection
    /// The server's last complete reply to the last command; nil while none has come.
    private(set) var reply: ServerReply?
    private(set) var isLoggedIn = false
    /// What the server offers (RFC 1870, RFC 2920), as it said after the last EHLO.
    private(set) var offersSize = false
    private(set) var offersPipelining = false
    private var reader = SMTPReplyReader()
    private var isOver = false

    /// A command that was sent.
    func sent(_ line: UnsafeRawBufferPointer) {
        // libcurl says goodbye by itself after a fault; the reply that counts is the one before.
        if line.starts(with: "QUIT\r\n".utf8) { isOver = true }
        guard !isOver else { return }
        reply = nil
        reader.removeAll()
        if line.starts(with: "EHLO ".utf8) || line.starts(with: "HELO ".utf8) {
            stage = .hello
            offersSize = false
            offersPipelining = false
        } else if line.starts(with: "STARTTLS".utf8) {
            stage = .startTLS
        } else if line.starts(with: "AUTH ".utf8) {
            stage = .authentication
        }
    }

    /// A line that the server sent.
    func received(_ line: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        if stage == .connection { stage = .greeting }
        if stage == .hello { note(capability: line) }
        reader.append(line)
        while let next = reader.next() {
            guard next.code != 0 else { continue }
            reply = next
            if stage == .authentication, next.code == 235 { isLoggedIn = true }
        }
    }

    private func note(capability line: UnsafeRawBufferPointer) {
        let words = String(decoding: line.dropFirst(4), as: UTF8.self).uppercased()
            .split { $0 == " " || $0.isNewline }
        switch words.first {
        case "SIZE": offersSize = true
        case "PIPELINING": offersPipelining = true
        default: break
        }
    }
}
