/// A way for messages to leave the house.
package protocol MailTransport: AnyObject {
    /// Hands the message over to all its recipients, or to none.
    func deliver(_ message: RenderedMessage) throws(MailError) -> DeliveryReceipt

    /// Whether the same message a second time does no harm: a file is written once, a server delivers twice.
    var takesRepeats: Bool { get }
}

/// What proves that a message was taken over.
package struct DeliveryReceipt: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case file(path: String)
        case server(String)
    }

    package let id: MessageID
    package let place: Place
    /// The server's words, which usually hold its queue id; nil for a folder.
    package let reply: ServerReply?
    /// Whether the message was there before, and so was not written again. A server cannot tell us.
    package let wasThere: Bool
}
