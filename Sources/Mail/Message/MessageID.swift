/// The name of one message, the same however often it is rendered or sent: `<5f2c…@example.com>`.
///
/// The local part is derived by the caller from the key of the effect that the message is, so that a message sent twice
/// after a crash can be told from two messages. It is kept to letters, digits and `.-_+=`, and so may stand in a file
/// name as it is.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    package let localPart: String
    package let domain: String

    package static let maximumLocalPartBytes = 128
    /// With a time stamp and an ending before and after it, the identifier must fit a file name of 255 bytes.
    package static let maximumBytes = 220

    package init(localPart: String, domain: String) throws(InvalidMail) {
        var faults = FaultList()
        let field = "messageID"
        if localPart.isEmpty || localPart.utf8.count > Self.maximumLocalPartBytes {
            faults.add(
                field, "the local part is \(localPart.utf8.count) bytes long",
                expected: "1 to \(Self.maximumLocalPartBytes)")
        } else if localPart.hasStrayDot
            || !localPart.utf8.allSatisfy({ $0.isASCIILetterOrDigit || ".-_+=".utf8.contains($0) })
        {
            faults.add(
                field, "the local part \(HeaderText.shown(localPart)) is not allowed",
                expected: "letters a to z, digits and -_+=, with single dots between them")
        }
        if let (message, expected) = EmailAddress.faultOfDomain(domain) {
            faults.add(field, "\(HeaderText.shown(domain)): the domain \(message)", expected: expected)
        }
        if localPart.utf8.count + domain.utf8.count + 1 > Self.maximumBytes {
            faults.add(
                field, "the identifier is \(localPart.utf8.count + domain.utf8.count + 1) bytes long",
                expected: "at most \(Self.maximumBytes)")
        }
        try faults.throwIfAny()
        self.localPart = localPart
        self.domain = domain.lowercased()
    }

    /// `5f2c…@example.com`, without the angle brackets.
    package var identifier: String { "\(localPart)@\(domain)" }

    /// As the header has it: `<5f2c…@example.com>`.
    package var description: String { "<\(identifier)>" }
}
