import ArgumentParser
import Diagnostics
import Jobs
import Reports
import Store

/// Which making of a report a command is about: a run that mailed it, or a report by name with what it was made with.
struct ReportMaking: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The run that mailed it, or the name of a report.", valueName: "run or report"),
        completion: .reports)
    var making: String

    @Option(
        name: .long, help: ArgumentHelp("Which report of a run that mailed several.", valueName: "name"),
        completion: .reports)
    var report: String?

    @OptionGroup var options: ReportOptions

    /// What makes it again.
    func engine(in context: CommandContext, _ store: Store) throws -> ReportEngine {
        guard Int64(making) != nil else { return try options.engine(of: making, in: context) }
        guard options.given.isEmpty, options.asOf == nil else {
            throw Failure(
                .usage, "A run knows what its report was made with.", advice: "Leave --period, -p and --as-of out.")
        }
        return try Self.engine(ofRun: making, report: report, in: context, store)
    }

    static func engine(
        ofRun text: String, report: String?, in context: CommandContext, _ store: Store
    ) throws -> ReportEngine {
        guard let reference = RunRecords.Reference(text) else {
            throw Failure(.usage, "\"\(text)\" is no run.", advice: "Give the number of a run of the kind report.send.")
        }
        let record = try context.find(reference, in: store)
        return try SentReport.engine(
            of: record, report: report, person: context.person, company: context.company,
            users: UserDirectory.load(for: context.company))
    }
}
