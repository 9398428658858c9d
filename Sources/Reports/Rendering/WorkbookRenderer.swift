import Amounts
import Diagnostics
import Spreadsheets

/// Makes a report into an Excel workbook: a cover, then a sheet for each of the report's.
///
/// Rows of tables are streamed; statements, which are short, and the cover are kept until the end.
package final class WorkbookRenderer: ReportRenderer {
    private let path: String
    private var workbook: Workbook?
    private var heading: ReportHeading?
    private var cover: SummarySheet?
    private var sheet: (any WorkbookSheet)?
    /// What the cover says of each sheet.
    private var contents: [(name: String, title: String, rowCount: Int)] = []
    private var charts: [ReportChart] = []
    private var sheetNotes: [String] = []
    /// Rows of one sheet; fewer than Excel's only in tests.
    var maximumRows = ExcelLimits.rows

    static let coverName = "Cover"

    package init(path: String) { self.path = path }

    /// Where the row stands that was written last: the name of its sheet, and its number counted from 1.
    var lastRow: (sheet: String, row: Int)? { sheet?.lastRow }

    func column(at place: Int) -> Int? { sheet?.column(at: place) }

    /// Where a column of the report stands in the present sheet; both are counted from 0.
    func place(of column: Int) -> Int { sheet?.place(of: column) ?? column }

    /// The row of the cover in which the first figure stands, counted from 1; nil where there is none.
    private(set) var firstFigureRow: Int?
    /// The first figure of the workbook, as an example of what can be followed: `Month!C2`.
    private var firstFigure: String?
    /// Rows in which it is looked for; a sheet may have none.
    private var rowsToLookAt = 100

    package func begin(_ heading: ReportHeading) throws {
        self.heading = heading
        var custom: [(name: String, value: WorkbookProperties.CustomValue)] = [
            ("Report", .text(heading.name)), ("As of", .text("\(heading.asOf)")),
            ("Command", .text(heading.command)),
        ]
        if let run = heading.run { custom.append(("Run", .text("\(run)"))) }
        let workbook = try Workbook(
            path: path,
            WorkbookProperties(
                title: heading.title, subject: heading.subtitle, company: heading.company, created: heading.asOf,
                custom: custom))
        self.workbook = workbook
        cover = try workbook.addSummary(
            named: Self.coverName, title: heading.title,
            subtitle: [heading.company, heading.subtitle].filter { !$0.isEmpty }.joined(separator: ", "),
            page: PageSetup(.portrait, footer: footer))
    }

    private var footer: String {
        guard let heading else { return "" }
        return "\(heading.name), as of \(heading.asOf)" + (heading.run.map { ", run \($0)" } ?? "")
    }

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        guard let workbook else { return }
        let page = PageSetup(
            sheet.orientation == .landscape ? .landscape : .portrait,
            header: [heading?.title ?? "", sheet.title].filter { !$0.isEmpty }.joined(separator: ": "), footer: footer)
        switch sheet.style {
        case .table:
            self.sheet = try WorkbookTable(sheet, page, maximumRows: maximumRows, in: workbook)
        case .statement: self.sheet = try WorkbookStatement(sheet, page, in: workbook)
        }
        contents.append((self.sheet?.name ?? sheet.name, sheet.title, 0))
    }

    package func row(_ row: ReportRow) throws {
        try sheet?.row(row)
        if rowsToLookAt > 0, row.kind == .row { noteFirstFigure(row) }
    }

    private func noteFirstFigure(_ row: ReportRow) {
        rowsToLookAt -= 1
        guard let last = lastRow,
            let column = row.values.firstIndex(where: { value in
                switch value {
                case .money, .number, .percent: true
                default: false
                }
            })
        else { return }
        rowsToLookAt = 0
        firstFigure = last.sheet + "!" + CellReference.cell(row: last.row - 1, column: place(of: column))
    }

    package func endSheet(_ end: ReportSheetEnd) throws {
        for note in end.notes { try sheet?.row(ReportRow(.note, text: note)) }
        contents[contents.count - 1].rowCount = end.rowCount
        charts += end.charts
    }

    package func finish(_ end: ReportEnd) throws -> [String] {
        guard let workbook, let cover, let heading else { return [] }
        if !end.figures.isEmpty {
            firstFigureRow = cover.nextRow + 1
            try cover.addFigures(end.figures.map { ($0.label, $0.value.cell) })
        }
        for chart in charts { try add(chart, to: cover) }
        try cover.addTable(
            "Sheets", columns: [.text("Sheet"), .text("What it shows"), .integer("Rows")],
            rows: contents.map { sheet in
                [
                    .link(.cell(sheet: sheet.name, row: 0, column: 0), text: sheet.name), .text(sheet.title),
                    .integer(Int64(sheet.rowCount)),
                ]
            })
        for note in heading.notes { try cover.addFacts([("Note", .text(note))]) }
        var facts: [(name: String, value: Cell)] = heading.parameters.map { ($0.label, .text($0.value)) }
        facts.append(("As of", .instant(heading.asOf)))
        if let run = heading.run { facts.append(("Run", .integer(run))) }
        facts.append(("Made by", .text(heading.command)))
        if let firstFigure { facts.append(("Rows of a cell", .text(heading.traceCommand(of: firstFigure)))) }
        facts.append(("Digest", .text(end.digest)))
        try cover.addFacts(facts)
        let notes = try workbook.close()
        self.workbook = nil
        return notes.map(\.description)
    }

    package func discard() {
        workbook?.discard()
        workbook = nil
    }

    private func add(_ chart: ReportChart, to cover: SummarySheet) throws {
        let kind = Self.kind(of: chart.content)
        let table = try cover.addTable(
            chart.title,
            columns: [.text("")] + chart.series.map { Column($0.name, kind, isTotalled: false).quiet },
            rows: chart.categories.indices.map { index in
                [.text(chart.categories[index])] + chart.series.map { $0.values[index].cell }
            })
        let kindOfChart: SheetChart.Kind =
            switch chart.kind {
            case .column: .column
            case .bar: .bar
            case .line: .line
            }
        try cover.addChart(
            kindOfChart, chart.title, of: table, categories: "", values: chart.series.map(\.name))
    }

    static func kind(of content: ReportColumn.Content) -> Column.Kind {
        switch content {
        case .text: .text
        case .date: .date
        case .instant: .instant
        case .money(let currency): currency.map { .money($0) } ?? .anyMoney
        case .number(let places): .quantity(places: places)
        case .percent(let places): .rate(places: places)
        case .integer: .integer
        case .boolean: .boolean
        }
    }

    static func column(_ column: ReportColumn, isGrouped: Bool) -> Column {
        let title = isGrouped ? column.title : column.fullTitle
        let made = Column(
            title, kind(of: column.content), width: column.width, isTotalled: column.total == .sum)
        return column.warnsOfNegatives ? made : made.quiet
    }
}

