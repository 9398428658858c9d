import Amounts
import Store

/// How the rows of a sheet's query are shown, which no column of the sheet need show.
struct FactColumns {
    private let plan: SheetPlan
    private let currency: Currency

    init(_ plan: SheetPlan, _ currency: Currency) {
        self.plan = plan
        self.currency = currency
    }

    func columns(of row: Row) -> [ReportColumn] { row.names.map(shown) }

    /// As the sheet shows it, or as the view has it.
    private func shown(_ name: String) -> ReportColumn {
        for column in plan.columns {
            switch column.source {
            case .plain(name), .sum(name, _):
                if column.currency == nil, column.content != .money(nil) {
                    return ReportColumn(name, name, column.content)
                }
            default: break
            }
        }
        for view in plan.sheet.query.views where !plan.sheet.query.aliases.contains(name) {
            guard let column = ReportViews[view]?.columns.first(where: { $0.name == name }) else { continue }
            switch column.content {
            case .money(nil): return ReportColumn(name, name, .money(currency))
            case .money: return ReportColumn(name, name, .integer)
            case .integer: return ReportColumn(name, name, .integer)
            case .boolean: return ReportColumn(name, name, .boolean)
            case .instant: return ReportColumn(name, name, .instant)
            case .text, .date, .number: return ReportColumn(name, name, .text)
            }
        }
        return ReportColumn(name, name, .text)
    }

    static func value(_ row: Row, _ position: Int, _ column: ReportColumn) throws -> ReportValue {
        guard !row.isNull(position) else { return .empty }
        switch column.content {
        case .money(let currency?): return .money(try row.money(position, currency))
        case .integer: return .integer(try row.int(position))
        case .boolean: return .boolean(try row.bool(position))
        case .instant: return .instant(try row.instant(position))
        default: return try (try? row.text(position)).map { .text($0) } ?? .integer(row.int(position))
        }
    }
}
