import Calendars
import Configuration
import Diagnostics
import Documents
import Files
import Jobs
import Mail

/// One run of `report.send` with reports of `config/reports`: their files and a message for each group of recipients.
struct DeclaredMailing {
    private let mailing: Mailing
    private let run: Run
    private let password: Secret?

    private static let figuresOfLetter = 3

    init(_ run: Run) throws(Failure) {
        self.run = run
        mailing = try Mailing(run.parameters, of: run.company)
        password = try mailing.passwordFile.map { path throws(Failure) in
            try SecretSource.file(path: path).resolve(as: "password of the PDF")
        }
    }

    /// A report that was made.
    private struct Made {
        var report: ReportDeclaration
        var file: DeliveredFile
        var outcome: ReportEngine.Outcome
    }

    /// What one group of recipients gets.
    private struct Parcel {
        var group: ReportRecipients.Group
        var made: [Made]
        /// What travels: the files, or the zip of them.
        var files: [DeliveredFile]
        var isAttached: Bool
    }

    func send() throws -> RunSummary {
        let folder = try DeliveryFolder(run)
        defer { folder.close() }
        let parcels = try mailing.recipients.groups.map { try parcel($0, in: folder) }
        try run.step("mail") { work in
            for parcel in parcels {
                let group = parcel.group.name
                let key = SendReport.effectKey(of: run.identity) + (group.isEmpty ? "" : "/\(group)")
                let message = try letter(parcel).message(
                    to: parcel.group.addresses, parcel.isAttached ? try parcel.files.map { try $0.attachment() } : [],
                    key: key, date: run.knownAt, run.company)
                try work.enqueue(message.rendered(), subject: message.subject, effectKey: key)
            }
        }
        guard let first = parcels.first else { return RunSummary(figures: []) }
        var figures: [RunSummary.Figure] = [
            .init("report", mailing.reports.map(\.name).joined(separator: ", ")),
            .init("rows", "\(first.made.map(\.outcome.end.rowCount).reduce(0, +))"),
        ]
        for made in first.made {
            let whose = first.made.count > 1 ? "\(made.outcome.heading.title.lowercased()), " : ""
            figures += made.outcome.end.figures.map { .init(whose + $0.label.lowercased(), $0.text) }
        }
        figures.append(.init("to", run.parameters["to"] ?? ""))
        if parcels.count > 1 { figures.append(.init("messages", "\(parcels.count)")) }
        return RunSummary(
            figures: figures, files: run.isRehearsal ? [] : parcels.flatMap { $0.files.map(\.shownPath) })
    }

    // MARK: - Files

    private func parcel(_ group: ReportRecipients.Group, in folder: DeliveryFolder) throws -> Parcel {
        let ending = group.name.isEmpty ? "" : "-\(Self.plain(group.name))"
        let made = try mailing.reports.map { try make($0, for: group.reader, ending: ending, in: folder) }
        var files = made.map(\.file)
        if mailing.isZipped {
            let name = "\(run.identity.job)-\(run.period)\(ending).zip"
            try ZipFile.write(
                files.map { ZipFile.Member(name: $0.name, path: $0.path) }, to: folder.path(name), at: run.knownAt)
            files = [try folder.file(name, "application/zip")]
        }
        let size = files.map(\.byteCount).reduce(0, +)
        let isAttached = size <= mailing.maximumAttachmentBytes
        guard isAttached || mailing.tooLarge == .keep else {
            throw Failure(
                .refused,
                "The files are too large for a mail: \(size) bytes, and \(mailing.maximumAttachmentBytes) is the most.",
                advice:
                    "Make the report of less, set zip: true, or too_large: keep, so that the mail says where they lie.")
        }
        return Parcel(group: group, made: made, files: files, isAttached: isAttached)
    }

    private func make(
        _ report: ReportDeclaration, for reader: ReportReader, ending: String, in folder: DeliveryFolder
    ) throws -> Made {
        let engine = try ReportEngine(
            report, given: SendReport.arguments(of: report, run.identity), of: run.company, asOf: run.knownAt,
            for: reader, run: run.id)
        let name = "\(engine.fileStem)\(ending).\(mailing.format.fileExtension)"
        let outcome: ReportEngine.Outcome
        if let password {
            // Unencrypted it is never on the disk.
            let sink = ReportFileSink.inMemory()
            outcome = try engine.render(to: PDFRenderer(to: sink), in: run.store)
            try EncryptedPDF.write(sink.bytes, password: password.value, to: folder.path(name))
        } else {
            outcome = try engine.render(to: try mailing.format.renderer(path: folder.path(name)), in: run.store)
        }
        return Made(report: report, file: try folder.file(name, mailing.format.mediaType), outcome: outcome)
    }

