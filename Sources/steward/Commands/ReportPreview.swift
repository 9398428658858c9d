import ArgumentParser
import Diagnostics
import Jobs
import Reports

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `steward report preview`: shows a report as pictures of its pages.
struct ReportPreview: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Make pictures of a report's pages, to look at it before it is sent.",
        discussion: """
            Each page becomes a PNG in the folder, which is made where it is missing: payroll-cost-01.png and so on.
            Nothing is opened.

            EXAMPLES
              steward report preview payroll-cost --period 2026-04
              steward report preview trial-balance --period 2026-04 --folder pictures --dots 150
            """)

    @Argument(help: "The report.", completion: .reports)
    var report: String

    @OptionGroup var question: ReportOptions

    @Option(help: ArgumentHelp("Where the pictures are put.", valueName: "folder"), completion: .directory)
    var folder = "."

    @Option(help: ArgumentHelp("Dots per inch, from 36 to 300.", valueName: "number"))
    var dots = 110

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (36...300).contains(dots) else {
            throw ValidationError("--dots \(dots) is not from 36 to 300.")
        }
    }

    func execute(in context: CommandContext) throws {
        let engine = try question.engine(of: report, in: context)
        Interruption.listen()
        let store = try context.openStore()
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw Failure(
                .failed, "The folder \(folder) cannot be made: \(String(cString: strerror(errno))).",
                advice: "Name one in a folder that exists and that you may write in.")
        }
        let renderer = PictureRenderer(folder: folder, dotsPerInch: dots)
        let outcome = try engine.render(to: renderer, in: store)
        var table = Table(columns: [.init("Picture")])
        table.rows = renderer.files.map { [.text($0)] }
        context.printer.print(table)
        for note in outcome.notes { context.printer.say(note) }
        context.printer.say("\nNext: the report as a file with `steward report run \(engine.report.name) -o FILE.pdf`.")
    }
}
