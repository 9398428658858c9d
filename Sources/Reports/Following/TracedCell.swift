import Diagnostics
import Foundation
import Spreadsheets
import Store

/// A cell that is followed: the row in which it stands, and what that was made of.
struct TracedCell {
    var plan: SheetPlan
    var row: ReportRow
    var origin: ReportOrigin
    /// Among the columns of the plan.
    var column: Int
    var value: ReportValue
    /// Of a figure of the cover: what it repeats.
    var repeated: String?

    /// Makes the workbook again, into a file that is thrown away, and looks at what comes by.
    ///
    /// - Throws: what is there instead of a figure, and what to name.
    static func find(_ cell: CellAddress, in engine: ReportEngine, store: Store) throws -> TracedCell {
        let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let renderer = WorkbookRenderer(path: path)
        var search = try CellSearch(cell, engine)
        let outcome = try engine.render(to: renderer, in: store) { index, plan, row, origin in
            search.see(row, origin, plan, index, in: renderer)
        }
        if cell.isOn(WorkbookRenderer.coverName), let place = renderer.firstFigureRow {
            return try search.figure(at: cell.row - place, outcome, firstRow: place)
        }
        return try search.result()
    }
}

/// Looks for one cell while the rows of a workbook go by.
private struct CellSearch {
    private let cell: CellAddress
    private let engine: ReportEngine
    private var found: (row: Seen, shown: Int?)?
    /// The sheets, in order, each with the row in which its first line stands.
    private var sheets: [(name: String, firstRow: Int)] = []
    /// By the place of a figure in the declaration: the text of the row that it names; nil where it names none.
    private let rowsOfFigures: [String?]
    /// By the place of a figure: the row that it repeats.
    private var figures: [Int: Seen] = [:]
    /// By the place of a sheet in the declaration.
    private var plans: [Int: (name: String, plan: SheetPlan)] = [:]

    private struct Seen {
        var sheet: String
        /// Counted from 1.
        var number: Int
        var plan: SheetPlan
        var row: ReportRow
        var origin: ReportOrigin
        /// Where the column stands in the sheet that is asked for.
        var place: Int?
    }

    init(_ cell: CellAddress, _ engine: ReportEngine) throws {
        self.cell = cell
        self.engine = engine
        let values = try engine.arguments.queryValues(of: engine.company, asOf: engine.asOf)
        rowsOfFigures = engine.report.figures.map { $0.row.map(values.filled) }
    }

    mutating func see(
        _ row: ReportRow, _ origin: ReportOrigin, _ plan: SheetPlan, _ index: Int, in renderer: WorkbookRenderer
    ) {
        guard let last = renderer.lastRow else { return }
        if sheets.last?.name != last.sheet { sheets.append((last.sheet, last.row)) }
        var seen: Seen { Seen(sheet: last.sheet, number: last.row, plan: plan, row: row, origin: origin) }
        guard cell.isOn(WorkbookRenderer.coverName) else {
            if cell.isOn(last.sheet), last.row == cell.row { found = (seen, renderer.column(at: cell.column)) }
            return
        }
        if plans[index] == nil { plans[index] = (last.sheet, plan) }
        for (number, figure) in engine.report.figures.enumerated() where figure.sheet == index {
            let isMeant =
                if let wanted = rowsOfFigures[number] {
                    figures[number] == nil && !row.values.isEmpty
                        && (row.kind == .row ? row.values.first == .text(wanted) : row.text == wanted)
                } else {
                    row.kind == .total
                }
            guard isMeant else { continue }
            figures[number] = seen
            figures[number]?.place = Self.visible(plan).firstIndex { plan.columns[$0].key == figure.column }
                .map(renderer.place)
        }
    }

    /// The columns that are shown, among those of the plan.
    private static func visible(_ plan: SheetPlan) -> [Int] {
        plan.columns.indices.filter { !plan.columns[$0].isHidden }
    }

    func result() throws -> TracedCell {
        guard let sheet = sheets.first(where: { cell.isOn($0.name) }) else {
            let names = sheets.map(\.name)
            throw Failure(
                .notFound,
                "\(engine.report.name) has no sheet \"\(cell.sheet)\"."
                    + Suggestion.question(for: cell.sheet, among: names),
                advice: "Its sheets are: \(names.joined(separator: ", ")).")
        }
        guard let (seen, shown) = found, let shown else {
            let place =
                found != nil
                ? "that column" : cell.row < sheet.firstRow ? "row \(cell.row), among the headings," : "row \(cell.row)"
            throw Failure(
                .notFound, "There is no figure in \(place) of sheet \"\(sheet.name)\" of \(engine.report.name).",
                advice:
                    "Name the cell as Excel shows it; columns are letters, and rows count from the top of the sheet.")
        }
        let visible = Self.visible(seen.plan)
        guard visible.indices.contains(shown), !seen.row.values.isEmpty else {
            throw Failure(
                .usage, "The cell holds words of the report and no figure: \"\(seen.row.text)\".",
                advice: "Name a cell of a row of data or of sums.")
        }
        return TracedCell(
            plan: seen.plan, row: seen.row, origin: seen.origin, column: visible[shown], value: seen.row.values[shown],
            repeated: nil)
    }

    /// The cell that a figure of the cover repeats, or the total that no row of the sheet shows.
    func figure(at index: Int, _ outcome: ReportEngine.Outcome, firstRow: Int) throws -> TracedCell {
        let shownFigures = outcome.end.figures
        guard shownFigures.indices.contains(index), (1...2).contains(cell.column) else {
            throw Failure(
                .usage, "The cover repeats what stands on the sheets; there is no figure to follow in that cell.",
                advice: "Name C\(firstRow)"
                    + (shownFigures.count > 1 ? " to C\(firstRow + shownFigures.count - 1)" : "")
                    + " of the cover, or a cell of one of the sheets: \(sheets.map(\.name).joined(separator: ", ")).")
        }
        let declared = engine.report.figures[index]
        guard let (sheet, plan) = plans[declared.sheet],
            let column = plan.columns.firstIndex(where: { $0.key == declared.column })
        else { throw Failure(.notFound, "The figure is of a sheet without rows.") }
        if let seen = figures[index], let place = seen.place,
            let shown = Self.visible(plan).firstIndex(of: column), seen.row.values.indices.contains(shown)
        {
            return TracedCell(
                plan: plan, row: seen.row, origin: seen.origin, column: column, value: seen.row.values[shown],
                repeated: "\(sheet)!\(CellReference.cell(row: seen.number - 1, column: place))")
        }
        guard declared.row == nil else {
            throw Failure(.notFound, "The sheet \(sheet) has no row \"\(rowsOfFigures[index] ?? "")\" for the figure.")
        }
        return TracedCell(
            plan: plan, row: ReportRow(.total, text: plan.sheet.totalLabel),
            origin: ReportOrigin(kind: .total, keys: [], through: nil), column: column,
            value: shownFigures[index].value,
            repeated: nil)
    }
}
