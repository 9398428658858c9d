import Amounts
import Calendars
import Diagnostics
import Formulas
import Store

/// Lets the rows of one sheet go by: reads them, computes formulas, puts headings and sums between them.
///
/// Nothing of a row is kept but sums, and the points of charts.
struct SheetRun {
    private let plan: SheetPlan
    private let asks: ReportQuestion
    private let emit: (ReportRow, ReportOrigin) throws -> Void
    private var inputs: FormulaInputs
    private let totalled: [Int]
    private let columnCount: Int
    /// By key; nil where nothing says what it holds.
    private let keyContents: [ReportColumn.Content?]

    private var row: ReportRow
    /// The declared key of the row before; empty before the first.
    private var keyBefore: [ReportValue] = []
    /// For each group the value that it is of; empty before the first row.
    private var open: [ReportValue] = []
    private var headings: [String] = []
    private var groupKeys: [[ReportValue]] = []
    private var groupSums: [ReportSums] = []
    private var total: ReportSums
    private var runningLines: ArraySlice<SheetDeclaration.RunningLine>
    private var charts: [ChartPoints] = []
    private(set) var rowCount = 0

    /// What a sheet has come to.
    struct Outcome {
        var end: ReportSheetEnd
        /// By column; empty where it has no total.
        var totals: [ReportValue]
    }

    init(
        _ plan: SheetPlan, _ asks: ReportQuestion, emit: @escaping (ReportRow, ReportOrigin) throws -> Void
    ) throws {
        self.plan = plan
        self.asks = asks
        self.emit = emit
        inputs = try plan.formulas.inputs(asks.arguments, today: asks.values.date("today"), currency: asks.currency)
        columnCount = plan.columns.count
        totalled = plan.shown.indices.filter { plan.shown[$0].total == .sum }
        total = ReportSums(columnCount: columnCount)
        runningLines = plan.sheet.running[...]
        row = ReportRow(.row, values: Array(repeating: .empty, count: columnCount))
        charts = plan.sheet.charts.map { ChartPoints($0, plan, title: asks.values.filled($0.title)) }
        keyContents = plan.keys.map { Self.content(of: $0, plan) }
    }

    /// What a column of the query holds that is read to tell rows apart.
    private static func content(of key: String, _ plan: SheetPlan) -> ReportColumn.Content? {
        for column in plan.columns {
            if case .plain(key) = column.source { return column.content }
        }
        if plan.sheet.groups.contains(where: { $0.order == key }), !plan.sheet.running.isEmpty { return .integer }
        for view in plan.sheet.query.views {
            guard let column = ReportViews[view]?.columns.first(where: { $0.name == key }) else { continue }
            switch column.content {
            case .integer, .boolean, .money: return .integer
            case .instant: return .instant
            case .text, .date, .number: return .text
            }
        }
        return nil
    }

    // MARK: - All rows

    mutating func run(in connection: Connection) throws -> Outcome {
        try connection.forEach(plan.statement.text, arguments: plan.statement.arguments) { row in
            try take(row)
        }
        try closeGroups(from: 0)
        try writeRunning(before: nil)
        var totals = Array(repeating: ReportValue.empty, count: columnCount)
        if rowCount > 0 || !plan.sheet.isAggregated {
            totals = try sums(total)
            if plan.sheet.hasTotal, rowCount > 0 {
                try emit(
                    ReportRow(.total, text: asks.values.filled(plan.sheet.totalLabel), values: totals, marks: marks()),
                    origin(.total, keys: []))
            }
        }
        if rowCount == 0 {
            try emit(ReportRow(.note, text: asks.values.filled(plan.sheet.emptyText)), origin(.note, keys: []))
        }
        return Outcome(
            end: ReportSheetEnd(
                rowCount: rowCount, charts: charts.compactMap(\.chart),
                notes: charts.compactMap(\.note) + plan.sheet.notes.map(asks.values.filled)), totals: totals)
    }

