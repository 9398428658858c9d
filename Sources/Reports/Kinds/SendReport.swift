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
    package static let abstract = "Makes a report of a period and mails it."
    package static let parameters = [
        ParameterDefinition(
            "report",
            description: "which report: one of config/reports, or \(MailedReports.names.joined(separator: ", "))",
            example: "payroll-cost"),
        ParameterDefinition(
            "pay_group", isRequired: false, description: "the pay group whose pay it is of", example: "monthly"),
        ParameterDefinition(
            "set", isRequired: false, description: "further parameters of a report of config/reports",
            example: "limit=100.00, day=2026-04-30"),
        ParameterDefinition(
            "to",
            description: "who gets it: addresses, role:NAME, or cost-centre-managers, who get their own rows each",
            example: "Ann Lee <ann@example.com>, role:finance-lead"),
        ParameterDefinition(
            "format", isRequired: false, description: "its form: xlsx, which it is without this, csv, json or txt",
            example: "xlsx"),
    ]
    package static let granularities: [Period.Granularity] = [.month, .week, .day, .quarter, .year]

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        let name = parameters["report"] ?? ""
        if company.settings.mail == nil {
            problems.add("\(Company.settingsFile) says nothing of mail", expected: "mail: with from and folder or smtp")
        }
        if let report = MailedReports.find(name) {
            checkAddress(parameters, problems: &problems)
            for other in ["set", "format"] where parameters[other] != nil {
                problems.add("the report \(name) takes no \(other)", expected: "the parameter to be left out")
            }
            return report.check(parameters, in: company, problems: &problems)
        }
        var others = ProblemList()
        let catalog = ReportCatalog.load(for: company, problems: &others)
        guard let report = catalog.reports.first(where: { $0.name == name }) else {
            let names = MailedReports.names + catalog.reports.map(\.name).filter { !MailedReports.names.contains($0) }
            problems.add(
                "there is no report \"\(name)\"" + Suggestion.hint(for: name, among: names),
                expected: "one of: " + names.joined(separator: ", "))
            return checkAddress(parameters, problems: &problems)
        }
        do throws(Failure) {
            _ = try ReportRecipients(parameters["to"] ?? "", of: report, in: UserDirectory.load(for: company))
            if let format = parameters["format"] { _ = try ReportFormat(of: "x.\(format)") }
            let identity = RunIdentity(
                job: "", period: Period(.month, containing: CalendarDate(dayNumber: 20_000)), parameters: parameters)
            let given = try Self.arguments(of: report, identity)
            let known = Set(report.parameters.map(\.name))
            for name in given.keys.sorted() where !known.contains(name) {
                problems.add(
                    "the report \(report.name) has no parameter \"\(name)\"",
                    expected: known.isEmpty ? "none" : "one of: " + known.sorted().joined(separator: ", "))
            }
        } catch {
            problems.add(Problem(error))
        }
    }

    private func checkAddress(_ parameters: ParameterValues, problems: inout ProblemList) {
        do {
            _ = try EmailAddress.parse(parameters["to"] ?? "", field: "to")
        } catch {
            problems.add(contentsOf: error.faults.map(\.problem))
        }
    }

    /// The parameters of a declared report: those of the run, and its period where the report has one.
    static func arguments(
        of report: ReportDeclaration, _ identity: RunIdentity
    ) throws(Failure) -> [String: String] {
        var given: [String: String] = [:]
        for pair in (identity.parameters["set"] ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks }
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure(
                    .usage, "set: \"\(pair)\" has no name and value.", advice: "Write it as name=value, name=value.")
            }
            given[parts[0]] = parts[1]
        }
        if let payGroup = identity.parameters["pay_group"] { given["pay_group"] = payGroup }
        for parameter in report.parameters where given[parameter.name] == nil {
            if parameter.kind.isPeriod { given[parameter.name] = "\(identity.period)" }
            if parameter.kind == .date { given[parameter.name] = "\(identity.period.lastDay)" }
        }
        return given
    }

    package func run(_ run: Run) throws -> RunSummary {
        let name = run.parameters["report"] ?? ""
        guard let kind = MailedReports.find(name) else {
            return try DeclaredMailing(ReportCatalog.load(for: run.company).report(name), run).send()
        }
        let report = try kind.load(for: run)
        let file = "var/reports/\(report.fileName)"
        let bytes = try Self.bytes(of: file, run) { try report.write(to: $0, from: run) }
        try run.step("mail") { work in
            let message = try message(report, bytes: bytes, run)
            try work.enqueue(
                message.rendered(), subject: message.subject, effectKey: Self.effectKey(of: run.identity))
        }
        return RunSummary(
            figures: [.init("report", name)] + report.figures + [.init("to", run.parameters["to"] ?? "")],
            files: run.isRehearsal ? [] : [file])
    }

    /// The bytes of a file that `write` writes. A dry run leaves no file in the company directory.
    static func bytes(of file: String, _ run: Run, write: (String) throws -> Void) throws -> [UInt8] {
        if run.isRehearsal {
            let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try write(path)
            return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: maximumWorkbookBytes)
        }
        try run.company.makeFolder("var/reports")
        let path = run.company.path(file)
        try write(path)
        return try SourceFile.bytes(of: path, shownAs: file, maximumFileBytes: maximumWorkbookBytes)
    }

    /// A larger workbook is not read into memory.
    static let maximumWorkbookBytes = 100_000_000

    /// What the message is, whichever run and attempt writes it.
    static func effectKey(of identity: RunIdentity) -> String {
        "report/\(identity.job)/\(identity.period)/\(identity.parameters.canonicalText)"
    }

    private func message(_ report: any MailedReport, bytes: [UInt8], _ run: Run) throws -> MailMessage {
        try report.letter.message(
            to: [EmailAddress.parse(run.parameters["to"] ?? "", field: "to")], attaching: bytes,
            as: report.fileName, key: Self.effectKey(of: run.identity), date: run.knownAt, run.company)
    }
}

extension String {
    var trimmingBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
