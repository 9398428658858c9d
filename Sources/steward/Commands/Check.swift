import ArgumentParser
import Calendars
import Daemon
import Diagnostics
import Jobs
import Ledger
import Payroll
import Reports

/// `steward check`: all of the configuration, all errors at once.
struct Check: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check all of config/ and jobs/; report every error with its place.")

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        var problems = ProblemList()
        let payroll =
            PayrollConfiguration.isDeclared(for: context.company)
            ? PayrollConfiguration.load(for: context.company, problems: &problems) : nil
        var jobProblems = ProblemList()
        let jobs = JobCatalog.load(for: context.company, kinds: Application.kinds, problems: &jobProblems)
        var ledgerProblems = ProblemList()
        let ledger = LedgerSettings.load(for: context.company, problems: &ledgerProblems)
        _ = RecurringEntryFile.load(for: context.company, problems: &ledgerProblems)
        let reports = ReportCatalog.load(for: context.company)
        let budget = budget(ledger, context.company, problems: &ledgerProblems)
        // A job is checked against the configuration, whose errors were told already.
        for found in [ledgerProblems, jobProblems, reports.problems] {
            let known = Set(problems.problems)
            problems.add(contentsOf: found.problems.filter { !known.contains($0) })
        }
        _ = DaemonSettings.load(for: context.company, processors: 1, problems: &problems)
        let users = UserDirectory.load(for: context.company, problems: &problems)
        if problems.isEmpty { users.check(jobs.jobs, problems: &problems) }
        try problems.throwIfAny(consequence: "no job runs until all is correct")
        var details = Details()
        details.add("company", context.company.settings.name)
        details.add("store", "\(context.company.settings.store)")
        details.add("jobs", jobs.jobs.count)
        details.add("reports", reports.reports.count)
        details.add(
            "books from", key: "first_period", ledger?.firstPeriod.map { "\($0)" } ?? "(no \(LedgerSettings.file))")
        details.add("budget rows", budget?.rows.count ?? 0)
        details.add("pay groups", payroll?.payGroups.count ?? 0)
        details.add("components", payroll?.plan.components.count ?? 0)
        let packs = payroll?.packs.packs.map(\.name) ?? []
        details.add(
            "packs", text: packs.isEmpty ? "(none)" : packs.joined(separator: ", "),
            json: .array(packs.map(JSONValue.string)))
        let warnings = Self.warnings(of: jobs, at: context.clock.now())
        details.add(section: "Warnings", key: "warnings", Self.table(of: warnings))
        context.printer.print(details)
        context.printer.say(
            warnings.isEmpty
                ? "\nNo errors." : "\nNo errors, \(warnings.count) warning\(warnings.count == 1 ? "" : "s").")
    }

    /// The budgets, and whom the close pack goes to; nil where the books themselves cannot be read.
    private func budget(
        _ ledger: LedgerSettings?, _ company: Company, problems: inout ProblemList
    ) -> Budget? {
        var chartProblems = ProblemList()
        guard let ledger, let chart = ChartOfAccounts.load(for: company, problems: &chartProblems) else { return nil }
        ClosePackStep.check(ledger, problems: &problems)
        return BudgetFiles.load(for: company, chart, ledger.cycle, problems: &problems)
    }

    /// What is allowed and probably not meant, by job.
    private static func warnings(of jobs: JobCatalog, at now: Instant) -> [(job: JobDeclaration, ScheduleWarning)] {
        jobs.jobs.flatMap { job in
            (job.schedule?.schedule.warnings(asOf: now) ?? []).map { (job, $0) }
        }
    }

    private static func table(of warnings: [(job: JobDeclaration, ScheduleWarning)]) -> Table {
        var table = Table(columns: [.init("Job"), .init("File"), .init("Warning", key: "code"), .init("Text")])
        table.rows = warnings.map { job, warning in
            [
                .text(job.name), .text("\(job.locations["schedule"]?.description ?? job.file)"), .text(warning.code),
                .text(warning.text),
            ]
        }
        return table
    }
}
