import Calendars
import Diagnostics
import Store

/// What a person decides about one message: to send it again, or how it stands. Each is on record with who and why.
package struct OutboxDecision: Sendable {
    package let message: OutboxMessageID
    package let reason: String
    package let person: String
    package let at: Instant

    package static let maximumReasonCharacters = 1_000

    /// - Throws: where the reason is none.
    package init(_ message: OutboxMessageID, reason: String, person: String, at: Instant) throws(Failure) {
        let hasControl = reason.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard reason.contains(where: { !$0.isWhitespace }), !hasControl,
            reason.count <= Self.maximumReasonCharacters
        else {
            throw Failure(
                .usage, "The reason \"\(reason.prefix(60).filter { !$0.isNewline })\" says nothing that can be kept.",
                advice: "Give --reason with a sentence on one line, at most \(Self.maximumReasonCharacters) characters."
            )
        }
        self.message = message
        self.reason = reason
        self.person = person
        self.at = at
    }

    /// Whether a person found out that the message arrived.
    package enum Settlement: String, CaseIterable, Sendable {
        case sent, unsent

        var state: DeliveryState { self == .sent ? .settledSent : .settledUnsent }
    }

    /// Lets the message be sent again, under the same Message-ID, as soon as the sender comes to it.
    ///
    /// - Throws: `refused` for one that was sent, `alreadyRunning` for one that is being sent.
    package func resend(in connection: Connection) throws {
        let item = try Outbox.find(message, in: connection)
        guard item.state != .pending else {
            throw Failure(
                .refused, "Message \(message) waits to be sent already.",
                advice: "Send it with `steward outbox deliver`.")
        }
        try move(
            item, to: .pending, in: connection,
            otherwise: "A message that was sent is not sent twice; the job that wrote it can write another.")
    }

    /// Puts on record that the message arrived, or that it did not and will not be sent.
    package func settle(as settlement: Settlement, in connection: Connection) throws {
        let item = try Outbox.find(message, in: connection)
        let advice =
            item.state.isOver
            ? "See `steward outbox show \(message)`."
            : "Nothing of it was sent yet. Settle it as unsent to stop it, or send it with `steward outbox deliver`."
        try move(item, to: settlement.state, in: connection, otherwise: advice)
    }

    private func move(
        _ item: Outbox.Item, to state: DeliveryState, in connection: Connection, otherwise advice: String
    ) throws {
        if item.state == .sending || item.state == .dotPending {
            throw Failure(
                .alreadyRunning, "Message \(message) is being sent (\(item.state.words)).",
                advice: "Wait for its answer; after a crash `steward outbox deliver` settles it.")
        }
        guard item.state.successors.contains(state) else {
            throw Failure(
                .refused, "Message \(message) is \(item.state.words); it cannot become \(state.words).", advice: advice)
        }
        let changed = try connection.execute(
            """
            UPDATE outbox_delivery SET state = ?, not_before = ?, changed_at = ?
             WHERE outbox_message_id = ? AND state = ?
            """, state.rawValue, at, at, message, item.state.rawValue)
        guard changed == 1 else {
            throw Failure(
                .alreadyRunning, "Message \(message) has just been changed by another.",
                advice: "Look at it with `steward outbox show \(message)`, then decide again.")
        }
        let event = DeliveryRecords.Event(
            message: message, from: item.state, to: state, attempt: item.attempts, reason: reason, answer: nil)
        try DeliveryRecords.write([event], actor: person, at: at, in: connection)
    }
}
