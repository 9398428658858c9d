import Diagnostics
import Foundation
import Store

/// The rows behind a cell of a report, as of the time at which it was made.
package struct ReportTrace: Sendable {
    /// `Cost by cost centre, April 2026`
    package var sheet: String
    /// The words of the row: its first texts, or what it sums up.
    package var row: String
    package var column: ReportColumn
    package var value: ReportValue
    /// How the column is computed; nil where it is a plain value.
    package var formula: String?
    /// The other cells of the row, which a formula reads.
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
        let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let renderer = WorkbookRenderer(path: path)
        var found: (plan: SheetPlan, row: ReportRow, origin: ReportOrigin, column: Int?)?
        var sheets: [String] = []
        _ = try engine.render(to: renderer, in: store) { _, plan, row, origin in
            guard let last = renderer.lastRow else { return }
            if sheets.last != last.sheet { sheets.append(last.sheet) }
            if last.sheet == cell.sheet, last.row == cell.row {
                found = (plan, row, origin, renderer.column(at: cell.column))
            }
        }
        guard sheets.contains(cell.sheet) else {
            throw Failure(
                .notFound,
                "\(engine.report.name) has no sheet \"\(cell.sheet)\"."
                    + Suggestion.question(for: cell.sheet, among: sheets),
                advice: "Its sheets are: \(sheets.joined(separator: ", ")).")
        }
        guard let found, let shown = found.column else {
            let place = found == nil ? "row \(cell.row)" : "that column"
            throw Failure(
                .notFound, "There is no figure in \(place) of sheet \"\(cell.sheet)\" of \(engine.report.name).",
                advice:
                    "Name the cell as Excel shows it; columns are letters, and rows count from the top of the sheet.")
        }
        let visible = found.plan.columns.indices.filter { !found.plan.columns[$0].isHidden }
        guard visible.indices.contains(shown), !found.row.values.isEmpty else {
            throw Failure(
                .usage, "The cell holds words of the report and no figure: \"\(found.row.text)\".",
                advice: "Name a cell of a row of data or of sums.")
        }
        return try store.read { connection in
            try trace(
                found.plan, found.row, found.origin, visible[shown], shown, engine, dialect: store.dialect,
                in: connection)
        }
    }

    private static func trace(
        _ plan: SheetPlan, _ row: ReportRow, _ origin: ReportOrigin, _ column: Int, _ shown: Int,
        _ engine: ReportEngine, dialect: Dialect, in connection: Connection
    ) throws -> ReportTrace {
        let behind = try TraceQuery(plan, origin, column, engine, dialect: dialect).rows(in: connection)
        let texts = zip(plan.shown, row.values).prefix { !$0.0.isNumeric }
            .map { $0.0.text(of: $0.1) }.filter { !$0.isEmpty }
        var formula: String?
        var inputs: [(column: ReportColumn, value: ReportValue)] = []
        if case .formula(let text) = plan.columns[column].source {
            formula = text.text
            let visible = plan.columns.indices.filter { !plan.columns[$0].isHidden }
            inputs = visible.enumerated().filter { text.text.contains(plan.columns[$0.element].key) }
                .map { (plan.shown[$0.element], row.values[$0.offset]) }
        }
        return ReportTrace(
            sheet: plan.sheet.name, row: row.text.isEmpty ? texts.joined(separator: ", ") : row.text,
            column: plan.shown[column], value: row.values[shown], formula: formula, inputs: inputs,
            columns: behind.columns, rows: behind.rows, summed: behind.summed, hiddenRowCount: behind.hiddenRowCount)
    }
}

/// Asks for the rows of a sheet's query that a cell was made of.
struct TraceQuery {
    struct Answer {
        var columns: [ReportColumn]
        var rows: [[ReportValue]]
        var summed: Int?
        var hiddenRowCount: Int
    }

    private let plan: SheetPlan
    private let column: ColumnDeclaration
    private let statement: BoundSQL
    private let facts: FactColumns
    private let isOneRow: Bool

    init(
        _ plan: SheetPlan, _ origin: ReportOrigin, _ index: Int, _ engine: ReportEngine, dialect: Dialect
    ) throws {
        self.plan = plan
        column = plan.columns[index]
        facts = FactColumns(plan, engine.company.settings.currency)
        // Rows that are told apart by nothing are each other's like.
        isOneRow = origin.kind == .row && !plan.sheet.isAggregated
        let values = try engine.arguments.queryValues(of: engine.company, asOf: engine.asOf)
        var sql = try SheetPlan.head(plan.sheet, values, try engine.source(dialect))
        sql.text += "SELECT fact.* FROM facts AS fact WHERE 1 = 1"
        for (name, value) in Self.keys(plan, origin) {
            if value.isEmpty {
                sql.text += " AND fact.\(name) IS NULL"
            } else {
                sql.text += " AND fact.\(name) = ?"
                sql.arguments.append(value.stored)
            }
        }
        if let through = origin.through, let order = plan.sheet.groups.first?.order {
            sql.text += " AND fact.\(order) <= ?"
            sql.arguments.append(through)
        }
        if let condition = try SheetPlan.condition(column, values) {
            sql.text += " AND ("
            sql.append(condition)
            sql.text += ")"
        }
        statement = sql
    }

    private static func keys(_ plan: SheetPlan, _ origin: ReportOrigin) -> [(name: String, value: ReportValue)] {
        switch origin.kind {
        case .row: Array(zip(plan.keys, origin.keys)).map { ($0.0, $0.1) }
        case .subtotal: zip(plan.sheet.groups, origin.keys).map { ($0.0.column, $0.1) }
        case .groupHeading, .running, .total, .note: []
        }
    }

    func rows(in connection: Connection) throws -> Answer {
        var answer = Answer(columns: [], rows: [], summed: nil, hiddenRowCount: 0)
        try connection.forEach(statement.text, arguments: statement.arguments) { row in
            if answer.columns.isEmpty {
                answer.columns = facts.columns(of: row)
                answer.summed = summedName.flatMap { name in answer.columns.firstIndex { $0.key == name } }
            }
            guard answer.rows.count < (isOneRow ? 1 : ReportTrace.maximumRows) else {
                if !isOneRow { answer.hiddenRowCount += 1 }
                return
            }
            answer.rows.append(try answer.columns.indices.map { try FactColumns.value(row, $0, answer.columns[$0]) })
        }
        return answer
    }

    /// The column of the query that the cell adds up.
    private var summedName: String? {
        switch column.source {
        case .sum(let name, _): name
        case .plain(let name): column.total == .sum ? name : nil
        case .count, .formula: nil
        }
    }
}

extension ReportValue {
    /// As the store keeps it; nil for nothing.
    var stored: (any SQLBindable)? {
        switch self {
        case .empty: nil
        case .text(let text): text
        case .date(let date): date
        case .instant(let instant): instant.microseconds
        case .money(let money): money.minorUnits
        case .number(let decimal), .percent(let decimal): "\(decimal)"
        case .integer(let integer): integer
        case .boolean(let boolean): boolean
        }
    }
}