extension ReportValue {
    var cell: Cell {
        switch self {
        case .empty: .empty
        case .text(let text): .text(text)
        case .date(let date): .date(date)
        case .instant(let instant): .instant(instant)
        case .money(let money): .money(money)
        case .number(let decimal): .quantity(Quantity(decimal))
        case .percent(let decimal): .rate(Rate(decimal))
        case .integer(let integer): .integer(integer)
        case .boolean(let boolean): .boolean(boolean)
        }
    }
}

extension ReportRow.Mark {
    var cellMark: CellMark {
        switch self {
        case .none: .none
        case .good: .good
        case .warning: .warning
        case .bad: .bad
        case .muted: .muted
        }
    }
}

/// A sheet of the workbook that takes a report's rows.
protocol WorkbookSheet: AnyObject {
    var name: String { get }
    var lastRow: (sheet: String, row: Int)? { get }
    func row(_ row: ReportRow) throws
    /// The column of the report that stands in a column of the sheet, both counted from 0.
    func column(at place: Int) -> Int?
    func place(of column: Int) -> Int
}

/// Rows to filter and to sort, or in groups that can be folded away.
private final class WorkbookTable: WorkbookSheet {
    private let table: TableSheet
    private let levels: Int
    private var begin: TableSheet.Place
    private var groupBegins: [TableSheet.Place] = []
    private var hasRows = false

    init(_ sheet: ReportSheetHeading, _ page: PageSetup, maximumRows: Int, in workbook: Workbook) throws {
        var layout = TableLayout(
            frozenColumns: sheet.frozenColumns, hasFilter: sheet.groupLevels == 0, page: page)
        layout.outlineLevels = sheet.groupLevels
        layout.barColumns = sheet.columns.indices.filter { sheet.columns[$0].hasBar }
        layout.maximumRows = maximumRows
        table = try workbook.addTable(
            named: sheet.name, columns: sheet.columns.map { WorkbookRenderer.column($0, isGrouped: false) },
            layout: layout)
        levels = sheet.groupLevels
        begin = table.nextPlace
    }

