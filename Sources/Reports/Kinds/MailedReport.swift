import Diagnostics
import Jobs
import Ledger
import Payroll
import Store

/// A report that `report.send` makes and mails.
protocol MailedReport: Sendable {
    /// What a job calls it by: `payroll-register`.
    static var name: String { get }

    /// Reports what is wrong with the parameters.
    static func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList)

    /// Reads what the report is of.
    ///
    /// - Throws: a failure when there is nothing to report.
    static func load(for run: Run) throws -> Self

    var fileName: String { get }
    var letter: ReportLetter { get }
    /// For the summary of the run.
    var figures: [RunSummary.Figure] { get }

    func write(to path: String, from run: Run) throws
}

/// The reports there are.
enum MailedReports {
    static let all: [any MailedReport.Type] = [PayrollRegister.self, ClosePack.self]
    static let names = all.map { $0.name }

    static func find(_ name: String) -> (any MailedReport.Type)? { all.first { $0.name == name } }

    /// The one that a job asks for. Nil where what the job says besides is for reports of `config/reports`, and there is one
    /// of the same name: the payroll register as PDF, or to a role.
    static func find(for parameters: ParameterValues, in company: Company) -> (any MailedReport.Type)? {
        guard let report = find(parameters["report"] ?? "") else { return nil }
        let isForDeclared =
            ofDeclared.contains { parameters[$0] != nil } || !ReportRecipients.isOneAddress(parameters["to"] ?? "")
        guard isForDeclared else { return report }
        let declared = ReportCatalog.load(for: company)
        let isDeclared = declared.reports.contains { $0.name == report.name } || declared.mistakes[report.name] != nil
        return isDeclared ? nil : report
    }

    /// Parameters that only reports of `config/reports` take.
    static let ofDeclared = ["set", "format", "letter", "zip", "password_file", "maximum_kb", "too_large"]
}

extension PayrollRegister: MailedReport {
    static let name = "payroll-register"

    static func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        guard let configuration = PayrollConfiguration.load(for: company, problems: &problems) else { return }
        guard let payGroup = parameters["pay_group"] else {
            problems.add("a payroll register wants to know of whom", expected: "the parameter pay_group")
            return
        }
        do {
            _ = try configuration.payGroup(payGroup)
        } catch {
            problems.add(Problem(error))
        }
    }

    static func load(for run: Run) throws -> PayrollRegister {
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
        return try load(run: source, company: run.company, store: run.store)
    }

    var figures: [RunSummary.Figure] {
        [.init("payroll run", "\(record.id)"), .init("payslips", "\(rows.count)")]
    }

    func write(to path: String, from run: Run) throws { try write(to: path) }
}

extension ClosePack: MailedReport {
    static let name = "close-pack"

    static func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        guard let settings = LedgerSettings.load(for: company, problems: &problems),
            let chart = ChartOfAccounts.load(for: company, problems: &problems)
        else { return }
        _ = BudgetFiles.load(for: company, chart, settings.cycle, problems: &problems)
        if parameters["pay_group"] != nil {
            problems.add("a close pack is of no pay group", expected: "the parameter pay_group to be left out")
        }
    }

    static func load(for run: Run) throws -> ClosePack {
        guard run.period.granularity == .month else {
            throw Failure(
                .usage, "A close pack is of a month, and \(run.period) is none.", advice: "Write a month as 2026-04.")
        }
        let cycle = try LedgerSettings.load(for: run.company).cycle
        let pack = try run.store.read {
            try load(
                FiscalPeriod(beginningIn: run.period, in: cycle), company: run.company, at: run.knownAt, in: $0)
        }
        // It is sent once: a draft in its place would keep the final one back.
        guard pack.status.isFinal else {
            throw Failure(
                .refused,
                "\(pack.period) is \(pack.status.words): its figures can still change, and no pack is mailed.",
                advice: "Close it first, or write a draft with `steward ledger pack --period \(run.period)`.")
        }
        return pack.mailed()
    }

    var figures: [RunSummary.Figure] {
        [
            .init("fiscal period", "\(period)"), .init("state", status.words), .init("postings", "\(postingCount)"),
            .init("checks that fail", "\(brokenChecks.count)"),
        ]
    }

    func write(to path: String, from run: Run) throws {
        _ = try run.store.read { try write(to: path, in: $0) }
    }
}
