import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Reports
import Store

/// Which making of a report a command is about: a run that mailed it, or a report by name with what it was made with.
struct ReportMaking: ParsableArguments {
    @Argument(help: ArgumentHelp("The run that mailed it, or the name of a report.", valueName: "run or report"))
    var making: String

    @Option(name: .long, help: ArgumentHelp("A parameter of a report that is named.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("As of when a report that is named was made: 2026-04-28T06:00:00Z.", valueName: "time"))
    var asOf: String?

    /// What makes it again.
    func engine(in context: CommandContext, _ store: Store) throws -> ReportEngine {
        if Int64(making) != nil { return try Self.engine(ofRun: making, in: context, store) }
        let declaration = try ReportCatalog.load(for: context.company).report(making)
        return try ReportEngine(
            declaration, given: RunRequest.parameters(set), of: context.company,
            asOf: try ReportAsOf.instant(asOf, in: context),
            for: try declaration.reader(account: context.person, in: UserDirectory.load(for: context.company)))
    }

    static func engine(ofRun text: String, in context: CommandContext, _ store: Store) throws -> ReportEngine {
        guard let reference = RunRecords.Reference(text) else {
            throw Failure(.usage, "\"\(text)\" is no run.", advice: "Give the number of a run of the kind report.send.")
        }
        let record = try context.find(reference, in: store)
        return try SentReport.engine(
            of: record, person: context.person, company: context.company,
            users: UserDirectory.load(for: context.company))
    }
}
