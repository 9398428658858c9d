import Calendars
import Mail
import Store

/// What the sender of messages reads and writes of them. Each function is a part of one transaction of its caller.
struct DeliveryRecords {
    let connection: Connection
    let process: WorkerProcess
    let now: Instant
    /// The changes made so far, to be written in one go.
    private(set) var events: [Event] = []

    init(_ connection: Connection, process: WorkerProcess, now: Instant) {
        self.connection = connection
        self.process = process
        self.now = now
    }

    /// One change of one delivery.
    struct Event {
        var message: OutboxMessageID
        var from: DeliveryState
        var to: DeliveryState
        var attempt: Int
        var reason: String?
        var answer: DeliveryAnswer?
    }

    /// A message that this process has claimed.
    struct Claimed {
        var id: OutboxMessageID
        var subject: String
        var domains: [String]
        var onDoubt: DoubtPolicy
        /// Attempts so far, without the one to come.
        var attempts: Int
        var contentBytes: Int
    }

    // MARK: - Claiming

    /// Claims messages that are due, the longest due first.
    mutating func claim(_ maximumCount: Int, of run: RunID?, dueBy: Instant) throws -> [Claimed] {
        let ofRun =
            run == nil
            ? "" : "AND delivery.outbox_message_id IN (SELECT outbox_message_id FROM outbox_message WHERE run_id = ?)"
        let due = try connection.all(
            """
            SELECT delivery.outbox_message_id, delivery.state, delivery.attempts, message.subject, message.recipients,
                   message.on_doubt, LENGTH(message.content)
              FROM outbox_delivery AS delivery
              JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
             WHERE delivery.state IN ('pending', 'deferred') AND delivery.not_before <= ? \(ofRun)
             ORDER BY delivery.not_before, delivery.outbox_message_id
             LIMIT ?
            SKIP_LOCKED(delivery)
            """, arguments: [dueBy] + (run.map { [$0] } ?? []) + [maximumCount]
        ) { row in
            (
                claimed: Claimed(
                    id: try row.id(0), subject: try row.text(3), domains: Self.domains(try row.text(4)),
                    onDoubt: try row.named(5), attempts: Int(try row.int(2)), contentBytes: Int(try row.int(6))),
                from: try row.named(1) as DeliveryState
            )
        }
        try forEachList(of: due.map(\.claimed.id)) { ids, marks in
            try connection.execute(
                """
                UPDATE outbox_delivery
                   SET state = 'sending', host = ?, process_id = ?, process_started = ?, changed_at = ?
                 WHERE outbox_message_id IN (\(marks))
                """, arguments: [process.host, process.id, process.started, now] + ids)
        }
        for message in due {
            note(message.claimed.id, from: message.from, to: .sending, attempt: message.claimed.attempts + 1)
        }
        return due.map(\.claimed)
    }

    /// Each domain of the recipients once.
    private static func domains(_ recipients: String) -> [String] {
        var domains: [String] = []
        for recipient in recipients.utf8.split(separator: 0x0A) {
            let at = recipient.lastIndex(of: UInt8(ascii: "@"))
            let domain = Substring(at.map { recipient[recipient.index(after: $0)...] } ?? recipient)
            if !domains.contains(where: { $0 == domain }) { domains.append(String(domain)) }
        }
        return domains
    }

    /// The messages themselves, or why one cannot be sent as it is.
    static func load(
        _ ids: [OutboxMessageID], in connection: Connection
    ) throws -> [OutboxMessageID: Swift.Result<RenderedMessage, InvalidMail>] {
        var messages: [OutboxMessageID: Swift.Result<RenderedMessage, InvalidMail>] = [:]
        // Most messages have the same.
        var lastSender: EmailAddress?
        try InList.forEach(of: ids) { ids, marks in
            try connection.forEach(
                """
                SELECT outbox_message_id, message_id, message_date, sender, recipients, content
                  FROM outbox_message WHERE outbox_message_id IN (\(marks))
                """, arguments: ids
            ) { row in
                let (id, date, bytes) = (try row.text(1), try row.instant(2), try row.blob(5))
                let (sender, recipients) = (try row.text(3), try row.text(4))
                messages[try row.id(0)] = Swift.Result { () throws(InvalidMail) in
                    var addresses: [EmailAddress] = []
                    for recipient in recipients.utf8.split(separator: 0x0A) {
                        addresses.append(try EmailAddress(String(Substring(recipient))))
                    }
                    let known = lastSender.flatMap { $0.address == sender ? $0 : nil }
                    let from = if let known { known } else { try EmailAddress(sender) }
                    lastSender = from
                    return try RenderedMessage(
                        id: MessageID(identifier: id), date: date,
                        envelope: Envelope(sender: from, recipients: addresses), bytes: bytes)
                }
            }
        }
        return messages
    }

