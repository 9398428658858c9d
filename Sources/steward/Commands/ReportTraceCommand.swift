import ArgumentParser
import Diagnostics
import Reports

/// `steward report trace`: the rows behind a cell.
struct ReportTraceCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Print the rows that a cell of a report was made of.",
        discussion: """
            The report is made again as of the time at which it was made; then those rows of its \
            query are asked for that came into the cell. Cells are named as Excel shows them; the single \
            quotes keep the shell from reading the !.

            EXAMPLES
              steward report trace 12 'Month!E7'
              steward report trace 12 'Cover!C5' --report payroll-cost
              steward report trace payroll-cost 'Month!E7' --period 2026-04 --as-of 2026-04-28T06:00:00Z
            """)

    @OptionGroup var making: ReportMaking

    @Argument(help: "The cell: 'Month!E7', 'Set aside!B3'.")
    var cell: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let engine = try making.engine(in: context, store)
        let trace = try ReportTrace.follow(CellAddress(cell), in: engine, store: store)
        var details = Details()
        details.add("report", engine.report.name)
        details.add("as of", "\(engine.asOf)")
        details.add("cell", cell)
        if let repeated = trace.repeated { details.add("repeats", repeated) }
        details.add("row", trace.row)
        details.add("column", trace.column.fullTitle)
        details.add("value", trace.column.text(of: trace.value))
        if let formula = trace.formula {
            details.add("formula", formula)
            for input in trace.inputs { details.add("  \(input.column.key)", input.column.text(of: input.value)) }
        }
        details.add("rows", trace.rows.count + trace.hiddenRowCount)
        var table = Table(
            columns: trace.columns.map { .init($0.title, key: $0.key, $0.isNumeric ? .right : .left) })
        table.rows = trace.rows.map { row in
            zip(trace.columns, row).map { column, value in
                if case .money(let money) = value { .money(money) } else { .text(column.text(of: value)) }
            }
        }
        details.add(section: "Rows", key: "rows", table)
        details.mainSection = "rows"
        context.printer.print(details)
        if trace.hiddenRowCount > 0 {
            context.printer.say("\n\(trace.hiddenRowCount) more rows are not shown.")
        }
    }
}