    /// A part of a file's name: what is no letter or digit becomes a hyphen.
    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }

    // MARK: - Words

    private func letter(_ parcel: Parcel) -> LetterText {
        mailing.letter.map { $0.letter(values(parcel)) } ?? LetterText(standardLetter(parcel))
    }

    private func standardLetter(_ parcel: Parcel) -> ReportLetter {
        let ends = parcel.made.map(\.outcome.end)
        let headings = parcel.made.map(\.outcome.heading)
        let isOne = parcel.made.count == 1
        var figures: [ReportLetter.Figure] = []
        for (heading, end) in zip(headings, ends) {
            let whose = isOne ? "" : "\(heading.title): "
            figures += end.figures.prefix(Self.figuresOfLetter).map { .init(whose + $0.label, $0.text) }
            figures.append(.init(whose + (isOne ? "Rows" : "rows"), "\(end.rowCount)"))
        }
        let titles = headings.map { isOne ? "\($0.title) \($0.subtitle)" : $0.title }.joined(separator: ", ")
        let first = ends.first?.figures.first.map { ": \($0.label.lowercased()) \($0.text)" } ?? ""
        let whose = parcel.group.reader.costCentres.map { ", cost centres \($0.joined(separator: ", "))" } ?? ""
        let company = run.company.settings.name
        return ReportLetter(
            subject: isOne ? titles + first : "\(titles) \(run.period.words)",
            opening: isOne
                ? headings.map { "\($0.title) of \(company), \($0.subtitle)\(whose)." }.joined()
                : "\(titles) of \(company), \(run.period.words)\(whose).",
            figures: figures,
            lists: parcel.made.map { made in
                .init(isOne ? "About the file:" : "About \(made.file.name):", made.outcome.notes)
            } + [.init("The files:", parcel.isAttached ? [] : parcel.files.map(Self.whereabouts))],
            closing: closing(parcel))
    }

    private func closing(_ parcel: Parcel) -> String {
        guard parcel.isAttached else {
            let size = parcel.files.map(\.byteCount).reduce(0, +)
            return "Together they are too large for a mail (\(size) bytes): they lie on the machine that made them, "
                + "below the company directory. The same again: "
                + parcel.made.map { "`\($0.outcome.heading.command)`" }.joined(separator: ", ") + "."
        }
        let report = parcel.made.count == 1 ? "" : " --report \(parcel.made[0].report.name)"
        return (parcel.made.count == 1 ? "The report is attached. It was" : "The reports are attached. They were")
            + " made by run \(run.id); `steward report trace \(run.id) 'SHEET!CELL'\(report)` prints the rows behind a "
            + "figure." + (password == nil ? "" : " The password opens it.")
    }

    private static func whereabouts(_ file: DeliveredFile) -> String {
        "\(file.shownPath), \(file.byteCount) bytes, SHA-256 \(file.sha256)"
    }

    /// What a template may name; see `LetterNames`. What is empty is left out, so that sections can ask for it.
    private func values(_ parcel: Parcel) -> [String: Any] {
        func clean(_ text: String) -> String {
            text.contains(where: \.isNewline) ? String(text.map { $0.isNewline ? " " : $0 }) : text
        }
        let reports = parcel.made.map { made -> [String: Any] in
            let (heading, end) = (made.outcome.heading, made.outcome.end)
            var values: [String: Any] = [
                "name": made.report.name, "title": clean(heading.title), "subtitle": clean(heading.subtitle),
                "rows": "\(end.rowCount)", "digest": end.digest, "command": heading.command,
                "figures": end.figures.map { ["label": clean($0.label), "value": clean($0.text)] },
            ]
            for figure in end.figures { values[figure.name] = clean(figure.text) }
            return values
        }
        var values: [String: Any] = [
            "company": clean(run.company.settings.name), "job": run.identity.job, "period": "\(run.period)",
            "period_name": run.period.words, "run": "\(run.id)", "as_of": "\(run.knownAt)",
            "files": parcel.files.map {
                ["name": $0.name, "path": $0.shownPath, "bytes": "\($0.byteCount)", "sha256": $0.sha256]
            }, "reports": reports,
        ]
        if parcel.isAttached { values["attached"] = "yes" }
        if let centres = parcel.group.reader.costCentres { values["cost_centres"] = centres.joined(separator: ", ") }
        if reports.count == 1 { values.merge(reports[0]) { known, _ in known } }
        for (made, report) in zip(parcel.made, reports) { values[made.report.name] = report }
        return values
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