    /// Makes the waiting messages of a run due at once.
    func hurry(_ run: RunID) throws {
        try connection.execute(
            """
            UPDATE outbox_delivery SET not_before = ?
             WHERE state IN ('pending', 'deferred') AND not_before > ?
               AND outbox_message_id IN (SELECT outbox_message_id FROM outbox_message WHERE run_id = ?)
            """, now, now, run)
    }

    // MARK: - The barrier

    /// Notes that messages stand at the barrier.
    ///
    /// - Returns: those that are still this process's. Any other must not be completed: it was taken from a process that
    ///   slept for too long.
    mutating func stand(_ messages: [Claimed]) throws -> Set<OutboxMessageID> {
        var kept: Set<OutboxMessageID> = []
        for message in messages {
            // Said a second time, where nobody knew whether the first commit took effect, it changes nothing. Row by row,
            // because for a list or RETURNING SQLite makes a temporary table, which costs more than the updates.
            let changed = try connection.execute(
                """
                UPDATE outbox_delivery SET attempts = ?, state = 'dot_pending', changed_at = ?
                 WHERE outbox_message_id = ? AND (state = 'sending' OR state = 'dot_pending')
                   AND host = ? AND process_id = ? AND process_started = ?
                """, message.attempts + 1, now, message.id, process.host, process.id, process.started)
            if changed == 1 { kept.insert(message.id) }
        }
        for message in messages where kept.contains(message.id) {
            note(message.id, from: .sending, to: .dotPending, attempt: message.attempts + 1)
        }
        return kept
    }

    // MARK: - What came of it

    /// What came of one attempt.
    struct Result {
        var message: Claimed
        /// Where the delivery stood: before the barrier or at it.
        var from: DeliveryState
        var to: DeliveryState
        var answer: DeliveryAnswer
        var notBefore: Instant
        var reason: String?
    }

    /// Records what came of attempts.
    ///
    /// A delivery that is no longer this process's is left as it is, unless it is in doubt: then the answer has come late
    /// and ends the doubt.
    mutating func record(_ results: [Result]) throws {
        for result in results {
            // Before the barrier: the commit that put it there may have taken effect without being heard of. This process
            // knows that it sent no dot.
            let origins: [DeliveryState] =
                result.from == .dotPending ? [.dotPending, .inDoubt] : [result.from, .dotPending]
            for origin in origins where origin.successors.contains(result.to) {
                let changed = try connection.execute(
                    """
                    UPDATE outbox_delivery
                       SET state = ?, attempts = ?, not_before = ?, answer = ?, reply_code = ?, enhanced_code = ?,
                           queue_id = ?, changed_at = ?
                     WHERE outbox_message_id = ? AND state = ?
                       AND host = ? AND process_id = ? AND process_started = ?
                    """, result.to.rawValue, result.message.attempts + 1, result.notBefore, result.answer.text,
                    result.answer.replyCode, result.answer.enhancedCode, result.answer.queueID, now, result.message.id,
                    origin.rawValue, process.host, process.id, process.started)
                guard changed == 1 else { continue }
                note(
                    result.message.id, from: origin, to: result.to, attempt: result.message.attempts + 1,
                    reason: result.reason, answer: result.answer)
                break
            }
        }
    }

