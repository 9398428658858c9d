import ArgumentParser
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
            Without --output it is shown here; with it, the file's extension says the form: \
            xlsx, pdf, html, csv, json or txt.
            --as-of makes it with what was known at that time: the same time gives the same bytes.

            EXAMPLES
              steward report run payroll-cost --period 2026-04
              steward report run trial-balance --period 2026-04 -o april.xlsx
              steward report run trial-balance --period 2026-04 -o april.pdf
              steward report run payroll-cost --period 2026-04 --as-of 2026-04-28T06:00:00Z -o april.xlsx
            """)

    @Argument(help: "The report.", completion: .reports)
    var report: String

    @OptionGroup var question: ReportOptions

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
        let engine = try question.engine(of: report, in: context)
        Interruption.listen()
        let store = try context.openStore()
        guard let output else {
            let form =
                format ?? (context.printer.format == .json ? .json : context.printer.format == .csv ? .csv : .text)
            try requireSheet(of: engine, form)
            let sink = ReportFileSink(descriptor: STDOUT_FILENO)
            _ = try engine.render(
                to: try form.renderer(to: sink, sheet: sheet, lineCharacters: Terminal.terminalWidth), in: store)
            return
        }
        let form = try format ?? ReportFormat(of: output)
        try requireSheet(of: engine, form)
        let outcome = try engine.render(to: try form.renderer(path: output, sheet: sheet), in: store)
        var details = Details()
        details.add("file", output)
        details.add("report", engine.report.name)
        for fact in outcome.heading.parameters { details.add(fact.label.lowercased(), fact.value) }
        details.add("as of", "\(engine.asOf)")
        details.add("rows", outcome.end.rowCount)
        for figure in outcome.end.figures { details.add(figure.label.lowercased(), figure.text) }
        details.add("digest", outcome.end.digest)
        context.printer.print(details)
        for note in outcome.notes { context.printer.say(note) }
        context.printer.say("\nNext: the same again, to the byte, with `\(outcome.heading.command)`.")
    }

    /// CSV is of one sheet, which is named where there are several; what would not be heeded is refused.
    private func requireSheet(of engine: ReportEngine, _ form: ReportFormat) throws {
        guard form == .csv else {
            guard let sheet else { return }
            throw Failure(
                .usage, "--sheet \(sheet) is for CSV; a report as \(form.rawValue) has all its sheets.",
                advice: "Leave --sheet out, or make it CSV.")
        }
        let names = try engine.sheetNames
        guard let sheet else {
            guard names.count > 1 else { return }
            throw Failure(
                .usage, "The report has more than one sheet, and CSV is of one.",
                advice: "Name one with --sheet: \(names.joined(separator: ", ")).")
        }
        guard names.contains(sheet) else {
            throw Failure(
                .usage, "The report has no sheet \"\(sheet)\"." + Suggestion.question(for: sheet, among: names),
                advice: "Its sheets are: \(names.joined(separator: ", ")).")
        }
    }
}

extension ReportFormat: ExpressibleByArgument {}
