import Calendars
import Crypto
import Diagnostics
import Mail
import Store

/// `digest.send`: one mail about what the jobs of the company did, what they did not, and what waits for somebody.
///
/// For a day it tells what happened on it, in the company's time zone; for an instant, in the 24 hours before. What waits
/// and what is due next is told as it is when the run begins.
package struct SendDigest: JobKind {
    package static let name = "digest.send"
    package static let abstract =
        "Mails what ran, what failed, was missed or skipped, what waits, and what is due next."
    package static let parameters = [
        ParameterDefinition(
            "to", description: "who gets it; several with commas between them", example: "Ann Lee <ann@example.com>")
    ]
    package static let granularities: [Period.Granularity] = [.day, .instant]

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        do {
            _ = try Self.recipients(parameters)
        } catch {
            problems.add(contentsOf: error.faults.map(\.problem))
        }
        if company.settings.mail == nil {
            problems.add("\(Company.settingsFile) says nothing of mail", expected: "mail: with from and folder or smtp")
        }
    }

    package func run(_ run: Run) throws -> RunSummary {
        guard let mail = run.company.settings.mail else {
            throw Failure(
                .usage, "\(Company.settingsFile) says nothing of mail.", advice: "Add mail: with from and folder.")
        }
        let zone = run.company.settings.timeZone
        let (window, stretch) = Self.window(of: run.period, in: zone)
        let contents = try run.store.read {
            try DigestContents.load(window, at: run.knownAt, company: run.company, zone: zone, in: $0)
        }
        let letter = DigestLetter(companyName: run.company.settings.name, stretch: stretch, contents: contents)
        try run.step("mail") { work in
            let key = "digest/\(run.id)"
            let message = MailMessage(
                id: try MessageID(
                    localPart: "steward." + SHA256.hash(data: Array(key.utf8)).hexText.prefix(40),
                    domain: mail.sender.domain),
                date: run.knownAt, from: mail.sender, to: try Self.recipients(run.parameters), subject: letter.subject,
                text: letter.text, html: letter.html)
            try work.enqueue(message.rendered(), subject: message.subject, effectKey: key)
        }
        return RunSummary(
            figures: contents.counts.map { .init($0.label, "\($0.count)") } + [.init("to", run.parameters["to"] ?? "")])
    }

    static func window(of period: Period, in zone: ZoneRules) -> (ClosedRange<Instant>, stretch: String) {
        if case .instant(let instant) = period {
            let start = instant.adding(seconds: -86_400)
            return (start...instant, "24 hours to \(zone.text(instant))")
        }
        let start = zone.startOfDay(period.firstDay)
        let end = zone.startOfDay(period.lastDay.adding(days: 1))
        return (start...max(start, end), "\(period)")
    }

    /// The addresses between the commas that stand in no quotes.
    static func recipients(_ parameters: ParameterValues) throws(InvalidMail) -> [EmailAddress] {
        var parts = [""]
        var isQuoted = false
        for character in parameters["to"] ?? "" {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        var addresses: [EmailAddress] = []
        for part in parts {
            let trimmed = part.drop { $0 == " " }
            addresses.append(try EmailAddress.parse(String(trimmed), field: "to"))
        }
        return addresses
    }
}
