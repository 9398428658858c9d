import Calendars
import Diagnostics
import Mail
import Store

/// Delivers what waits in the outbox, one message after another.
package struct OutboxDelivery {
    private let store: Store
    private let transport: any MailTransport
    private let clock: any Clock
    private let process: WorkerProcess

    package init(
        store: Store, transport: any MailTransport, clock: any Clock, process: WorkerProcess = .current
    ) {
        self.store = store
        self.transport = transport
        self.clock = clock
        self.process = process
    }

    /// What became of one message.
    package struct Outcome: Sendable {
        package var subject: String
        package var state: Outbox.DeliveryState
        /// The server's answer, the file written, or the error.
        package var answer: String
    }

    /// Delivers every message that is due, of one run or of all, and says what became of each.
    ///
    /// Messages that another process had claimed when it died are settled first: in doubt where it may have handed them
    /// over, pending again where the transport takes the same message twice without harm.
    ///
    /// - Throws: only when the store fails. A message that cannot be delivered is an outcome.
    package func deliverDue(of run: RunID? = nil) throws -> [Outcome] {
        try deliver(of: run, dueBy: clock.now())
    }

    /// Delivers every message of a run that waits, due or not, once: a person asks for it and will not wait.
    package func deliverNow(of run: RunID) throws -> [Outcome] {
        try deliver(of: run, dueBy: Instant(microseconds: .max))
    }

    private func deliver(of run: RunID?, dueBy: Instant) throws -> [Outcome] {
        try settleInterrupted()
        var outcomes: [Outcome] = []
        var last = OutboxMessageID(rawValue: 0)
        while let claimed = try claimNext(after: last, of: run, dueBy: dueBy) {
            last = claimed.id
            CrashPoint.deliveryClaimed.reach()
            let outcome = deliver(claimed)
            CrashPoint.deliveryHandedOver.reach()
            try record(outcome, of: claimed)
            CrashPoint.deliveryRecorded.reach()
            outcomes.append(outcome)
        }
        return outcomes
    }

    private struct Claimed {
        var id: OutboxMessageID
        var subject: String
        var attempts: Int
        var message: RenderedMessage
    }

    private func settleInterrupted() throws {
        let now = clock.now()
        let state: Outbox.DeliveryState = transport.takesRepeats ? .pending : .inDoubt
        _ = try store.write { connection in
            let interrupted = try connection.all(
                """
                SELECT outbox_message_id, host, process_id, process_started, changed_at
                  FROM outbox_delivery WHERE state = 'sending'
                """
            ) { row in
                (
                    id: try row.id(0) as OutboxMessageID,
                    sender: WorkerProcess(host: try row.text(1), id: try row.int(2), started: try row.text(3)),
                    claimedAt: try row.instant(4)
                )
            }.filter { $0.sender.hasEnded || $0.claimedAt.adding(seconds: Self.maximumDeliverySeconds) < now }
            for (id, _, _) in interrupted {
                try connection.execute(
                    """
                    UPDATE outbox_delivery
                       SET state = ?, answer = 'the sender ended before it knew the answer', changed_at = ?
                     WHERE outbox_message_id = ? AND state = 'sending'
                    """, state.rawValue, now, id)
            }
        }
    }

    /// A delivery on another host that takes longer is taken to have died. Longer than any time-out of a transport.
    package static let maximumDeliverySeconds: Int64 = 1_800

    /// The next in the order in which they were written, so that none is tried twice.
    private func claimNext(after last: OutboxMessageID, of run: RunID?, dueBy: Instant) throws -> Claimed? {
        let now = clock.now()
        return try store.write { connection in
            let claimed = try connection.first(
                """
                UPDATE outbox_delivery
                   SET state = 'sending', attempts = attempts + 1, host = ?, process_id = ?, process_started = ?,
                       changed_at = ?
                 WHERE outbox_message_id = (
                       SELECT delivery.outbox_message_id
                         FROM outbox_delivery AS delivery
                         JOIN outbox_message AS message ON message.outbox_message_id = delivery.outbox_message_id
                        WHERE delivery.state IN ('pending', 'deferred') AND delivery.not_before <= ?
                          AND delivery.outbox_message_id > ?
                          AND (message.run_id = ? OR ? = 1)
                        ORDER BY delivery.outbox_message_id
                        LIMIT 1)
                   -- Said once more of the row itself, which another sender may have claimed since it was chosen.
                   AND state IN ('pending', 'deferred')
                RETURNING outbox_message_id, attempts
                """, process.host, process.id, process.started, now, dueBy, last, run, run == nil ? 1 : 0
            ) { (id: try $0.id(0) as OutboxMessageID, attempts: Int(try $0.int(1))) }
            guard let claimed else { return nil }
            return try connection.first(
                """
                SELECT subject, message_id, message_date, sender, recipients, content
                  FROM outbox_message WHERE outbox_message_id = ?
                """, claimed.id
            ) { row in
                Claimed(
                    id: claimed.id, subject: try row.text(0), attempts: claimed.attempts,
                    message: try RenderedMessage(
                        id: MessageID(identifier: try row.text(1)), date: try row.instant(2),
                        envelope: Envelope(
                            sender: EmailAddress(try row.text(3)),
                            recipients: try row.text(4).split(separator: "\n").map { try EmailAddress(String($0)) }),
                        bytes: try row.blob(5)))
            }
        }
    }

    private func deliver(_ claimed: Claimed) -> Outcome {
        do {
            let receipt = try transport.deliver(claimed.message)
            return Outcome(subject: claimed.subject, state: .sent, answer: receipt.answer)
        } catch {
            let state: Outbox.DeliveryState =
                switch error.remedy {
                case .decide: .inDoubt
                case .giveUp: .refused
                case .retryLater, .mendSettings: claimed.attempts < Outbox.maximumAttempts ? .deferred : .refused
                }
            return Outcome(subject: claimed.subject, state: state, answer: error.description)
        }
    }

    private func record(_ outcome: Outcome, of claimed: Claimed) throws {
        let now = clock.now()
        let wait = Outbox.firstRetrySeconds << Int64(min(claimed.attempts, 12) - 1)
        _ = try store.write { connection in
            try connection.execute(
                """
                UPDATE outbox_delivery SET state = ?, answer = ?, not_before = ?, changed_at = ?
                 WHERE outbox_message_id = ? AND state = 'sending'
                """, outcome.state.rawValue, outcome.answer, now.adding(seconds: wait), now, claimed.id)
        }
    }
}

extension DeliveryReceipt {
    /// The file that was written, or the server's words.
    fileprivate var answer: String {
        switch place {
        case .file(let path): path
        case .server(let server): reply.map { "\(server): \($0)" } ?? server
        }
    }
}

extension MessageID {
    /// Reads what `identifier` wrote.
    fileprivate init(identifier: String) throws(InvalidMail) {
        let at = identifier.lastIndex(of: "@") ?? identifier.endIndex
        try self.init(localPart: String(identifier[..<at]), domain: String(identifier[at...].dropFirst()))
    }
}
