import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Reports

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `steward report run`: makes a report.
struct ReportRun: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Make a report: on the screen, or as a file.",
        discussion: """
            Without --output it is shown here; with it, the file's extension says the form: xlsx, pdf, html,
            csv, json or txt.
            --as-of makes it with what was known at that time: the same time gives the same bytes.

            EXAMPLES
              steward report run payroll-cost --set period=2026-04
              steward report run trial-balance --set period=2026-04 -o april.xlsx
              steward report run trial-balance --set period=2026-04 -o april.pdf
              steward report run payroll-cost --set period=2026-04 --as-of 2026-04-28T06:00:00Z -o april.xlsx
            """)

    @Argument(help: "The report.")
    var report: String

    @Option(name: .long, help: ArgumentHelp("A parameter of the report.", valueName: "name=value"))
    var set: [String] = []

    @Option(name: .long, help: ArgumentHelp("What was known at this time: 2026-04-28T06:00:00Z.", valueName: "time"))
    var asOf: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"),
        completion: .file(extensions: ["xlsx", "pdf", "html", "csv", "json", "txt"]))
    var output: String?

    @Option(help: ArgumentHelp("The form, where the file's name does not say it.", valueName: "format"))
    var format: ReportFormat?

    @Option(help: "The sheet, for CSV of a report that has several.")
    var sheet: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let declaration = try ReportCatalog.load(for: context.company).report(report)
        let engine = try ReportEngine(
            declaration, given: RunRequest.parameters(set), of: context.company,
            asOf: try ReportAsOf.instant(asOf, in: context),
            for: try declaration.reader(account: context.person, in: UserDirectory.load(for: context.company)))
        let store = try context.openStore()
        guard let output else {
            let form =
                format ?? (context.printer.format == .json ? .json : context.printer.format == .csv ? .csv : .text)
            let sink = ReportFileSink(descriptor: STDOUT_FILENO)
            _ = try engine.render(to: try form.renderer(to: sink, sheet: sheet), in: store)
            return
        }
        let form = try format ?? ReportFormat(of: output)
        let outcome = try engine.render(to: try form.renderer(path: output, sheet: sheet), in: store)
        var details = Details()
        details.add("file", output)
        details.add("report", declaration.name)
        for fact in outcome.heading.parameters { details.add(fact.label.lowercased(), fact.value) }
        details.add("as of", "\(engine.asOf)")
        details.add("rows", outcome.end.rowCount)
        for figure in outcome.end.figures { details.add(figure.label.lowercased(), figure.text) }
        details.add("digest", outcome.end.digest)
        context.printer.print(details)
        for note in outcome.notes { context.printer.say(note) }
        context.printer.say("\nNext: the same again, to the byte, with `\(outcome.heading.command)`.")
    }
}

extension ReportFormat: ExpressibleByArgument {}

/// The time as of which reports are made.
enum ReportAsOf {
    static func instant(_ text: String?, in context: CommandContext) throws -> Instant {
        let now = context.clock.now()
        guard let text else { return now }
        guard let instant = Instant(text) else {
            throw Failure(
                .usage, "\"\(text)\" is no time.", advice: "Write it as 2026-04-28T06:00:00Z.")
        }
        guard instant <= now else {
            throw Failure(
                .usage, "\(text) is not past yet.", advice: "A report says what was known; leave --as-of out.")
        }
        return instant
    }
}