    private mutating func take(_ stored: Row) throws {
        if !plan.keyPositions.isEmpty { try requireAnotherKey(stored) }
        if plan.sheet.hidesZeroRows, try isZero(stored) { return }
        if !plan.groups.isEmpty { try changeGroups(stored) }
        for (column, cell) in plan.cells.enumerated() {
            guard let cell else { continue }
            row.values[column] = try value(stored, cell)
        }
        if !plan.formulas.isEmpty { try computeRow() }
        rowCount += 1
        try total.add(row.values, totalled)
        for level in groupSums.indices { try groupSums[level].add(row.values, totalled) }
        for index in charts.indices where charts[index].rows == .rows { charts[index].add(row) }
        let keys = asks.isTraced ? try keyValues(stored) : []
        try emit(row, origin(.row, keys: keys))
    }

    /// Rows of one declared key would stand in an order that the database chose.
    private mutating func requireAnotherKey(_ stored: Row) throws {
        var isSame = !keyBefore.isEmpty
        for (index, position) in plan.keyPositions.enumerated() {
            let value = try keyValue(stored, position)
            if keyBefore.count == index {
                keyBefore.append(value)
            } else if keyBefore[index] != value {
                keyBefore[index] = value
                isSame = false
            }
        }
        guard !isSame else {
            throw Failure(
                .usage, "The sheet \(plan.sheet.name) cannot be filled; no report was made.",
                problems: [
                    Problem(
                        "several rows of the query have the same \(plan.sheet.key.joined(separator: ", "))",
                        expected: "in key, columns that tell each row from every other",
                        at: plan.sheet.location)
                ])
        }
    }

    private mutating func computeRow() throws {
        // For formulas a sum of nothing is nothing, and stays empty where it is shown.
        var isFilled: [Int] = []
        for (column, cell) in plan.cells.enumerated() where cell?.isSum == true && row.values[column].isEmpty {
            row.values[column] = Self.zero(plan.shown[column].content)
            isFilled.append(column)
        }
        try plan.formulas.compute(&row.values, plan.shown, &inputs)
        for column in isFilled { row.values[column] = .empty }
        row.marks = marks()
    }

    private func marks() -> [ReportRow.Mark] {
        plan.formulas.marks.isEmpty ? [] : plan.formulas.marks(inputs, columnCount: columnCount)
    }

    private static func zero(_ content: ReportColumn.Content) -> ReportValue {
        switch content {
        case .money(let currency): currency.map { .money(.zero($0)) } ?? .empty
        case .integer: .integer(0)
        default: .empty
        }
    }

    // MARK: - Cells

    @inline(__always)
    private func value(_ stored: Row, _ cell: SheetPlan.Cell) throws -> ReportValue {
        let position = cell.position
        guard !stored.isNull(position) else { return .empty }
        switch cell.content {
        case .text: return .text(try stored.text(position))
        case .money(let currency):
            if let currency { return .money(try stored.money(position, currency)) }
            guard let column = cell.currency else { return .empty }
            return .money(try stored.money(position, column))
        case .integer: return .integer(try stored.int(position))
        case .date: return .date(try stored.date(position))
        case .instant: return .instant(try stored.instant(position))
        case .number: return .number(try Self.decimal(stored, position))
        case .percent: return .percent(try Self.decimal(stored, position))
        case .boolean: return .boolean(try stored.bool(position))
        }
    }

    /// A decimal is kept as text; a whole number is one, too.
    private static func decimal(_ stored: Row, _ position: Int) throws -> ExactDecimal {
        do {
            return try stored.decimal(position)
        } catch {
            // Nearly every value is text, and an error for each would take longer than the row.
            guard let integer = try? stored.int(position) else { throw error }
            return ExactDecimal(integer)
        }
    }

    /// Whether every sum of the row is nothing.
    private func isZero(_ stored: Row) throws -> Bool {
        for cell in plan.cells {
            guard let cell, cell.isSum else { continue }
            if !stored.isNull(cell.position), try stored.int(cell.position) != 0 { return false }
        }
        return true
    }

