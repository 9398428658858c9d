import ArgumentParser
import Diagnostics
import Jobs
import Reports

/// `steward report send`: runs a job that mails reports.
struct ReportSend: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Make the report or the reports of a job for a period and mail them.",
        discussion: """
            A job of the kind report.send names one report or several, which go in one mail to each recipient.
            The same mail for the same period and recipient is sent once.

            EXAMPLE
              steward report send payroll-register-monthly --period 2026-04 --to "Ann Lee <ann@example.com>"
            """)

    @Argument(help: "The job, of the kind report.send.", completion: .jobs)
    var job: String

    @Option(help: "The period, e.g. 2026-04 or 2026-W15. Without it, the present one.", completion: .periods)
    var period: String?

    @Option(help: "Who gets it, in the place of whom the job names.")
    var to: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        guard declaration.kind == SendReport.name else {
            throw Failure(
                .usage, "The job \(job) is of the kind \(declaration.kind) and mails no reports.",
                advice: "Run it with `steward run \(job)`.")
        }
        try RunRequest(
            declaration: declaration, period: try RunRequest.period(period, of: declaration, in: context),
            parameters: declaration.parameters(with: to.map { ["to": $0] } ?? [:]),
            // Whether there is something to report is for the report to say.
            isHeldByNeeds: false
        ).run(in: context)
    }
}
