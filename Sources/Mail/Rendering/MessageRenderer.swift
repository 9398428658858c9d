import Calendars

/// Turns a checked message into RFC 5322/MIME bytes; pure, and the same bytes from the same message.
struct MessageRenderer {
    let message: MailMessage

    func bytes() -> [UInt8] {
        let texts = bodyTexts()
        let boundaries = boundaries(avoiding: texts.map(\.encoded))
        var output = headers()
        let encodedBytes = message.attachments.reduce(0) { $0 + $1.bytes.count / 57 * 78 + 1_500 }
        output.reserveCapacity(output.count + texts.reduce(1_000) { $0 + $1.encoded.count } + encodedBytes)
        if message.attachments.isEmpty {
            appendBody(texts, boundary: boundaries.alternative, to: &output)
        } else {
            output += multipart("mixed", boundaries.mixed)
            output += separator(boundaries.mixed)
            appendBody(texts, boundary: boundaries.alternative, to: &output)
            for attachment in message.attachments {
                output += separator(boundaries.mixed)
                append(attachment, to: &output)
            }
            output += end(boundaries.mixed)
        }
        return output
    }

    // MARK: - Headers

    private func headers() -> [UInt8] {
        var output = HeaderFolding.unstructured("Date", Self.date(message.date))
        output += HeaderFolding.addresses("From", [message.from])
        if !message.to.isEmpty { output += HeaderFolding.addresses("To", message.to) }
        if !message.cc.isEmpty { output += HeaderFolding.addresses("Cc", message.cc) }
        if let replyTo = message.replyTo { output += HeaderFolding.addresses("Reply-To", [replyTo]) }
        output += HeaderFolding.unstructured("Subject", message.subject)
        output += HeaderFolding.unstructured("Message-ID", message.id.description, keepsLongWords: true)
        // RFC 3834: answering machines stay silent.
        output += HeaderFolding.unstructured("Auto-Submitted", "auto-generated")
        for header in message.headers {
            output += HeaderFolding.unstructured(header.name, header.value, keepsLongWords: true)
        }
        output += HeaderFolding.unstructured("MIME-Version", "1.0")
        return output
    }

    /// `Sat, 21 Nov 2026 20:14:04 +0000`.
    static func date(_ instant: Instant) -> String {
        let (date, microsecondOfDay) = instant.utc
        let (year, month, day) = date.parts
        let second = Int(microsecondOfDay / Instant.microsecondsPerSecond)
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.weekday.rawValue - 1]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(weekday), \(day) \(months[month - 1]) \(padded(year, 4)) \(time) +0000"
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // MARK: - Parts

    private struct BodyText {
        let mediaType: String
        let encoded: [UInt8]
    }

    private func bodyTexts() -> [BodyText] {
        let text = BodyText(mediaType: "text/plain", encoded: QuotedPrintable.encoded(message.text))
        guard let html = message.html else { return [text] }
        // The last alternative is the one that a reader prefers (RFC 2046, section 5.1.4).
        return [text, BodyText(mediaType: "text/html", encoded: QuotedPrintable.encoded(html))]
    }

    private func appendBody(_ texts: [BodyText], boundary: String, to output: inout [UInt8]) {
        guard texts.count > 1 else {
            texts.forEach { append($0, to: &output) }
            return
        }
        output += multipart("alternative", boundary)
        for text in texts {
            output += separator(boundary)
            append(text, to: &output)
        }
        output += end(boundary)
    }

    private func append(_ text: BodyText, to output: inout [UInt8]) {
        output += "Content-Type: \(text.mediaType); charset=utf-8\r\n".utf8
        output += "Content-Transfer-Encoding: quoted-printable\r\n\r\n".utf8
        output += text.encoded
    }

    private func append(_ attachment: MailAttachment, to output: inout [UInt8]) {
        var type = HeaderFolding(name: "Content-Type")
        type.append(joined: " " + attachment.mediaType)
        FileNameParameter.appendFallback(attachment.name, to: &type)
        output += type.line
        output += "Content-Transfer-Encoding: base64\r\n".utf8
        var disposition = HeaderFolding(name: "Content-Disposition")
        disposition.append(joined: " attachment")
        FileNameParameter.appendDisposition(attachment.name, to: &disposition)
        output += disposition.line
        output += [0x0D, 0x0A]
        output += Base64.lines(attachment.bytes)
    }

    // MARK: - Boundaries

    private func multipart(_ subtype: String, _ boundary: String) -> [UInt8] {
        // No separator of its own before the first part: the empty line ends the headers.
        Array("Content-Type: multipart/\(subtype);\r\n boundary=\"\(boundary)\"\r\n".utf8)
    }

    private func separator(_ boundary: String) -> [UInt8] { Array("\r\n--\(boundary)\r\n".utf8) }

    private func end(_ boundary: String) -> [UInt8] { Array("\r\n--\(boundary)--\r\n".utf8) }

    /// Boundaries that no part holds, derived from the message's id.
    ///
    /// `=_` cannot occur in quoted-printable text, where `=` is followed by two digits or a line end, nor `_` in base64;
    /// the texts are searched all the same, for the rule is theirs and not ours.
    private func boundaries(avoiding texts: [[UInt8]]) -> (mixed: String, alternative: String) {
        var attempt = 0
        while true {
            let stem = "=_" + Hexadecimal.text(Self.hash("\(message.id) \(attempt)"))
            let mark = Array(stem.utf8)
            guard texts.contains(where: { Self.contains($0, mark) }) else { return (stem + "_m", stem + "_a") }
            attempt += 1
        }
    }

    private static func contains(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
        guard let first = mark.first else { return false }
        var start = text.startIndex
        while let found = text[start...].firstIndex(of: first) {
            if text[found...].starts(with: mark) { return true }
            start = found + 1
        }
        return false
    }

    /// FNV-1a with 64 bits: short, the same on every machine; it guards against nothing but accident.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
