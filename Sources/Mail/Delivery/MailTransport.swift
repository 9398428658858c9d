/// A way for messages to leave the house, several at once, each in two moves: all of it but its end, then its end.
///
/// Between the two a message stands at the *barrier*: until it is completed the other side cannot have it, from then on
/// it may. So whoever notes, before completing them, which messages stand there knows after a crash which are in doubt.
///
/// ```swift
/// transport.begin(message, as: ticket)
/// // events: .standing(ticket)
/// transport.complete([ticket])
/// // events: .ended(ticket, .success(receipt))
/// ```
/// Use a transport from one thread at a time.
package protocol MailTransport: AnyObject {
    /// Whether the same message a second time does no harm: a file is written once, a server delivers twice.
    var takesRepeats: Bool { get }

    /// How many more messages can be begun now. Where the other side takes orders in advance, a message that was
    /// completed makes room before its answer comes.
    var capacity: Int { get }

    /// Whether the other side can be reached at present, as far as is known.
    var isReachable: Bool { get }

    /// Begins to hand a message over, to all its recipients or to none. What comes of it is told as events.
    ///
    /// - Precondition: `capacity` is not 0, and no message of this ticket is under way.
    func begin(_ message: RenderedMessage, as ticket: DeliveryTicket)

    /// Ends messages that stand at the barrier, with the next call of `events` at the latest: messages that are begun
    /// before it may travel with them. Those that have meanwhile ended otherwise are passed over.
    func complete(_ tickets: [DeliveryTicket])

    /// Gives up messages that are under way, without any further event. One that was not completed is not delivered.
    func breakOff(_ tickets: [DeliveryTicket])

    /// What has happened since the last call; waits for something to happen, at most so long.
    func events(waitingMilliseconds: Int) -> [DeliveryEvent]
}

/// What a message is called while it is under way.
package struct DeliveryTicket: Hashable, Sendable {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }
}

/// What happens to a message on its way.
package enum DeliveryEvent: Sendable {
    /// All of it but its end was handed over; it waits to be completed.
    case standing(DeliveryTicket)
    case ended(DeliveryTicket, Result<DeliveryReceipt, MailError>)
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

    package init(id: MessageID, place: Place, reply: ServerReply?, wasThere: Bool) {
        self.id = id
        self.place = place
        self.reply = reply
        self.wasThere = wasThere
    }
}
