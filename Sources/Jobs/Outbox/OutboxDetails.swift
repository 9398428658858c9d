import Calendars
import Diagnostics
import Store

/// All that is known of one message.
package struct OutboxDetails: Sendable {
    package var item: Outbox.Item
    package var effectKey: String
    package var messageID: String
    package var sender: String
    package var onDoubt: DoubtPolicy
    package var recordedBy: String
    package var recordedAt: Instant
    /// The header fields as they are sent, each with its folded lines joined.
    package var headers: [(name: String, value: String)]
    package var contentBytes: Int
    package var replyCode: Int?
    package var enhancedCode: String?
    package var events: [Event]

    /// One change of its delivery.
    package struct Event: Sendable {
        package var at: Instant
        package var from: DeliveryState
        package var to: DeliveryState
        package var attempt: Int
        package var actor: String
        package var reason: String?
        package var answer: DeliveryAnswer?
    }
}

extension Outbox {
    private static let maximumHeaderBytes = 65_536

    /// - Throws: `notFound` where there is no such message.
    package static func find(_ id: OutboxMessageID, in connection: Connection) throws -> Item {
        let item = try connection.first(
            """
            SELECT \(itemColumns)
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE message.outbox_message_id = ?
            """, id, map: item)
        guard let item else {
            throw Failure(
                .notFound, "There is no message \(id) in the outbox.", advice: "Run `steward outbox list` to see them.")
        }
        return item
    }

    package static func details(of id: OutboxMessageID, in connection: Connection) throws -> OutboxDetails {
        let item = try find(id, in: connection)
        let events = try connection.all(
            """
            SELECT at, from_state, to_state, attempt, actor, reason, answer, reply_code, enhanced_code, queue_id
              FROM outbox_event WHERE outbox_message_id = ? ORDER BY outbox_event_id
            """, id
        ) { row in
            OutboxDetails.Event(
                at: try row.instant(0), from: try row.named(1), to: try row.named(2), attempt: Int(try row.int(3)),
                actor: try row.text(4), reason: try row.optionalText(5),
                answer: try row.optionalText(6).map { text in
                    DeliveryAnswer(
                        text: text, replyCode: try row.optionalInt(7).map(Int.init),
                        enhancedCode: try row.optionalText(8), queueID: try row.optionalText(9))
                })
        }
        let details = try connection.first(
            """
            SELECT message.effect_key, message.message_id, message.sender, message.on_doubt, message.recorded_by,
                   message.recorded_at, message.content, delivery.reply_code, delivery.enhanced_code
              FROM outbox_message AS message
              JOIN outbox_delivery AS delivery ON delivery.outbox_message_id = message.outbox_message_id
             WHERE message.outbox_message_id = ?
            """, id
        ) { row in
            let content = try row.blob(6)
            return OutboxDetails(
                item: item, effectKey: try row.text(0), messageID: try row.text(1), sender: try row.text(2),
                onDoubt: try row.named(3), recordedBy: try row.text(4), recordedAt: try row.instant(5),
                headers: headers(content), contentBytes: content.count,
                replyCode: try row.optionalInt(7).map(Int.init), enhancedCode: try row.optionalText(8), events: events)
        }
        guard let details else { throw StoreError.corrupt(column: "outbox_message_id", expected: "a message") }
        return details
    }

    /// The header fields before the first empty line. Controls, which no header of ours holds, are shown as spaces.
    static func headers(_ content: [UInt8]) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for line in content.prefix(maximumHeaderBytes).split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = String(
                decoding: line.filter { $0 != 0x0D }.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
            if text.isEmpty { break }
            if text.hasPrefix(" "), let last = headers.indices.last {
                headers[last].value += text
            } else if let colon = text.firstIndex(of: ":") {
                let value = text[text.index(after: colon)...].drop { $0 == " " }
                headers.append((String(text[..<colon]), String(value)))
            }
        }
        return headers
    }
}
