import Calendars
import Configuration
import Diagnostics
import Jobs
import Mail

/// What a job of the kind `report.send` asks for, read and checked before there is a run.
struct Mailing {
    /// What becomes of files that are too large for a mail.
    enum TooLarge: String, CaseIterable { case keep, refuse }

    let reports: [ReportDeclaration]
    let format: ReportFormat
    let recipients: ReportRecipients
    /// Nil: the words that every mail has which names none.
    let letter: LetterTemplate?
    let isZipped: Bool
    /// Nil: no PDF is encrypted.
    let passwordFile: String?
    /// Bytes that the files may have together, to travel with the mail.
    let maximumAttachmentBytes: Int
    let tooLarge: TooLarge

    static let maximumReports = 20
    /// More is too much for many mail servers.
    static let standardAttachmentBytes = 15_000_000

    /// The names of the reports that a job mails together.
    static func names(_ parameters: ParameterValues) -> [String] {
        ReportRecipients.words(of: parameters["report"] ?? "")
    }

    /// - Throws: everything that is wrong.
    init(_ parameters: ParameterValues, of company: Company) throws(Failure) {
        var problems = ProblemList()
        let mailing = try Self(parameters, of: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was sent")
        self = mailing
    }

    /// Reports what is wrong, and throws where there is nothing to go on with.
    init(_ parameters: ParameterValues, of company: Company, problems: inout ProblemList) throws(Failure) {
        reports = Self.reports(Self.names(parameters), of: company, problems: &problems)
        guard !reports.isEmpty else {
            // What is known to be wrong is enough; the rest depends on the reports.
            format = .xlsx
            recipients = ReportRecipients(groups: [])
            letter = nil
            isZipped = false
            passwordFile = nil
            maximumAttachmentBytes = Self.standardAttachmentBytes
            tooLarge = .keep
            return
        }
        do throws(Failure) {
            let known = reports.flatMap { $0.parameters.map(\.name) }
            for name in try SendReport.given(parameters).keys.sorted() where !known.contains(name) {
                problems.add(
                    (reports.count == 1 ? "the report \(reports[0].name) has" : "the reports have")
                        + " no parameter \"\(name)\"" + Suggestion.hint(for: name, among: known),
                    expected: known.isEmpty ? "none" : "one of: " + Set(known).sorted().joined(separator: ", "))
            }
            try Self.checkValues(SendReport.given(parameters), of: reports, company, &problems)
        } catch {
            problems.add(Problem(error))
        }
        format = Self.value("format", parameters, .xlsx, &problems) { text throws(Failure) in
            guard let format = ReportFormat(extension: text) else {
                throw Self.wrong(
                    "format", text, expected: ReportFormat.allCases.map(\.fileExtension).joined(separator: ", "))
            }
            return format
        }
        if format == .csv {
            for report in reports where report.sheets.count > 1 {
                problems.add(
                    "the report \(report.name) has \(report.sheets.count) sheets, and a CSV file is of one",
                    expected: "another format")
            }
        }
        let found = reports
        recipients = Self.value("to", parameters, ReportRecipients(groups: []), &problems) { text throws(Failure) in
            try ReportRecipients(text, of: found, in: UserDirectory.load(for: company))
        }
        isZipped = Self.value("zip", parameters, false, &problems) { text throws(Failure) in
            guard let isZipped = Bool(text) else { throw Self.wrong("zip", text, expected: "true or false") }
            return isZipped
        }
        maximumAttachmentBytes = Self.value("maximum_kb", parameters, Self.standardAttachmentBytes, &problems) {
            text throws(Failure) in
            let most = MailLimits.standard.maximumAttachmentBytes / 1_000
            guard let kilobytes = Int(text), (1...most).contains(kilobytes) else {
                throw Self.wrong("maximum_kb", text, expected: "a whole number from 1 to \(most)")
            }
            return kilobytes * 1_000
        }
        tooLarge = Self.value("too_large", parameters, .keep, &problems) { text throws(Failure) in
            guard let choice = TooLarge(rawValue: text) else {
                throw Self.wrong("too_large", text, expected: "keep or refuse")
            }
            return choice
        }
        passwordFile = Self.passwordFile(parameters, format, company, &problems)
        letter = parameters["letter"].flatMap {
            LetterTemplate.load($0, for: company, LetterNames(of: found), problems: &problems)
        }
    }

    /// Reports values that the parameters of the reports cannot have.
    private static func checkValues(
        _ given: [String: String], of reports: [ReportDeclaration], _ company: Company, _ problems: inout ProblemList
    ) {
        for (name, text) in given.sorted(by: { $0.key < $1.key }) {
            for parameter in reports.flatMap(\.parameters) where parameter.name == name {
                do throws(Failure) {
                    _ = try ReportArguments.value(
                        text, of: parameter, currency: company.settings.currency, today: ReportArguments.sampleDay)
                } catch {
                    problems.add("\(name): \(error.summary)", expected: error.advice)
                }
            }
        }
    }

    /// The value of a parameter; a default where it is not given, or wrong and told.
    private static func value<Value>(
        _ name: String, _ parameters: ParameterValues, _ standard: Value, _ problems: inout ProblemList,
        _ read: (String) throws(Failure) -> Value
    ) -> Value {
        guard let text = parameters[name] else { return standard }
        do throws(Failure) {
            return try read(text)
        } catch {
            if error.problems.isEmpty { problems.add(Problem(error)) } else { problems.add(contentsOf: error.problems) }
            return standard
        }
    }

    private static func wrong(_ name: String, _ text: String, expected: String) -> Failure {
        Failure(.usage, "", problems: [Problem("\(name): \(Quoted.text(text))", expected: expected)])
    }

    private static func reports(
        _ names: [String], of company: Company, problems: inout ProblemList
    ) -> [ReportDeclaration] {
        let catalog = ReportCatalog.load(for: company)
        let known = MailedReports.names + catalog.reports.map(\.name).filter { !MailedReports.names.contains($0) }
        if names.count > maximumReports {
            problems.add("\(names.count) reports in one mail", expected: "at most \(maximumReports)")
        }
        if names.isEmpty { problems.add("no report is named", expected: "one of: " + known.joined(separator: ", ")) }
        var reports: [ReportDeclaration] = []
        for name in names {
            if let mistakes = catalog.mistakes[name] {
                problems.add(contentsOf: mistakes)
                continue
            }
            guard let report = catalog.reports.first(where: { $0.name == name }) else {
                problems.add(
                    MailedReports.find(name) == nil
                        ? "there is no report \"\(name)\"" + Suggestion.hint(for: name, among: known)
                        : "the report \(name) is mailed by itself",
                    expected: "one of: " + known.joined(separator: ", "))
                continue
            }
            guard !reports.contains(where: { $0.name == name }) else {
                problems.add("the report \(name) is named twice", expected: "each once")
                continue
            }
            reports.append(report)
        }
        return reports.count == names.count ? reports : []
    }

    private static func passwordFile(
        _ parameters: ParameterValues, _ format: ReportFormat, _ company: Company, _ problems: inout ProblemList
    ) -> String? {
        guard let file = parameters["password_file"] else { return nil }
        if format != .pdf {
            problems.add("password_file: only a PDF can be encrypted", expected: "format: pdf beside it")
        }
        let path = company.path(file)
        // Its owner may be the daemon's account; so it is not opened here.
        if !SourceFile.exists(path) {
            problems.add(
                "password_file: there is no file \(file)", expected: "a file of one line that only its owner may read")
        }
        return path
    }
}