    /// Sends messages in doubt again whose policy says so.
    mutating func resend(_ messages: [(message: Claimed, notBefore: Instant)]) throws {
        for (message, notBefore) in messages {
            let changed = try connection.execute(
                """
                UPDATE outbox_delivery SET state = 'pending', not_before = ?, changed_at = ?
                 WHERE outbox_message_id = ? AND state = 'in_doubt'
                """, notBefore, now, message.id)
            guard changed == 1 else { continue }
            note(
                message.id, from: .inDoubt, to: .pending, attempt: message.attempts + 1,
                reason: "on_doubt is resend")
        }
    }

    /// Lets go of messages whose dots were not sent. It costs an attempt only what stands at the barrier, because the commit
    /// that put it there was not heard of.
    mutating func release(_ messages: [(message: Claimed, notBefore: Instant?)], reason: String) throws {
        for (message, notBefore) in messages {
            let changed = try connection.execute(
                """
                UPDATE outbox_delivery SET state = 'pending', not_before = COALESCE(?, not_before), changed_at = ?
                 WHERE outbox_message_id = ? AND state = 'sending'
                   AND host = ? AND process_id = ? AND process_started = ?
                """, notBefore, now, message.id, process.host, process.id, process.started)
            if changed == 1 {
                note(message.id, from: .sending, to: .pending, attempt: message.attempts + 1, reason: reason)
                continue
            }
            let stood = try connection.execute(
                """
                UPDATE outbox_delivery SET state = 'deferred', not_before = COALESCE(?, not_before), changed_at = ?
                 WHERE outbox_message_id = ? AND state = 'dot_pending'
                   AND host = ? AND process_id = ? AND process_started = ?
                """, notBefore, now, message.id, process.host, process.id, process.started)
            guard stood == 1 else { continue }
            note(message.id, from: .dotPending, to: .deferred, attempt: message.attempts + 1, reason: reason)
        }
    }

    // MARK: - After a crash

