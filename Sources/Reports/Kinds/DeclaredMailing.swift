import Calendars
import Configuration
import Crypto
import Diagnostics
import Jobs
import Mail

/// One run of `report.send` with a report of `config/reports`: a file and a message for each group of recipients.
struct DeclaredMailing {
    private let report: ReportDeclaration
    private let run: Run
    private let format: ReportFormat
    private let recipients: ReportRecipients
    private let given: [String: String]

    /// A larger file is too much for many mail servers: the letter goes without it and says where it is.
    static let maximumAttachmentBytes = 15_000_000

    init(_ report: ReportDeclaration, _ run: Run) throws(Failure) {
        self.report = report
        self.run = run
        format = try ReportFormat(of: "x.\(run.parameters["format"] ?? "xlsx")")
        recipients = try ReportRecipients(
            run.parameters["to"] ?? "", of: report, in: UserDirectory.load(for: run.company))
        given = try SendReport.arguments(of: report, run.identity)
    }

    private struct Made {
        var group: ReportRecipients.Group
        var file: String
        var bytes: [UInt8]
        var outcome: ReportEngine.Outcome
    }

    func send() throws -> RunSummary {
        let made = try recipients.groups.map(make)
        try run.step("mail") { work in
            for one in made {
                let key = SendReport.effectKey(of: run.identity) + (one.group.name.isEmpty ? "" : "/\(one.group.name)")
                let message = try message(one, key: key)
                try work.enqueue(message.rendered(), subject: message.subject, effectKey: key)
            }
        }
        guard let first = made.first else { return RunSummary(figures: []) }
        var figures: [RunSummary.Figure] = [
            .init("report", report.name), .init("rows", "\(first.outcome.end.rowCount)"),
        ]
        figures += first.outcome.end.figures.map { .init($0.label.lowercased(), $0.text) }
        figures.append(.init("to", run.parameters["to"] ?? ""))
        if made.count > 1 { figures.append(.init("messages", "\(made.count)")) }
        return RunSummary(figures: figures, files: run.isRehearsal ? [] : made.map(\.file))
    }

    private func make(_ group: ReportRecipients.Group) throws -> Made {
        let engine = try ReportEngine(
            report, given: given, of: run.company, asOf: run.knownAt, for: group.reader, run: run.id)
        let name = engine.fileStem + (group.name.isEmpty ? "" : "-\(Self.plain(group.name))")
        let file = "var/reports/\(name).\(format.fileExtension)"
        var outcome: ReportEngine.Outcome?
        let bytes = try SendReport.bytes(of: file, run) { path in
            outcome = try engine.render(to: try format.renderer(path: path), in: run.store)
        }
        guard let outcome else { preconditionFailure("a report that was written has an outcome") }
        return Made(group: group, file: file, bytes: bytes, outcome: outcome)
    }

    /// A part of a file's name: what is no letter or digit becomes a hyphen.
    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }

    private func message(_ made: Made, key: String) throws -> MailMessage {
        guard let mail = run.company.settings.mail else {
            throw Failure(
                .usage, "\(Company.settingsFile) says nothing of mail.", advice: "Add mail: with from and folder.")
        }
        let isTooLarge = made.bytes.count > Self.maximumAttachmentBytes
        let letter = letter(made, isTooLarge: isTooLarge)
        let name = made.file.split(separator: "/").last.map(String.init) ?? made.file
        return MailMessage(
            id: try MessageID(
                localPart: "steward." + SHA256.hash(data: Array(key.utf8)).hexText.prefix(40),
                domain: mail.sender.domain),
            date: run.knownAt, from: mail.sender, to: made.group.addresses, subject: letter.subject, text: letter.text,
            html: letter.html,
            attachments: isTooLarge
                ? [] : [MailAttachment(name: name, mediaType: format.mediaType, bytes: made.bytes)])
    }

    private func letter(_ made: Made, isTooLarge: Bool) -> ReportLetter {
        let heading = made.outcome.heading
        let figures = made.outcome.end.figures.prefix(3)
        let first = figures.first.map { ": \($0.label.lowercased()) \($0.text)" } ?? ""
        let whose = made.group.reader.costCentres.map { ", cost centres \($0.joined(separator: ", "))" } ?? ""
        let closing =
            isTooLarge
            ? "The file is too large for a mail (\(made.bytes.count) bytes): it lies in \(made.file) on the machine that "
                + "made it. The same again: `\(heading.command)`."
            : "The report is attached. It was made by run \(run.id); `steward report trace \(run.id) \"SHEET!CELL\"` "
                + "prints the rows behind a figure."
        return ReportLetter(
            subject: "\(heading.title) \(heading.subtitle)\(first)",
            opening: "\(heading.title) of \(heading.company), \(heading.subtitle)\(whose).",
            figures: figures.map { .init($0.label, $0.text) } + [.init("Rows", "\(made.outcome.end.rowCount)")],
            lists: [.init("About the file:", made.outcome.notes)], closing: closing)
    }
}

extension ReportFormat {
    /// Source: IANA, "Media Types".
    var mediaType: String {
        switch self {
        case .xlsx: MailAttachment.xlsxMediaType
        case .pdf: "application/pdf"
        case .html: "text/html"
        case .csv: "text/csv"
        case .json: "application/json"
        case .text: "text/plain"
        }
    }
}
