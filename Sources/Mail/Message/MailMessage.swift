import Calendars

/// A message to people, before it is turned into the bytes that travel.
///
/// ```swift
/// let message = MailMessage(
///     id: id, date: clock.now(), from: sender, to: [manager], subject: "Payroll register 2026-11",
///     text: "The register is attached.", attachments: [register])
/// let rendered = try message.rendered()
/// ```
package struct MailMessage: Hashable, Sendable {
    package var id: MessageID
    package var date: Instant
    package var from: EmailAddress
    package var to: [EmailAddress]
    package var cc: [EmailAddress]
    package var replyTo: EmailAddress?
    package var subject: String
    /// What a reader without HTML sees. Any line ends; a missing last one is added.
    package var text: String
    package var html: String?
    package var attachments: [MailAttachment]
    package var headers: [HeaderField]

    package init(
        id: MessageID, date: Instant, from: EmailAddress, to: [EmailAddress], cc: [EmailAddress] = [],
        replyTo: EmailAddress? = nil, subject: String, text: String, html: String? = nil,
        attachments: [MailAttachment] = [], headers: [HeaderField] = []
    ) {
        self.id = id
        self.date = date
        self.from = from
        self.to = to
        self.cc = cc
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.html = html
        self.attachments = attachments
        self.headers = headers
    }

    /// The message as bytes, with its envelope. The same message gives the same bytes.
    ///
    /// - Throws: everything that is wrong with the message, by field.
    package func rendered(limits: MailLimits = .standard) throws(InvalidMail) -> RenderedMessage {
        try check(limits)
        let bytes = MessageRenderer(message: self).bytes()
        guard bytes.count <= limits.maximumMessageBytes else {
            throw InvalidMail(
                "message", "message: it is \(bytes.count) bytes long as sent",
                expected: "at most \(limits.maximumMessageBytes) (maximumMessageBytes)")
        }
        return try RenderedMessage(
            id: id, date: date, envelope: Envelope(sender: from, recipients: to + cc), bytes: bytes)
    }

    private func check(_ limits: MailLimits) throws(InvalidMail) {
        var faults = FaultList()
        let recipientCount = to.count + cc.count
        if recipientCount == 0 { faults.add("to", "the message has no recipient", expected: "at least one") }
        if recipientCount > limits.maximumRecipients {
            faults.add(
                "to", "the message has \(recipientCount) recipients",
                expected: "at most \(limits.maximumRecipients) (maximumRecipients)")
        }
        if let control = HeaderText.firstControl(in: subject) {
            faults.add(
                "subject", "\(HeaderText.shown(subject)) holds \(HeaderText.name(of: control))",
                expected: "text on one line without control characters")
        }
        if subject.utf8.count > limits.maximumSubjectBytes {
            faults.add(
                "subject", "it is \(subject.utf8.count) bytes long",
                expected: "at most \(limits.maximumSubjectBytes) (maximumSubjectBytes)")
        }
        if attachments.count > limits.maximumAttachments {
            faults.add(
                "attachments", "the message has \(attachments.count) attachments",
                expected: "at most \(limits.maximumAttachments) (maximumAttachments)")
        }
        for (index, attachment) in attachments.enumerated() {
            attachment.check(
                as: "attachments[\(index)]", maximumBytes: limits.maximumAttachmentBytes, into: &faults)
        }
        for (index, header) in headers.enumerated() {
            header.check(as: "headers[\(index)]", into: &faults)
        }
        // Told before anything is encoded, so that a huge message costs nothing.
        let rawBytes = text.utf8.count + (html?.utf8.count ?? 0) + attachments.reduce(0) { $0 + $1.bytes.count }
        if rawBytes > limits.maximumMessageBytes {
            faults.add(
                "message", "its texts and attachments are \(rawBytes) bytes long",
                expected: "at most \(limits.maximumMessageBytes) as sent (maximumMessageBytes)")
        }
        try faults.throwIfAny()
    }
}
