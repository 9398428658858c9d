import Calendars
import Diagnostics
import Mail
import Store

/// Messages that are committed with the run that wrote them, and their delivery.
///
/// A message is delivered after the commit, never within it: a mail server cannot be rolled back. Each delivery is
/// claimed first (`sending`), so that after a crash only the messages that were on their way are in doubt, and those are
/// shown and never sent again by themselves.
package enum Outbox {
    /// Attempts before a message that the server defers is given up.
    package static let maximumAttempts = 8
    /// The first wait after a deferred delivery; it doubles with each further one.
    package static let firstRetrySeconds: Int64 = 60

    /// Puts a rendered message into the outbox; a no-op when its effect key is there already.
    static func enqueue(
        _ message: RenderedMessage, subject: String, effectKey: String, in unit: UnitOfWork
    ) throws {
        let inserted = try unit.insert(
            into: "outbox_message",
            columns: ["effect_key", "message_id", "message_date", "sender", "recipients", "subject", "content"],
            rows: CollectionOfOne(message), onConflict: .doNothing
        ) { message, row in
            try row.bind(effectKey)
            try row.bind(message.id.identifier)
            try row.bind(message.date)
            try row.bind(message.envelope.sender.address)
            try row.bind(message.envelope.recipients.map(\.address).joined(separator: "\n"))
            try row.bind(subject)
            try row.bind(message.bytes)
        }
        guard inserted == 1 else { return }
        try unit.connection.execute(
            """
            INSERT INTO outbox_delivery (outbox_message_id, state, attempts, not_before, changed_at)
            VALUES ((SELECT outbox_message_id FROM outbox_message WHERE effect_key = ?), 'pending', 0, ?, ?)
            """, effectKey, unit.stamp.at, unit.stamp.at)
    }

    /// One message and where its delivery stands.
    package struct Item: Sendable {
        package var id: OutboxMessageID
        package var subject: String
        package var recipients: [String]
        package var state: DeliveryState
        package var attempts: Int
        package var answer: String?
    }

    package enum DeliveryState: String, CaseIterable, Sendable {
        case pending, sending, sent, deferred, refused
        case inDoubt = "in_doubt"

        /// For people: `in doubt`.
        package var words: String { rawValue.replacing("_", with: " ") }
    }

    /// The messages that a run wrote.
    package static func items(of run: RunID, in connection: Connection) throws -> [Item] {
        try connection.all(
            """
            SELECT message.outbox_message_id, message.subject, message.recipients, delivery.state, delivery.attempts,
                   delivery.answer
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE message.run_id = ?
             ORDER BY message.outbox_message_id
            """, run
        ) { row in
            Item(
                id: try row.id(0), subject: try row.text(1),
                recipients: try row.text(2).split(separator: "\n").map(String.init), state: try row.named(3),
                attempts: Int(try row.int(4)), answer: try row.optionalText(5))
        }
    }
}

/// The number of a message in the outbox.
package struct OutboxMessageID: RecordID {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}
