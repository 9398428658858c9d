import ArgumentParser
import Diagnostics
import Reports

/// `steward report show`: what a report says and what it wants to know.
struct ReportShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a report: its parameters, sheets and the views that it reads.",
        discussion: """
            Its queries are shown to the database, without rows; what it has against them is told with its place.

            EXAMPLE
              steward report show payroll-cost
            """)

    @Argument(help: "The report.", completion: .reports)
    var report: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let report = try ReportCatalog.load(for: context.company).report(report)
        var problems = ProblemList()
        let now = context.clock.now()
        let engine = ReportEngine(
            report, ReportArguments.samples(of: report, company: context.company, asOf: now), of: context.company,
            asOf: now)
        engine.check(in: try context.openStore(), problems: &problems)
        try problems.throwIfAny(consequence: "the report cannot be made")
        var details = Details()
        details.add("report", report.name)
        details.add("title", report.title)
        details.add("file", report.file)
        if !report.description.isEmpty { details.add("description", report.description) }
        details.add("for", report.roles.isEmpty ? "everybody" : report.roles.joined(separator: ", "))
        details.add("own rows", report.isByCostCentre ? "by cost centre" : nil)
        details.add("views", report.views.joined(separator: ", "))
        var parameters = Table(columns: [
            .init("Name"), .init("Type"), .init("Default"), .init("Meaning", visibility: .whereFilled),
        ])
        parameters.rows = report.parameters.map { parameter in
            [
                .text(parameter.name), .text(parameter.kind.rawValue), .text(parameter.standard ?? ""),
                .text(parameter.description),
            ]
        }
        details.add(section: "Parameters", key: "parameters", parameters)
        var sheets = Table(columns: [.init("Sheet"), .init("Columns")])
        sheets.rows = report.sheets.map { [.text($0.name), .text($0.columns.map(\.key).joined(separator: ", "))] }
        details.add(section: "Sheets", key: "sheets", sheets)
        context.printer.print(details)
        context.printer.say("\nNext: `steward report run \(report.name)`.")
    }
}
