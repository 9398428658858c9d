import Calendars

/// Who hands a message over and who gets it, as the server is told (RFC 5321, section 2.3.1).
package struct Envelope: Hashable, Sendable {
    package let sender: EmailAddress
    /// Each address once, in the order given.
    package let recipients: [EmailAddress]

    package init(sender: EmailAddress, recipients: [EmailAddress]) {
        self.sender = sender
        var seen: Set<String> = []
        self.recipients = recipients.filter { seen.insert($0.address).inserted }
    }
}

/// A message ready to travel: what the outbox stores and a transport delivers.
package struct RenderedMessage: Hashable, Sendable {
    package let id: MessageID
    package let date: Instant
    package let envelope: Envelope
    /// RFC 5322: ASCII, lines of at most 998 bytes, each ended by CRLF.
    package let bytes: [UInt8]

    /// - Throws: where the bytes are not such lines. A lone CR or LF in particular would let a message smuggle a second
    ///   one past a server that takes it for a line end.
    package init(id: MessageID, date: Instant, envelope: Envelope, bytes: [UInt8]) throws(InvalidMail) {
        if envelope.recipients.isEmpty {
            throw InvalidMail("envelope", "envelope: the message \(id) has no recipient", expected: "at least one")
        }
        if let (line, fault) = Self.faultOfLines(bytes) {
            throw InvalidMail(
                "bytes", "bytes: line \(line) of the message \(id) \(fault)",
                expected: "ASCII lines of at most \(HeaderFolding.maximumLineBytes) bytes, each ended by CRLF")
        }
        self.id = id
        self.date = date
        self.envelope = envelope
        self.bytes = bytes
    }

    private static func faultOfLines(_ bytes: [UInt8]) -> (line: Int, fault: String)? {
        bytes.withUnsafeBufferPointer { bytes in
            var line = 1
            var lineStart = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 0x0D {
                    guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else { return (line, "holds a lone CR") }
                    guard index - lineStart <= HeaderFolding.maximumLineBytes else {
                        return (line, "is \(index - lineStart) bytes long")
                    }
                    index += 2
                    line += 1
                    lineStart = index
                    continue
                }
                if byte == 0x0A { return (line, "holds a lone LF") }
                if byte >= 0x80 || byte == 0 { return (line, "holds the byte \(byte)") }
                index += 1
            }
            return lineStart < bytes.count || bytes.isEmpty ? (line, "has no end") : nil
        }
    }
}
