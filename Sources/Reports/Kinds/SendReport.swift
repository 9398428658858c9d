import Amounts
import Calendars
import Configuration
import Crypto
import Diagnostics
import Foundation
import Jobs
import Mail
import Payroll
import Store

/// `report.send`: makes a report of a period and mails it, once.
package struct SendReport: JobKind {
    package static let name = "report.send"
    package static let abstract = "Makes a report of a period as an Excel file and mails it."
    package static let parameters = [
        ParameterDefinition(
            "report", description: "which report; so far payroll-register", example: "payroll-register"),
        ParameterDefinition("pay_group", description: "the pay group whose register it is", example: "monthly"),
        ParameterDefinition(
            "to", description: "who gets it", example: "Ann Lee <ann@example.com>"),
    ]
    package static let granularities: [Period.Granularity] = [.month, .week]

    static let reports = ["payroll-register"]

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        let report = parameters["report"] ?? ""
        if !Self.reports.contains(report) {
            problems.add(
                "there is no report \"\(report)\"" + Suggestion.hint(for: report, among: Self.reports),
                expected: "one of: " + Self.reports.joined(separator: ", "))
        }
        do {
            _ = try EmailAddress.parse(parameters["to"] ?? "", field: "to")
        } catch {
            problems.add(contentsOf: error.faults.map(\.problem))
        }
        if company.settings.mail == nil {
            problems.add("\(Company.settingsFile) says nothing of mail", expected: "mail: with from and folder or smtp")
        }
        guard let configuration = PayrollConfiguration.load(for: company, problems: &problems) else { return }
        do {
            _ = try configuration.payGroup(parameters["pay_group"] ?? "")
        } catch {
            problems.add(Problem(error))
        }
    }

    package func run(_ run: Run) throws -> RunSummary {
        let payGroup = run.parameters["pay_group"] ?? ""
        let source = try run.store.read { connection in
            guard let payroll = try PayrollRecords.find(payGroup: payGroup, period: run.period, in: connection) else {
                throw Failure(
                    .refused,
                    "The pay group \(payGroup) has not been paid for \(run.period): there is nothing to report.",
                    advice: "Run its payroll first, then give this command again.")
            }
            return try RunRecords.find(.number(payroll.run), in: connection)
        }
        let register = try PayrollRegister.load(run: source, company: run.company, store: run.store)
        let file = "var/reports/\(register.fileName)"
        let bytes = try write(register, to: file, run)
        try run.step("mail") { work in
            let message = try message(register, bytes: bytes, run)
            try work.enqueue(
                message.rendered(), subject: message.subject, effectKey: Self.effectKey(of: run.identity))
        }
        return RunSummary(
            figures: [
                .init("report", "payroll-register"), .init("payroll run", "\(source.id)"),
                .init("payslips", "\(register.rows.count)"), .init("to", run.parameters["to"] ?? ""),
            ], files: run.isRehearsal ? [] : [file])
    }

    /// The bytes of the workbook. A dry run leaves no file in the company directory.
    private func write(_ register: PayrollRegister, to file: String, _ run: Run) throws -> [UInt8] {
        if run.isRehearsal {
            let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try register.write(to: path)
            return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: Self.maximumWorkbookBytes)
        }
        try run.company.makeFolder("var/reports")
        let path = run.company.path(file)
        try register.write(to: path)
        return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: Self.maximumWorkbookBytes)
    }

    /// A larger workbook is too much for a mail.
    private static let maximumWorkbookBytes = 100_000_000

    /// What the message is, whichever run and attempt writes it.
    private static func effectKey(of identity: RunIdentity) -> String {
        "report/\(identity.job)/\(identity.period)/\(identity.parameters.canonicalText)"
    }

    private func message(_ register: PayrollRegister, bytes: [UInt8], _ run: Run) throws -> MailMessage {
        guard let mail = run.company.settings.mail else {
            throw Failure(
                .usage, "\(Company.settingsFile) says nothing of mail.", advice: "Add mail: with from and folder.")
        }
        let key = Self.effectKey(of: run.identity)
        let letter = PayrollRegisterLetter(register: register)
        return MailMessage(
            id: try MessageID(
                localPart: "steward." + SHA256.hash(data: Array(key.utf8)).hexText.prefix(40),
                domain: mail.sender.domain),
            date: run.knownAt, from: mail.sender, to: [try EmailAddress.parse(run.parameters["to"] ?? "", field: "to")],
            subject: letter.subject, text: letter.text, html: letter.html,
            attachments: [
                MailAttachment(name: register.fileName, mediaType: MailAttachment.xlsxMediaType, bytes: bytes)
            ])
    }
}
