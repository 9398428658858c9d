import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Reports

/// What a report by name is made with.
struct ReportOptions: ParsableArguments {
    @Option(help: "The period, of a report that has one: 2026-04.", completion: .periods)
    var period: String?

    @Option(name: .short, help: ArgumentHelp("A parameter of the report; may be repeated.", valueName: "name=value"))
    var parameter: [String] = []

    @Option(name: .long, help: ArgumentHelp("What was known at this time: 2026-04-28T06:00:00Z.", valueName: "time"))
    var asOf: String?

    /// What the report is given, as `name=value`.
    var given: [String] { (period.map { ["period=\($0)"] } ?? []) + parameter }

    /// What makes the report, with the rows that the person may see.
    func engine(of report: String, in context: CommandContext) throws -> ReportEngine {
        let declaration = try ReportCatalog.load(for: context.company).report(report)
        return try ReportEngine(
            declaration, given: RunRequest.parameters(given), of: context.company,
            asOf: try time(in: context),
            for: try declaration.reader(account: context.person, in: UserDirectory.load(for: context.company)))
    }

    private func time(in context: CommandContext) throws -> Instant {
        let now = context.clock.now()
        guard let asOf else { return now }
        guard let instant = Instant(asOf) else {
            throw Failure(.usage, "\"\(asOf)\" is no time.", advice: "Write it as 2026-04-28T06:00:00Z.")
        }
        guard instant <= now else {
            throw Failure(
                .usage, "\(asOf) is not past yet.", advice: "A report says what was known; leave --as-of out.")
        }
        return instant
    }
}
