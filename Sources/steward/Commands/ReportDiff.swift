import ArgumentParser
import Diagnostics
import Reports

/// `steward report diff`: what changed between two makings of a report.
struct ReportDiff: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what differs between the reports of two runs, and in which rows.",
        discussion: """
            Source rows are those that the queries of the sheets gave to one side only: they made the changes.

            EXAMPLE
              steward report diff 12 19
            """)

    @Argument(help: "The earlier run of the kind report.send.", completion: .runs)
    var before: String

    @Argument(help: "The later one.", completion: .runs)
    var after: String

    @Option(
        name: .long, help: ArgumentHelp("Which report of runs that mailed several.", valueName: "name"),
        completion: .reports)
    var report: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let first = try ReportMaking.engine(ofRun: before, report: report, in: context, store)
        let second = try ReportMaking.engine(ofRun: after, report: report, in: context, store)
        guard first.report.name == second.report.name else {
            throw Failure(
                .usage, "Run \(before) mailed \(first.report.name) and run \(after) \(second.report.name).",
                advice: "Compare two runs of one report.")
        }
        let difference = try ReportDifference.between(first, second, in: store)
        var details = Details()
        details.add("report", first.report.name)
        details.add(
            "digests", text: nil,
            json: .array([.string(difference.before.end.digest), .string(difference.after.end.digest)]))
        details.add("changes", difference.changes.count + difference.hiddenCount)
        var table = Table(columns: [
            .init("Sheet"), .init("What"), .init("Row"), .init("Column", visibility: .whereFilled),
            .init("Before", .right, visibility: .whereFilled), .init("After", .right, visibility: .whereFilled),
        ])
        table.rows = difference.changes.map {
            [
                .text($0.sheet), .text($0.kind.rawValue), .text($0.row), .text($0.column), .text($0.before),
                .text($0.after),
            ]
        }
        details.add(section: "Changes", key: "change_rows", table)
        var sources = Table(columns: [.init("Sheet"), .init("Row"), .init("Side"), .init("Source row")])
        sources.rows = difference.sources.map {
            [.text($0.sheet), .text($0.row), .text($0.side.rawValue), .text($0.values)]
        }
        details.add(section: "Source rows", key: "source_rows", sources)
        details.mainSection = "change_rows"
        context.printer.print(details)
        if difference.hiddenCount > 0 { context.printer.say("\n\(difference.hiddenCount) more changes are not shown.") }
        if difference.hiddenSourceCount > 0 {
            context.printer.say("\n\(difference.hiddenSourceCount) more source rows are not shown.")
        }
        if difference.changes.isEmpty { context.printer.say("\nThe two are the same.") }
    }
}
