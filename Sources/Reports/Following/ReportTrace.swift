import Diagnostics
import Foundation
import Store

/// The rows behind a cell of a report, as of the time at which it was made.
package struct ReportTrace: Sendable {
    /// Of a figure of the cover: the sheet and the cell that it repeats, or the sheet alone where it stands in none.
    package var repeated: String?
    /// The words of the row: its first texts, or what it sums up.
    package var row: String
    package var column: ReportColumn
    package var value: ReportValue
    /// How the column is computed; nil where it is a plain value.
    package var formula: String?
    /// What the formula reads: other cells of the row, and parameters.
    package var inputs: [(column: ReportColumn, value: ReportValue)]
    /// The columns of the rows behind it, and these.
    package var columns: [ReportColumn]
    package var rows: [[ReportValue]]
    /// The column of them that the cell is the sum of; nil where it is none.
    package var summed: Int?
    /// Rows that are not shown.
    package var hiddenRowCount: Int

    /// Rows that are read at most.
    package static let maximumRows = 10_000

    /// Follows a cell of the workbook that the engine makes.
    package static func follow(_ cell: CellAddress, in engine: ReportEngine, store: Store) throws -> ReportTrace {
        let found = try TracedCell.find(cell, in: engine, store: store)
        return try store.read { connection in try trace(found, engine, dialect: store.dialect, in: connection) }
    }

    private static func trace(
        _ cell: TracedCell, _ engine: ReportEngine, dialect: Dialect, in connection: Connection
    ) throws -> ReportTrace {
        let (plan, row) = (cell.plan, cell.row)
        let behind = try TraceQuery(plan, cell.origin, cell.column, engine, dialect: dialect).rows(in: connection)
        let visible = plan.columns.indices.filter { !plan.columns[$0].isHidden }
        var formula: String?
        var inputs: [(column: ReportColumn, value: ReportValue)] = []
        if case .formula(let text) = plan.columns[cell.column].source {
            formula = text.text
            for name in plan.formulas.items.first(where: { $0.column == cell.column })?.formula.inputNames ?? [] {
                if let place = visible.firstIndex(where: { plan.columns[$0].key == name }),
                    row.values.indices.contains(place)
                {
                    inputs.append((plan.shown[visible[place]], row.values[place]))
                } else if let parameter = engine.arguments.values.first(where: { $0.parameter.name == name }) {
                    inputs.append((ReportColumn(name, parameter.parameter.title, .text), .text(parameter.value.text)))
                }
            }
        }
        return ReportTrace(
            repeated: cell.repeated, row: label(of: row, visible.map { plan.shown[$0] }),
            column: plan.shown[cell.column], value: cell.value, formula: formula, inputs: inputs,
            columns: behind.columns, rows: behind.rows, summed: behind.summed, hiddenRowCount: behind.hiddenRowCount)
    }

    /// What a row is of: its words, or the cells before its first figure.
    private static func label(of row: ReportRow, _ columns: [ReportColumn]) -> String {
        guard row.text.isEmpty else { return row.text }
        return zip(columns, row.values).prefix { column, _ in
            switch column.content {
            case .money, .number, .percent: false
            case .integer: column.total != .sum
            case .text, .date, .instant, .boolean: true
            }
        }
        .map { column, value in column.content == .integer ? value.plainText : column.text(of: value) }
        .filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
