/// Where the delivery of a message stands.
package enum DeliveryState: String, CaseIterable, Sendable {
    /// It waits to be sent.
    case pending
    /// A process has claimed it and is sending it. The other side cannot have it.
    case sending
    /// All of it but the final dot has been sent; from now on the other side may have it.
    case dotPending = "dot_pending"
    case sent
    /// It was put off and waits to be sent again.
    case deferred
    /// It will not be sent again by itself.
    case refused
    /// Nobody here knows whether the other side took it.
    case inDoubt = "in_doubt"
    /// A person has found out that it arrived.
    case settledSent = "settled_sent"
    /// A person has found out, or decided, that it did not arrive and is not to be sent.
    case settledUnsent = "settled_unsent"

    /// For people: `in doubt`.
    package var words: String { rawValue.replacing("_", with: " ") }

    /// The states that may follow; no other change is possible.
    package var successors: Set<DeliveryState> {
        switch self {
        case .pending: [.sending, .settledUnsent]
        // A person who will not wait makes it pending.
        case .deferred: [.sending, .pending, .settledUnsent]
        // Back to pending where its sender died or let it go before the dot.
        case .sending: [.pending, .dotPending, .deferred, .refused]
        case .dotPending: [.sent, .deferred, .refused, .inDoubt]
        // The answer may yet come; policy or a person sends it again; a person settles it.
        case .inDoubt: [.sent, .deferred, .refused, .pending, .settledSent, .settledUnsent]
        case .refused: [.pending, .settledSent, .settledUnsent]
        case .settledUnsent: [.pending]
        case .sent, .settledSent: []
        }
    }

    /// Whether the message arrived, as far as anybody knows.
    package var isDelivered: Bool { self == .sent || self == .settledSent }

    /// Whether nobody need look at it any more.
    package var isOver: Bool { isDelivered || self == .settledUnsent }
}

/// What follows where nobody knows whether a message was taken.
package enum DoubtPolicy: String, CaseIterable, Sendable {
    /// It is shown, and a person settles it.
    case hold
    /// It is sent again under the same Message-ID: better twice than not at all.
    case resend
}
