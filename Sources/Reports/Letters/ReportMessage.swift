import Calendars
import Crypto
import Diagnostics
import Jobs
import Mail

/// What a mail says, in the two forms in which it travels.
struct LetterText: Hashable, Sendable {
    var subject: String
    var text: String
    var html: String

    init(_ letter: ReportLetter) {
        subject = letter.subject
        text = letter.text
        html = letter.html
    }

    /// Words of a template: in HTML they keep their lines.
    init(subject: String, text: String) {
        self.subject = subject
        self.text = text
        html = """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(ReportLetter.escaped(subject))</title>\
            </head><body style="font-family:sans-serif;font-size:15px;max-width:40em">\
            <div style="white-space:pre-wrap">\(ReportLetter.escaped(text))</div></body></html>
            """
    }

    /// The message, ready to be rendered.
    ///
    /// - Parameter key: that of the effect; the same message has the same one, whichever run and attempt writes it.
    func message(
        to recipients: [EmailAddress], _ attachments: [MailAttachment], key: String, date: Instant, _ company: Company
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
            attachments: attachments)
    }
}
