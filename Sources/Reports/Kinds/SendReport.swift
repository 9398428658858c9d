import Calendars
import Configuration
import Diagnostics
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
            description: "which report: one or more of config/reports, or "
                + MailedReports.names.joined(separator: ", "), example: "payroll-cost, payroll-variance"),
        ParameterDefinition(
            "pay_group", isRequired: false, description: "the pay group whose pay it is of", example: "monthly"),
        ParameterDefinition(
            "set", isRequired: false, description: "further parameters of reports of config/reports",
            example: "limit=100.00, day=2026-04-30"),
        ParameterDefinition(
            "to",
            description: "who gets it: addresses, role:NAME, or cost-centre-managers, who get their own rows each",
            example: "Ann Lee <ann@example.com>, role:finance-lead"),
        ParameterDefinition(
            "format", isRequired: false,
            description: "its form: xlsx, which it is without this, pdf, html, csv, json or txt", example: "pdf"),
        ParameterDefinition(
            "letter", isRequired: false,
            description: "subject and text: a file of config/letters, without its extension", example: "payroll-cost"),
        ParameterDefinition(
            "zip", isRequired: false, description: "true: the files travel as one zip", example: "true"),
        ParameterDefinition(
            "password_file", isRequired: false,
            description: "a file with the password that opens each PDF", example: "/etc/steward/report-password"),
        ParameterDefinition(
            "maximum_kb", isRequired: false,
            description: "kilobytes that the files may have together, to travel; without this 15000", example: "10000"),
        ParameterDefinition(
            "too_large", isRequired: false,
            description: "what becomes of more: keep, which it is without this (the mail says where the files lie), or "
                + "refuse", example: "refuse"),
    ]
    package static let granularities: [Period.Granularity] = [.month, .week, .day, .quarter, .year]

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        let name = parameters["report"] ?? ""
        if company.settings.mail == nil {
            problems.add("\(Company.settingsFile) says nothing of mail", expected: "mail: with from and folder or smtp")
        }
        if let report = MailedReports.find(for: parameters, in: company) {
            checkAddress(parameters, problems: &problems)
            for other in MailedReports.ofDeclared where parameters[other] != nil {
                problems.add("the report \(name) takes no \(other)", expected: "the parameter to be left out")
            }
            return report.check(parameters, in: company, problems: &problems)
        }
        do throws(Failure) {
            _ = try Mailing(parameters, of: company, problems: &problems)
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

    /// What the job says by `set` and `pay_group`.
    static func given(_ parameters: ParameterValues) throws(Failure) -> [String: String] {
        var given: [String: String] = [:]
        for pair in (parameters["set"] ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks }
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure(
                    .usage, "set: \"\(pair)\" has no name and value.", advice: "Write it as name=value, name=value.")
            }
            given[parts[0]] = parts[1]
        }
        if let payGroup = parameters["pay_group"] { given["pay_group"] = payGroup }
        return given
    }

    /// The parameters of a declared report: those of the run as far as they are its own, and the period.
    static func arguments(
        of report: ReportDeclaration, _ identity: RunIdentity
    ) throws(Failure) -> [String: String] {
        let known = Set(report.parameters.map(\.name))
        var given = try given(identity.parameters).filter { known.contains($0.key) }
        for parameter in report.parameters where given[parameter.name] == nil {
            if parameter.kind.isPeriod { given[parameter.name] = "\(identity.period)" }
            if parameter.kind == .date { given[parameter.name] = "\(identity.period.lastDay)" }
        }
        return given
    }

    package func run(_ run: Run) throws -> RunSummary {
        let name = run.parameters["report"] ?? ""
        guard let kind = MailedReports.find(for: run.parameters, in: run.company) else {
            return try DeclaredMailing(run).send()
        }
        let report = try kind.load(for: run)
        let folder = try DeliveryFolder(run)
        defer { folder.close() }
        try report.write(to: folder.path(report.fileName), from: run)
        let file = try folder.file(report.fileName, MailAttachment.xlsxMediaType)
        try run.step("mail") { work in
            let key = Self.effectKey(of: run.identity)
            let message = try LetterText(report.letter).message(
                to: [EmailAddress.parse(run.parameters["to"] ?? "", field: "to")], [file.attachment()], key: key,
                date: run.knownAt, run.company)
            try work.enqueue(message.rendered(), subject: message.subject, effectKey: key)
        }
        return RunSummary(
            figures: [.init("report", name)] + report.figures + [.init("to", run.parameters["to"] ?? "")],
            files: run.isRehearsal ? [] : [file.shownPath])
    }

    /// What the message is, whichever run and attempt writes it.
    static func effectKey(of identity: RunIdentity) -> String {
        "report/\(identity.job)/\(identity.period)/\(identity.parameters.canonicalText)"
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
