import ArgumentParser
import Reports

/// `steward report list`: the reports there are.
struct ReportList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the reports of config/reports.",
        discussion: """
            EXAMPLE
              steward report list
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let catalog = ReportCatalog.load(for: context.company)
        var table = Table(columns: [
            .init("Report"), .init("Title"), .init("Parameters"), .init("Sheets"),
            .init("Roles", visibility: .whereFilled),
        ])
        table.rows = catalog.reports.map { report in
            [
                .text(report.name), .text(report.title),
                .text(report.parameters.map(\.name).joined(separator: ", ")),
                .text(report.sheets.map(\.name).joined(separator: ", ")),
                .text(report.roles.joined(separator: ", ")),
            ]
        }
        context.printer.print(table, orSay: "No reports: there is no file in \(ReportCatalog.folder).")
        let wrong = catalog.mistakes.keys.sorted()
        try catalog.problems.throwIfAny(consequence: "left out of the list: \(wrong.joined(separator: ", "))")
    }
}