    /// Whether messages are under way whose sender may have died.
    static func areUnderWay(in connection: Connection) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM outbox_delivery
             WHERE state IN ('sending', 'dot_pending') LIMIT 1
            """
        ) { _ in true } ?? false
    }

    /// Settles what senders that have died left behind: pending again what stood before the barrier; in doubt what stood
    /// at it, and pending again from there where the message's policy, or the transport, takes it twice.
    ///
    /// - Parameter known: what this process knows to have claimed; another claim of its own was committed and not heard
    ///   of. Nil where no claim can have been.
    mutating func recover(
        takesRepeats: Bool, longestDeliverySeconds: Int64, known: Set<OutboxMessageID>?
    ) throws {
        let interrupted = try connection.all(
            """
            SELECT delivery.outbox_message_id, delivery.state, delivery.attempts, delivery.host, delivery.process_id,
                   delivery.process_started, delivery.changed_at, message.on_doubt
              FROM outbox_delivery AS delivery
              JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
             WHERE delivery.state IN ('sending', 'dot_pending')
             ORDER BY delivery.outbox_message_id
            SKIP_LOCKED(delivery)
            """
        ) { row in
            (
                id: try row.id(0) as OutboxMessageID, state: try row.named(1) as DeliveryState,
                attempts: Int(try row.int(2)),
                sender: WorkerProcess(host: try row.text(3), id: try row.int(4), started: try row.text(5)),
                since: try row.instant(6), onDoubt: try row.named(7) as DoubtPolicy
            )
        }
        var ended: [WorkerProcess: Bool] = [:]
        for delivery in interrupted {
            let isLost = known.map { delivery.sender == process && !$0.contains(delivery.id) } ?? false
            let hasEnded = ended[delivery.sender] ?? delivery.sender.hasEnded
            ended[delivery.sender] = hasEnded
            guard hasEnded || isLost || delivery.since.adding(seconds: longestDeliverySeconds) < now else { continue }
            let reason =
                hasEnded
                ? "its sender \(delivery.sender.host)/\(delivery.sender.id) has ended"
                : isLost
                    ? "its sender did not hear that the claim was committed"
                    : "its sender \(delivery.sender.host)/\(delivery.sender.id) was not heard of for "
                        + "\(longestDeliverySeconds) s"
            if delivery.state == .sending {
                // It may have been begun, and may be what its sender died of.
                try move(delivery.id, from: .sending, to: .pending, attempts: delivery.attempts + 1, reason, nil)
                continue
            }
            let doubt = DeliveryAnswer(text: "The sender ended before it knew the answer; it may have been delivered.")
            try move(delivery.id, from: .dotPending, to: .inDoubt, attempts: delivery.attempts, reason, doubt)
            if takesRepeats || delivery.onDoubt == .resend {
                let reason = takesRepeats ? "the folder takes the same message once" : "on_doubt is resend"
                try move(delivery.id, from: .inDoubt, to: .pending, attempts: delivery.attempts, reason, nil)
            }
        }
    }

    private mutating func move(
        _ id: OutboxMessageID, from: DeliveryState, to: DeliveryState, attempts: Int, _ reason: String,
        _ answer: DeliveryAnswer?
    ) throws {
        let changed = try connection.execute(
            """
            UPDATE outbox_delivery SET state = ?, attempts = ?, answer = COALESCE(?, answer), changed_at = ?
             WHERE outbox_message_id = ? AND state = ?
            """, to.rawValue, attempts, answer?.text, now, id, from.rawValue)
        if changed == 1 { note(id, from: from, to: to, attempt: attempts, reason: reason, answer: answer) }
    }

    // MARK: - Events

    private mutating func note(
        _ id: OutboxMessageID, from: DeliveryState, to: DeliveryState, attempt: Int, reason: String? = nil,
        answer: DeliveryAnswer? = nil
    ) {
        precondition(from.successors.contains(to), "a delivery does not go from \(from.rawValue) to \(to.rawValue)")
        events.append(Event(message: id, from: from, to: to, attempt: attempt, reason: reason, answer: answer))
    }

    /// Writes the changes down; the last part of the transaction.
    mutating func writeEvents() throws {
        guard !events.isEmpty else { return }
        try Self.write(events, actor: "\(process.host)/\(process.id)", at: now, in: connection)
        events.removeAll()
    }

    static func write(_ events: [Event], actor: String, at now: Instant, in connection: Connection) throws {
        try connection.insert(
            into: "outbox_event",
            columns: [
                "outbox_message_id", "at", "from_state", "to_state", "attempt", "actor", "reason", "answer",
                "reply_code", "enhanced_code", "queue_id",
            ]
        ) { row in
            for event in events {
                try row.bind(event.message)
                try row.bind(now)
                try row.bind(event.from.rawValue)
                try row.bind(event.to.rawValue)
                try row.bind(event.attempt)
                try row.bind(actor)
                try row.bind(event.reason)
                try row.bind(event.answer?.text)
                try row.bind(event.answer?.replyCode.map(Int64.init))
                try row.bind(event.answer?.enhancedCode)
                try row.bind(event.answer?.queueID)
                try row.finishRow()
            }
        }
    }

    private func forEachList(
        of ids: [OutboxMessageID], _ body: (_ ids: [(any SQLBindable)?], _ marks: String) throws -> Void
    ) throws {
        try InList.forEach(of: ids, body)
    }
}

/// Lists of keys for `IN (?, ?, …)`, of few different lengths, so that few statements are prepared.
enum InList {
    private static let maximumCount = 256

    static func forEach(
        of ids: [some SQLBindable], _ body: (_ ids: [(any SQLBindable)?], _ marks: String) throws -> Void
    ) throws {
        var rest = ids[...]
        while !rest.isEmpty {
            let part = rest.prefix(maximumCount)
            rest = rest.dropFirst(part.count)
            var length = 1
            while length < part.count { length *= 2 }
            // Filled up with the last: the same key twice is the same row.
            let padded: [(any SQLBindable)?] =
                Array(part) + Array(repeating: part[part.endIndex - 1], count: length - part.count)
            try body(padded, marks(length))
        }
    }

    private static func marks(_ count: Int) -> String {
        Array(repeating: "?", count: count).joined(separator: ", ")
    }
}

extension MessageID {
    /// Reads what `identifier` wrote.
    fileprivate init(identifier: String) throws(InvalidMail) {
        let at = identifier.utf8.lastIndex(of: UInt8(ascii: "@")) ?? identifier.endIndex
        try self.init(localPart: String(identifier[..<at]), domain: String(identifier[at...].dropFirst()))
    }
}
