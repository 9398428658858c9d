import ArgumentParser
import Payroll
import People

/// `steward import employees`: one row for each employee.
struct ImportEmployees: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "employees", abstract: "Import employees: one row each, one column for each field.",
        discussion: """
            Columns: employee_id, name, start_date, pay_group and any field that `steward check` knows; effective_from \
            says since when a changed value holds. All of the file is imported, or nothing.

            EXAMPLE
              steward import employees people.csv --dry-run
            """)

    @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"]))
    var file: String

    @Flag(help: "Check everything and say what would be imported; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let catalog = try PayrollConfiguration.load(for: context.company).catalog
        try FileImport(context: context, catalog: catalog, isDryRun: dryRun).run { now, connection in
            try EmployeeImport(catalog: catalog).plan(
                path: file, shownAs: FileImport.shownName(file), knownAt: now, in: connection)
        }
    }
}
