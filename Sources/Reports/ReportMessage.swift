import Calendars
import Crypto
import Diagnostics
import Jobs
import Mail

extension ReportLetter {
    /// The letter with its workbook, ready to be rendered.
    ///
    /// - Parameters:
    ///   - bytes: nil where the workbook is too large for a mail.
    ///   - key: that of the effect; the same message has the same one, whichever run and attempt writes it.
    func message(
        to recipients: [EmailAddress], attaching bytes: [UInt8]?, as fileName: String, key: String, date: Instant,
        _ company: Company
    ) throws -> MailMessage {
        guard let mail = company.settings.mail else {
            throw Failure(
                .usage, "\(Company.settingsFile) says nothing of mail.", advice: "Add mail: with from and folder.")
        }
        return MailMessage(
            id: try MessageID(
                localPart: "steward." + SHA256.hash(data: Array(key.utf8)).hexText.prefix(40),
                domain: mail.sender.domain),
            date: date, from: mail.sender, to: recipients, subject: subject, text: text, html: html,
            attachments: bytes.map {
                [MailAttachment(name: fileName, mediaType: MailAttachment.xlsxMediaType, bytes: $0)]
            } ?? [])
    }
}
