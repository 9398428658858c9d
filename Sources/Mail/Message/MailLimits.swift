/// How large a message may be.
package struct MailLimits: Hashable, Sendable {
    package var maximumRecipients: Int
    package var maximumAttachments: Int
    /// Of one attachment, before it is encoded for its travel (which adds 37 %).
    package var maximumAttachmentBytes: Int
    /// Of the whole message as it is sent.
    package var maximumMessageBytes: Int
    package var maximumSubjectBytes: Int

    package init(
        maximumRecipients: Int = 100, maximumAttachments: Int = 50, maximumAttachmentBytes: Int = 18_000_000,
        maximumMessageBytes: Int = 25_000_000, maximumSubjectBytes: Int = 1_000
    ) {
        self.maximumRecipients = maximumRecipients
        self.maximumAttachments = maximumAttachments
        self.maximumAttachmentBytes = maximumAttachmentBytes
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumSubjectBytes = maximumSubjectBytes
    }

    /// What the large mail services take: 25 MB a message and 100 recipients.
    package static let standard = MailLimits()
}
