import ArgumentParser
import Payroll
import People

/// `steward import facts`: one row for each thing that is known of an employee since a day.
struct ImportFacts: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts", abstract: "Import facts: employee, field, value, since when, until when.",
        discussion: """
            Columns: employee_id, field, value, effective_from and effective_to. Hours, bonuses and other occurrences \
            count in the pay period that holds effective_from. An empty value takes the field's value away.

            EXAMPLE
              steward import facts hours-2026-W15.csv
            """)

    @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"]))
    var file: String

    @Flag(help: "Check everything and say what would be imported; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let catalog = try PayrollConfiguration.load(for: context.company).catalog
        try FileImport(context: context, catalog: catalog, isDryRun: dryRun).run { now, connection in
            try FactImport(catalog: catalog).plan(
                path: file, shownAs: FileImport.shownName(file), knownAt: now, in: connection)
        }
    }
}
