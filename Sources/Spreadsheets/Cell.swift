import Amounts
import Calendars

/// What a cell holds. Text stays text whatever it begins with: only `formula` makes a formula.
package enum Cell: Hashable, Sendable {
    case empty
    case text(String)
    case money(Money)
    case date(CalendarDate)
    case instant(Instant)
    case rate(Rate)
    case quantity(Quantity)
    case integer(Int64)
    case boolean(Bool)
    /// A formula without its `=`, and its value as we have computed it, which is shown until Excel computes it again.
    /// Formulas are written by the program, never taken from data.
    indirect case formula(String, result: Cell)
    case link(Link, text: String)

    /// What it is, for people. Never the value, which may be somebody's pay.
    var kindName: String {
        switch self {
        case .empty: "nothing"
        case .text: "text"
        case .money(let money): "an amount in \(money.currency.code)"
        case .date: "a date"
        case .instant: "a moment"
        case .rate: "a rate"
        case .quantity: "a quantity"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .formula(_, let result): "a formula of \(result.kindName)"
        case .link: "a link"
        }
    }
}

/// Where a link leads.
package enum Link: Hashable, Sendable {
    /// A cell of a sheet of the same workbook, counted from 0.
    case cell(sheet: String, row: Int, column: Int)
    /// An address that begins with `http://`, `https://` or `mailto:`. Any other is written as plain text.
    case web(String)

    /// The target as the library takes it; nil when it cannot be a link.
    var target: String? {
        switch self {
        case .cell(let sheet, let row, let column):
            return "internal:\(CellReference.quoted(sheet: sheet))!\(CellReference.cell(row: row, column: column))"
        case .web(let address):
            let isAllowed = ["http://", "https://", "mailto:"].contains { address.hasPrefix($0) }
            let isClean = address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            return isAllowed && isClean && address.unicodeScalars.count <= ExcelLimits.linkCharacters ? address : nil
        }
    }
}
