import Amounts
import Configuration
import Diagnostics
import Store

/// A sheet on its way to be filled: the one statement that gives its rows, and where each value stands in them.
struct SheetPlan {
    let sheet: SheetDeclaration
    /// With those of pivots in the place of what declares them.
    let columns: [ColumnDeclaration]
    let shown: [ReportColumn]
    let formulas: SheetFormulas
    let statement: BoundSQL
    /// The columns of the query that rows are told apart by, in the order of the statement.
    let keys: [String]
    /// Where each column is read; nil for formulas.
    let cells: [Cell?]
    /// Where the columns of the declared key are read; none where none is declared.
    let keyPositions: [Int]
    /// For each group: where its value, its heading and its order are read.
    let groups: [(value: Int, heading: Int, order: Int?)]

    struct Cell {
        var position: Int
        var content: ReportColumn.Content
        /// Where its currency is read.
        var currency: Int?
        /// A sum of nothing is nothing for formulas.
        var isSum: Bool
    }

    init(
        _ sheet: SheetDeclaration, _ parameters: [ReportParameter], _ values: QueryValues, _ source: ReportSource,
        in connection: Connection
    ) throws {
        self.sheet = sheet
        let head = try Self.head(sheet, values, source)
        let columns = try SheetPivots.columns(of: sheet, head, in: connection)
        self.columns = columns
        shown = columns.map { column in
            ReportColumn(
                column.key, values.filled(column.title), column.content, group: values.filled(column.group),
                total: column.total, width: column.width, alignment: column.alignment,
                warnsOfNegatives: column.warnsOfNegatives, hasBar: column.hasBar)
        }
        var problems = ProblemList()
        let formulas = SheetFormulas.compile(columns, parameters, problems: &problems)
        try problems.throwIfAny(consequence: "no report was made")
        guard let formulas else { preconditionFailure("formulas without problems were compiled") }
        self.formulas = formulas

        // What rows are told apart by: group by group, then by what is asked for, then by the key that is declared, or by
        // all that is shown. So no two rows that differ stand in an order that the database chose.
        var keys: [String] = []
        var ordering: [(column: String, isDescending: Bool)] = []
        func add(_ column: String) { if !keys.contains(column) { keys.append(column) } }
        func order(_ column: String, isDescending: Bool = false) {
            add(column)
            if !ordering.contains(where: { $0.column == column }) { ordering.append((column, isDescending)) }
        }
        for group in sheet.groups {
            if let key = group.order { order(key) }
            order(group.column)
            add(group.heading)
        }
        for key in sheet.order { order(key.column, isDescending: key.isDescending) }
        for column in sheet.key { order(column) }
        for column in columns {
            if case .plain(let name) = column.source { sheet.key.isEmpty ? order(name) : add(name) }
            if let currency = column.currency { sheet.key.isEmpty ? order(currency) : add(currency) }
        }
        self.keys = keys
        func position(_ name: String) -> Int { keys.firstIndex(of: name) ?? 0 }

        var statement = head
        statement.text += "SELECT " + keys.map { "fact.\($0)" }.joined(separator: ", ")
        var cells: [Cell?] = []
        var next = keys.count
        for column in columns {
            var cell = Cell(
                position: next, content: column.content, currency: column.currency.map(position), isSum: false)
            switch column.source {
            case .formula:
                cells.append(nil)
                continue
            case .plain(let name): cell.position = position(name)
            case .sum, .count:
                statement.text += next == 0 ? "" : ", "
                statement.append(try Self.sum(column, values))
                // By which an error names it.
                statement.text += " AS \"\(column.key)\""
                cell.isSum = true
                next += 1
            }
            cells.append(cell)
        }
        if keys.isEmpty, next == 0 { statement.text += "1" }
        statement.text += "\n  FROM facts AS fact"
        if sheet.isAggregated, !keys.isEmpty {
            statement.text += "\n GROUP BY " + keys.map { "fact.\($0)" }.joined(separator: ", ")
        }
        if !ordering.isEmpty {
            statement.text +=
                "\n ORDER BY "
                + ordering.map {
                    "fact.\($0.column)\(Self.byBytes($0.column, columns, sheet, source))\($0.isDescending ? " DESC" : "")"
                }
                .joined(separator: ", ")
        }
        self.statement = statement
        self.cells = cells
        groups = sheet.groups.map { (position($0.column), position($0.heading), $0.order.map(position)) }
        keyPositions = sheet.key.map(position)
    }

    /// `WITH …, facts AS (the query) `.
    static func head(_ sheet: SheetDeclaration, _ values: QueryValues, _ source: ReportSource) throws -> BoundSQL {
        var sql = BoundSQL()
        sql.text = "WITH "
        let views = try source.expressions(sheet.query.views, values)
        sql.append(views)
        if !views.text.isEmpty { sql.text += ",\n" }
        sql.text += "facts AS ("
        try sql.append(sheet.query, values)
        sql.text += ")\n"
        return sql
    }

    /// The sum of a column, with the condition that a cell stands under.
    static func sum(_ column: ColumnDeclaration, _ values: QueryValues) throws(Failure) -> BoundSQL {
        var sql = BoundSQL()
        let condition = try condition(column, values)
        switch column.source {
        case .sum(let name, _):
            sql.text =
                condition == nil
                ? "CAST(SUM(fact.\(name)) AS INTEGER)" : "CAST(SUM(CASE WHEN "
            if let condition {
                sql.append(condition)
                sql.text += " THEN fact.\(name) END) AS INTEGER)"
            }
        default:
            sql.text = condition == nil ? "COUNT(*)" : "COUNT(CASE WHEN "
            if let condition {
                sql.append(condition)
                sql.text += " THEN 1 END)"
            }
        }
        return sql
    }

    /// When a row of the query counts in a column; nil: always.
    static func condition(_ column: ColumnDeclaration, _ values: QueryValues) throws(Failure) -> BoundSQL? {
        let when: QueryText? =
            switch column.source {
            case .sum(_, let when), .count(let when): when
            case .plain, .formula: nil
            }
        guard when != nil || column.pivotValue != nil else { return nil }
        var sql = BoundSQL()
        if let when {
            sql.text += "("
            try sql.append(when, values)
            sql.text += ")"
        }
        if let pivot = column.pivot, let value = column.pivotValue {
            sql.text += (when == nil ? "" : " AND ") + "fact.\(pivot)" + (value.isEmpty ? " IS NULL" : " = ?")
            if !value.isEmpty { sql.arguments.append(value.stored) }
        }
        return sql
    }

    /// On PostgreSQL a text that no column of a table gave sorts by the language of the database.
    private static func byBytes(
        _ name: String, _ columns: [ColumnDeclaration], _ sheet: SheetDeclaration, _ source: ReportSource
    ) -> String {
        guard source.dialect == .postgresql else { return "" }
        let isText = columns.contains { column in
            if case .plain(name) = column.source { column.content == .text || column.content == .date } else { false }
        }
        let isGroup = sheet.groups.contains { $0.column == name && $0.order != name }
        return isText || isGroup ? " COLLATE \"C\"" : ""
    }
}
