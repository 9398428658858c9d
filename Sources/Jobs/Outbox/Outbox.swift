import Calendars
import Diagnostics
import Mail
import Store

/// Messages that are committed with the run that wrote them, and where their delivery stands.
///
/// A message is delivered after the commit, never within it: a mail server cannot be rolled back. `OutboxCourier` does.
package enum Outbox {
    /// A rendered message on its way into the outbox.
    package struct Entry: Sendable {
        package var message: RenderedMessage
        package var subject: String
        /// What the message is, whichever attempt writes it.
        package var effectKey: String

        package init(_ message: RenderedMessage, subject: String, effectKey: String) {
            self.message = message
            self.subject = subject
            self.effectKey = effectKey
        }
    }

    /// Puts rendered messages into the outbox, all with one bulk insert; those whose effect key is there already are left
    /// out.
    static func enqueue(_ entries: [Entry], onDoubt: DoubtPolicy, in unit: UnitOfWork) throws {
        let inserted = try unit.insert(
            into: "outbox_message",
            columns: [
                "effect_key", "message_id", "message_date", "sender", "recipients", "subject", "on_doubt", "content",
            ], onConflict: .doNothing
        ) { row in
            for entry in entries {
                try row.bind(entry.effectKey)
                try row.bind(entry.message.id.identifier)
                try row.bind(entry.message.date)
                try row.bind(entry.message.envelope.sender.address)
                try row.bind(entry.message.envelope.recipients.map(\.address).joined(separator: "\n"))
                try row.bind(entry.subject)
                try row.bind(onDoubt.rawValue)
                try row.bind(entry.message.bytes)
                try row.finishRow()
            }
        }
        guard inserted > 0 else { return }
        try InList.forEach(of: entries.map(\.effectKey)) { keys, marks in
            try unit.connection.execute(
                """
                INSERT INTO outbox_delivery (outbox_message_id, state, attempts, not_before, changed_at)
                SELECT message.outbox_message_id, 'pending', 0, CAST(? AS INTEGER), CAST(? AS INTEGER)
                  FROM outbox_message AS message
                 WHERE message.effect_key IN (\(marks))
                   AND NOT EXISTS (SELECT 1 FROM outbox_delivery AS delivery
                                    WHERE delivery.outbox_message_id = message.outbox_message_id)
                 ORDER BY message.outbox_message_id
                """, arguments: [unit.stamp.at, unit.stamp.at] + keys)
        }
    }

    /// One message and where its delivery stands.
    package struct Item: Hashable, Sendable {
        package var id: OutboxMessageID
        package var subject: String
        package var recipients: [String]
        package var state: DeliveryState
        package var attempts: Int
        package var notBefore: Instant
        package var answer: String?
        package var queueID: String?
        package var run: RunID?
        package var changedAt: Instant
    }

    static let itemColumns = """
        message.outbox_message_id, message.subject, message.recipients, delivery.state, delivery.attempts,
        delivery.not_before, delivery.answer, delivery.queue_id, message.run_id, delivery.changed_at
        """

    static func item(_ row: Row) throws -> Item {
        Item(
            id: try row.id(0), subject: try row.text(1),
            recipients: try row.text(2).split(separator: "\n").map(String.init), state: try row.named(3),
            attempts: Int(try row.int(4)), notBefore: try row.instant(5), answer: try row.optionalText(6),
            queueID: try row.optionalText(7), run: try row.optionalID(8), changedAt: try row.instant(9))
    }

    /// The messages that a run wrote.
    package static func items(of run: RunID, in connection: Connection) throws -> [Item] {
        try connection.all(
            """
            SELECT \(itemColumns)
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE message.run_id = ?
             ORDER BY message.outbox_message_id
            """, run, map: item)
    }

    /// Which messages to list.
    package struct Filter: Sendable {
        package var state: DeliveryState?
        package var run: RunID?
        package var maximumCount: Int

        package init(state: DeliveryState? = nil, run: RunID? = nil, maximumCount: Int = 50) {
            self.state = state
            self.run = run
            self.maximumCount = maximumCount
        }
    }

    /// The states that indexes are for, as those say it.
    private static let indexed: [(states: Set<DeliveryState>, words: String)] = [
        ([.pending, .deferred], "delivery.state IN ('pending', 'deferred')"),
        ([.sending, .dotPending], "delivery.state IN ('sending', 'dot_pending')"),
        (
            [.refused, .inDoubt, .settledSent, .settledUnsent],
            """
            (delivery.state = 'refused' OR delivery.state = 'in_doubt' OR delivery.state = 'settled_sent'
             OR delivery.state = 'settled_unsent')
            """
        ),
    ]

    /// The latest messages that pass the filter, newest first.
    package static func list(_ filter: Filter, in connection: Connection) throws -> [Item] {
        var conditions: [String] = []
        var arguments: [(any SQLBindable)?] = []
        if let state = filter.state {
            conditions.append("delivery.state = ?")
            // The very words of the index that has it.
            if let words = Self.indexed.first(where: { $0.states.contains(state) })?.words { conditions.append(words) }
            arguments.append(state.rawValue)
        }
        if let run = filter.run {
            conditions.append("message.run_id = ?")
            arguments.append(run)
        }
        arguments.append(filter.maximumCount)
        return try connection.all(
            """
            SELECT \(itemColumns)
              FROM outbox_delivery AS delivery
              JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
             \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
             ORDER BY delivery.outbox_message_id DESC
             LIMIT ?
            """, arguments: arguments, map: item)
    }

    /// What waits, for those who watch over the delivery.
    package struct Backlog: Hashable, Sendable {
        package var waiting: Int
        package var underWay: Int
        package var inDoubt: Int
        package var refused: Int
        /// When the message was written that has waited longest.
        package var oldestWaiting: Instant?

        package func oldestAgeSeconds(at now: Instant) -> Int64 {
            guard let oldestWaiting else { return 0 }
            return max(0, now.secondsSinceEpoch - oldestWaiting.secondsSinceEpoch)
        }
    }

    package static func backlog(in connection: Connection) throws -> Backlog {
        let waiting = try connection.first(
            """
            SELECT COUNT(*), MIN(message.recorded_at)
              FROM outbox_delivery AS delivery
              JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
             WHERE delivery.state IN ('pending', 'deferred')
            """
        ) { (count: Int(try $0.int(0)), oldest: try $0.optionalInstant(1)) }
        var counts: [DeliveryState: Int] = [:]
        for words in indexed.dropFirst().map(\.words) {
            try connection.forEach(
                "SELECT state, COUNT(*) FROM outbox_delivery AS delivery WHERE \(words) GROUP BY state"
            ) { counts[try $0.named(0)] = Int(try $0.int(1)) }
        }
        return Backlog(
            waiting: waiting?.count ?? 0, underWay: (counts[.sending] ?? 0) + (counts[.dotPending] ?? 0),
            inDoubt: counts[.inDoubt] ?? 0, refused: counts[.refused] ?? 0, oldestWaiting: waiting?.oldest)
    }
}

/// The number of a message in the outbox.
package struct OutboxMessageID: RecordID {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}
