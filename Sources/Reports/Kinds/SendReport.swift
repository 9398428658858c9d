import Calendars
import Configuration
import Diagnostics
import Foundation
import Jobs
import Mail
import Store

/// `report.send`: makes a report of a period and mails it, once.
package struct SendReport: JobKind {
    package static let name = "report.send"
    package static let abstract = "Makes a report of a period as an Excel file and mails it."
    package static let parameters = [
        ParameterDefinition(
            "report", description: "which report: \(MailedReports.names.joined(separator: ", "))",
            example: "payroll-register"),
        ParameterDefinition(
            "pay_group", isRequired: false, description: "the pay group whose payroll register it is",
            example: "monthly"),
        ParameterDefinition(
            "to", description: "who gets it", example: "Ann Lee <ann@example.com>"),
    ]
    package static let granularities: [Period.Granularity] = [.month, .week]

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        let name = parameters["report"] ?? ""
        let report = MailedReports.find(name)
        if report == nil {
            problems.add(
                "there is no report \"\(name)\"" + Suggestion.hint(for: name, among: MailedReports.names),
                expected: "one of: " + MailedReports.names.joined(separator: ", "))
        }
        do {
            _ = try EmailAddress.parse(parameters["to"] ?? "", field: "to")
        } catch {
            problems.add(contentsOf: error.faults.map(\.problem))
        }
        if company.settings.mail == nil {
            problems.add("\(Company.settingsFile) says nothing of mail", expected: "mail: with from and folder or smtp")
        }
        report?.check(parameters, in: company, problems: &problems)
    }

    package func run(_ run: Run) throws -> RunSummary {
        let name = run.parameters["report"] ?? ""
        guard let kind = MailedReports.find(name) else {
            throw Failure(.usage, "There is no report \"\(name)\".", advice: "Correct the job's parameter report.")
        }
        let report = try kind.load(for: run)
        let file = "var/reports/\(report.fileName)"
        let bytes = try write(report, to: file, run)
        try run.step("mail") { work in
            let message = try message(report, bytes: bytes, run)
            try work.enqueue(
                message.rendered(), subject: message.subject, effectKey: Self.effectKey(of: run.identity))
        }
        return RunSummary(
            figures: [.init("report", name)] + report.figures + [.init("to", run.parameters["to"] ?? "")],
            files: run.isRehearsal ? [] : [file])
    }

    /// The bytes of the workbook. A dry run leaves no file in the company directory.
    private func write(_ report: any MailedReport, to file: String, _ run: Run) throws -> [UInt8] {
        if run.isRehearsal {
            let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try report.write(to: path, from: run)
            return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: Self.maximumWorkbookBytes)
        }
        try run.company.makeFolder("var/reports")
        let path = run.company.path(file)
        try report.write(to: path, from: run)
        return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: Self.maximumWorkbookBytes)
    }

    /// A larger workbook is not read into memory.
    static let maximumWorkbookBytes = 100_000_000

    /// What the message is, whichever run and attempt writes it.
    private static func effectKey(of identity: RunIdentity) -> String {
        "report/\(identity.job)/\(identity.period)/\(identity.parameters.canonicalText)"
    }

    private func message(_ report: any MailedReport, bytes: [UInt8], _ run: Run) throws -> MailMessage {
        try report.letter.message(
            to: [EmailAddress.parse(run.parameters["to"] ?? "", field: "to")], attaching: bytes,
            as: report.fileName, key: Self.effectKey(of: run.identity), date: run.knownAt, run.company)
    }
}