    private func keyValues(_ stored: Row) throws -> [ReportValue] {
        try plan.keys.indices.map { try keyValue(stored, $0) }
    }

    /// A value that rows are told apart by, and that may not be shown.
    private func keyValue(_ stored: Row, _ position: Int) throws -> ReportValue {
        guard !stored.isNull(position) else { return .empty }
        switch keyContents[position] {
        case .money?: return .integer(try stored.int(position))
        case let content?:
            return try value(stored, .init(position: position, content: content, currency: nil, isSum: false))
        case nil: return try (try? stored.text(position)).map { .text($0) } ?? .integer(stored.int(position))
        }
    }

    // MARK: - Groups

    private mutating func changeGroups(_ stored: Row) throws {
        let values = try plan.groups.map { try keyValue(stored, $0.value) }
        guard values != open else { return }
        let level = zip(values, open).enumerated().first { $1.0 != $1.1 }?.offset ?? open.count
        if !open.isEmpty { try closeGroups(from: min(level, open.count)) }
        if level == 0, let order = plan.groups.first?.order, !plan.sheet.running.isEmpty {
            try writeRunning(before: try stored.int(order))
        }
        let first = min(level, values.count)
        open = Array(open.prefix(first))
        headings = Array(headings.prefix(first))
        groupSums = Array(groupSums.prefix(first))
        for index in first..<values.count {
            let heading = plan.groups[index].heading
            let value = try keyValue(stored, heading)
            let text = ReportColumn("", "", keyContents[heading] ?? .text).text(of: value)
            open.append(values[index])
            headings.append(text)
            groupSums.append(ReportSums(columnCount: columnCount))
            try emit(
                ReportRow(.groupHeading(level: index), text: text.isEmpty ? "(none)" : text),
                origin(.groupHeading(level: index), keys: []))
        }
    }

    private mutating func closeGroups(from level: Int) throws {
        for index in groupSums.indices.reversed() where index >= level {
            let group = plan.sheet.groups[index]
            guard group.hasSubtotal || charts.contains(where: { $0.rows == .groups }) else { continue }
            let heading = headings[index].isEmpty ? "(none)" : headings[index]
            let row = ReportRow(
                .subtotal(level: index),
                text: asks.values.filled(group.subtotalLabel).replacing("{heading}", with: heading),
                values: try sums(groupSums[index]), marks: marks())
            if index == 0 {
                for chart in charts.indices where charts[chart].rows == .groups {
                    charts[chart].add(row, category: heading)
                }
            }
            if group.hasSubtotal {
                try emit(row, origin(.subtotal(level: index), keys: Array(open.prefix(index + 1))))
            }
        }
    }

    private mutating func writeRunning(before order: Int64?) throws {
        while let line = runningLines.first, order.map({ $0 > line.through }) ?? true {
            runningLines = runningLines.dropFirst()
            guard rowCount > 0 else { continue }
            try emit(
                ReportRow(.running, text: asks.values.filled(line.label), values: try sums(total), marks: marks()),
                ReportOrigin(kind: .running, keys: [], through: line.through))
        }
    }

    /// The totals of a stretch of rows, and what formulas make of them.
    private mutating func sums(_ sums: ReportSums) throws -> [ReportValue] {
        var values = Array(repeating: ReportValue.empty, count: columnCount)
        for column in totalled { values[column] = try sums.value(column, plan.shown[column].content) }
        if !plan.formulas.isEmpty {
            let shown = plan.shown
            try plan.formulas.compute(&values, shown, &inputs) { shown[$0].total == .computed }
        }
        return values
    }

    private func origin(_ kind: ReportRow.Kind, keys: [ReportValue]) -> ReportOrigin {
        ReportOrigin(kind: kind, keys: keys, through: nil)
    }
}

/// Which rows of its query a row of a sheet was made of.
struct ReportOrigin: Hashable {
    var kind: ReportRow.Kind
    /// Of a row of data: the values of the plan's keys; of a subtotal: those of its groups.
    var keys: [ReportValue]
    /// Of a running line: up to which order of the outermost groups.
    var through: Int64?
}
