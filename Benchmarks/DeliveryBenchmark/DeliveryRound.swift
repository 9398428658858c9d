import Calendars
import Diagnostics
import Foundation
import Jobs
import Mail
import Store

/// One delivery of a full outbox.
struct DeliveryRound {
    var seconds: Double
    /// Of this process, without the server's.
    var processor: Double

    static func measure(messages: Int, bytes: Int, port: Int, connections: Int) throws -> DeliveryRound {
        let folder = FileManager.default.temporaryDirectory.appending(path: "steward-delivery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let url = StoreURL("sqlite:outbox.db") else { throw Failure(.failed, "no such address of a store") }
        let store = try Store.open(url, relativeTo: folder.path, create: true, migrations: JobsSchema.migrations)
        defer { try? store.close() }
        try store.migrate()
        let now = SystemClock().now()
        try fill(store, messages, bytes, now)

        let settings = try SMTPSettings(host: "127.0.0.1", port: port, tls: .none)
        let mail = MailSettings(
            delivery: .smtp(settings), sender: try EmailAddress("payroll@steward.example"), connections: connections)
        let courier = OutboxCourier(store: store, transport: try mail.makeTransport(), clock: SystemClock())
        let (start, processor) = (ContinuousClock.now, Self.processorSeconds())
        let counts = try courier.deliverDue()
        let (elapsed, attoseconds) = (ContinuousClock.now - start).components
        let used = Self.processorSeconds() - processor
        guard counts == OutboxCounts(sent: messages) else { throw Failure(.failed, "not all were sent: \(counts)") }
        let recorded = try store.read {
            try $0.first("SELECT COUNT(*) FROM outbox_delivery WHERE state = 'sent' AND queue_id IS NULL") {
                try $0.int(0)
            }
        }
        guard recorded == Int64(messages) else { throw Failure(.failed, "\(recorded ?? 0) are on record as sent") }
        return DeliveryRound(seconds: Double(elapsed) + Double(attoseconds) / 1e18, processor: used)
    }

    private static func fill(_ store: Store, _ messages: Int, _ bytes: Int, _ now: Instant) throws {
        let head = "From: payroll@steward.example\r\nTo: ann@example.com\r\nSubject: Payslip\r\n\r\n"
        let line = String(repeating: "x", count: 70) + "\r\n"
        var text = head
        while text.utf8.count + line.utf8.count <= bytes { text += line }
        text += String(repeating: "y", count: max(0, bytes - text.utf8.count - 2)) + "\r\n"
        let content = Array(text.utf8)
        try store.write { db in
            try db.insert(
                into: "outbox_message",
                columns: [
                    "effect_key", "message_id", "message_date", "sender", "recipients", "subject", "on_doubt",
                    "recorded_by", "recorded_at", "content",
                ]
            ) { row in
                for number in 0..<messages {
                    try row.bind("bench/\(number)")
                    try row.bind("bench.\(number)@steward.example")
                    try row.bind(now)
                    try row.bind("payroll@steward.example")
                    try row.bind("ann@example.com")
                    try row.bind("Payslip")
                    try row.bind("hold")
                    try row.bind("ann")
                    try row.bind(now)
                    try row.bind(content)
                    try row.finishRow()
                }
            }
            try db.execute(
                """
                INSERT INTO outbox_delivery (outbox_message_id, state, attempts, not_before, changed_at)
                SELECT outbox_message_id, 'pending', 0, ?, ? FROM outbox_message
                """, now, now)
        }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
