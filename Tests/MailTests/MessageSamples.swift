import Calendars
import Foundation

@testable import Mail

/// A message with everything ordinary, to be altered by each test.
func sampleMessage(
    id: String = "5f2c9d", subject: String = "Payroll register 2026-11", text: String = "The register is attached.\n"
) throws -> MailMessage {
    try MailMessage(
        id: MessageID(localPart: id, domain: "steward.example"),
        date: Instant(microseconds: 1_795_292_044_000_000),
        from: EmailAddress("payroll@steward.example", name: "Payroll"),
        to: [EmailAddress("ann@example.com", name: "Ann Smith")],
        subject: subject, text: text)
}

/// The lines of a message, without their ends.
func lines(_ message: RenderedMessage) -> [String] {
    String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n")
}