    var name: String { table.name }

    func place(of column: Int) -> Int { column }

    func column(at place: Int) -> Int? { table.columns.indices.contains(place) ? place : nil }

    var lastRow: (sheet: String, row: Int)? { table.lastRow.map { ($0.sheet, $0.row + 1) } }

    func row(_ row: ReportRow) throws {
        switch row.kind {
        case .row:
            if levels == 0, row.marks.isEmpty {
                try table.append { cells in for value in row.values { cells.value(value) } }
            } else {
                try table.append(row.values.map(\.cell), marks: row.marks.map(\.cellMark), level: levels)
            }
        case .groupHeading(let level):
            try table.appendHeading(row.text, level: level)
            groupBegins = Array(groupBegins.prefix(level)) + [table.nextPlace]
        case .subtotal(let level):
            try sums(row, from: groupBegins.indices.contains(level) ? groupBegins[level] : begin, level: level)
        case .running: try sums(row, from: begin, level: 0)
        case .total: try sums(row, from: begin, level: 0, isLast: true)
        case .note: try table.appendNote(row.text)
        }
    }

    private func sums(_ row: ReportRow, from place: TableSheet.Place, level: Int, isLast: Bool = false) throws {
        try table.appendSums(
            row.text, row.values.map(\.cell), from: place, level: level, marks: row.marks.map(\.cellMark),
            isLast: isLast)
    }
}

extension Row {
    @inline(__always)
    fileprivate mutating func value(_ value: ReportValue) {
        switch value {
        case .text(let text): self.text(text)
        case .money(let money): self.money(money)
        default: cell(value.cell)
        }
    }
}

/// Lines to read from the top to the bottom.
private final class WorkbookStatement: WorkbookSheet {
    /// A statement of more lines is no statement, and would not be streamed.
    static let maximumLines = 20_000

    private let sheet: ReportSheet
    private let columns: [ReportColumn]
    private let places: [Int]
    private var groupBegins: [Int] = []
    private let begin: Int
    private(set) var lastRow: (sheet: String, row: Int)?

    init(_ heading: ReportSheetHeading, _ page: PageSetup, in workbook: Workbook) throws {
        columns = heading.columns
        var made: [ReportSheet.Column] = []
        var places: [Int] = []
        for (index, column) in heading.columns.enumerated() {
            if index > 0, column.group != heading.columns[index - 1].group { made.append(.spacer) }
            places.append(made.count)
            made.append(.init(WorkbookRenderer.column(column, isGrouped: true), group: column.group))
        }
        self.places = places
        sheet = try workbook.addReport(
            named: heading.name, title: heading.title, subtitle: heading.subtitle, columns: made, page: page)
        begin = sheet.nextRow
    }

    var name: String { sheet.name }

    func column(at place: Int) -> Int? { places.firstIndex(of: place) }

    func place(of column: Int) -> Int { places.indices.contains(column) ? places[column] : column }

    func row(_ row: ReportRow) throws {
        let here = sheet.nextRow
        guard here - begin < Self.maximumLines else {
            throw Failure(
                .refused, "The statement \(sheet.name) has more than \(Self.maximumLines) lines.",
                advice: "Give the sheet `style: table`, whose rows are streamed.")
        }
        switch row.kind {
        case .row: try sheet.append(.line(level: groupBegins.count), row.values.map(\.cell))
        case .groupHeading(let level):
            try sheet.append(.part, [.text(row.text)])
            groupBegins = Array(groupBegins.prefix(level)) + [sheet.nextRow]
        case .subtotal(let level):
            try sums(row, .subtotal, from: groupBegins.indices.contains(level) ? groupBegins[level] : begin)
        case .running: try sums(row, .total, from: begin)
        case .total: try sums(row, .total, from: begin)
        case .note: try sheet.appendNote(row.text)
        }
        lastRow = (sheet.name, sheet.nextRow)
    }

    private func sums(_ row: ReportRow, _ style: ReportSheet.RowStyle, from first: Int) throws {
        let last = sheet.nextRow - 1
        let cells = row.values.enumerated().map { index, value -> Cell in
            if index == 0, value.isEmpty { return .text(row.text) }
            guard columns[index].total == .sum, !value.isEmpty, last >= first else { return value.cell }
            let range = CellReference.range(column: places[index], rows: first...last)
            return .formula("SUBTOTAL(9,\(range))", result: value.cell)
        }
        try sheet.append(style, cells)
    }
}
