import Diagnostics
import Store

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
    private let engine: ReportEngine
    private let isOneRow: Bool

    init(
        _ plan: SheetPlan, _ origin: ReportOrigin, _ index: Int, _ engine: ReportEngine, dialect: Dialect
    ) throws {
        self.plan = plan
        column = plan.columns[index]
        self.engine = engine
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
        var facts: FactColumns?
        try connection.forEach(statement.text, arguments: statement.arguments) { row in
            let columns = facts ?? FactColumns(plan, engine.company.settings.currency, of: row)
            if facts == nil {
                facts = columns
                answer.columns = columns.shown
                answer.summed = summedName.flatMap { name in answer.columns.firstIndex { $0.key == name } }
            }
            guard answer.rows.count < (isOneRow ? 1 : ReportTrace.maximumRows) else {
                if !isOneRow { answer.hiddenRowCount += 1 }
                return
            }
            answer.rows.append(try columns.values(of: row))
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
