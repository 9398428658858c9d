import Amounts
import Store

/// How the rows of a sheet's query are shown, which no column of the sheet need show.
struct FactColumns {
    let shown: [ReportColumn]
    /// By column of amounts in several currencies: where the currency of each is read.
    private let currencies: [Int?]

    /// - Parameter row: any of the rows.
    init(_ plan: SheetPlan, _ currency: Currency, of row: Row) {
        let names = row.names
        let columns = names.map { Self.column($0, plan, currency) }
        currencies = columns.map { column in column.currency.flatMap(names.firstIndex) }
        // An amount whose currency is not known is a number of minor units.
        shown = zip(columns, currencies).map { column, place in
            column.shown.content == .money(nil) && place == nil
                ? ReportColumn(column.shown.key, column.shown.title, .integer) : column.shown
        }
    }

    func values(of row: Row) throws -> [ReportValue] { try shown.indices.map { try value(row, $0) } }

    /// As the sheet shows it, or as the view has it.
    private static func column(
        _ name: String, _ plan: SheetPlan, _ currency: Currency
    ) -> (shown: ReportColumn, currency: String?) {
        for column in plan.columns {
            switch column.source {
            case .plain(name), .sum(name, _): return (ReportColumn(name, name, column.content), column.currency)
            default: break
            }
        }
        for view in plan.sheet.query.views where !plan.sheet.query.aliases.contains(name) {
            guard let column = ReportViews[view]?.columns.first(where: { $0.name == name }) else { continue }
            switch column.content {
            case .money(nil): return (ReportColumn(name, name, .money(currency)), nil)
            case .money(let other): return (ReportColumn(name, name, .money(nil)), other)
            case .integer: return (ReportColumn(name, name, .integer), nil)
            case .boolean: return (ReportColumn(name, name, .boolean), nil)
            case .instant: return (ReportColumn(name, name, .instant), nil)
            case .text, .date, .number: return (ReportColumn(name, name, .text), nil)
            }
        }
        return (ReportColumn(name, name, .text), nil)
    }

    private func value(_ row: Row, _ position: Int) throws -> ReportValue {
        guard !row.isNull(position) else { return .empty }
        switch shown[position].content {
        case .money(let currency?): return .money(try row.money(position, currency))
        case .money:
            guard let place = currencies[position] else { return .integer(try row.int(position)) }
            return row.isNull(place) ? .integer(try row.int(position)) : .money(try row.money(position, place))
        case .integer: return .integer(try row.int(position))
        case .boolean: return .boolean(try row.bool(position))
        case .instant: return .instant(try row.instant(position))
        default: return try (try? row.text(position)).map { .text($0) } ?? .integer(row.int(position))
        }
    }
}
