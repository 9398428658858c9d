import Amounts

/// A column of a sheet or a table: its title, what its cells hold, how wide it is, whether it is totalled.
///
/// ```swift
/// [.text("Employee"), .date("Pay date"), .money("Gross", .gbp), .rate("Rate", places: 3), .quantity("Hours")]
/// ```
package struct Column: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case text
        case money(Currency)
        /// Amounts of any currency, each shown with its code. Such a column has no total.
        case anyMoney
        case date
        /// Moments, shown in UTC.
        case instant
        /// Factors, shown as per cent with this many decimal places.
        case rate(places: Int)
        case quantity(places: Int)
        case integer
        case boolean
    }

    package let title: String
    package let kind: Kind
    /// In characters; nil takes what the longest cell needs, within `widths`. Columns of numbers are widened in any case
    /// so that none is shown as `####`.
    package let width: Double?
    package var isTotalled: Bool
    /// Whether negative numbers are red. In a list of pay they are to be looked at; in a column of balances or
    /// differences half of them are negative, and mean no harm.
    package private(set) var warnsOfNegatives = true

    /// The same column with negative numbers in black.
    package var quiet: Column {
        var column = self
        column.warnsOfNegatives = false
        return column
    }

    /// The least and the greatest width that is chosen for a column.
    package static let widths: ClosedRange<Double> = 7...48

    package init(_ title: String, _ kind: Kind, width: Double? = nil, isTotalled: Bool? = nil) {
        self.title = title
        self.kind = kind
        self.width = width
        switch kind {
        case .money, .quantity: self.isTotalled = isTotalled ?? true
        case .integer: self.isTotalled = isTotalled ?? false
        case .text, .anyMoney, .date, .instant, .rate, .boolean: self.isTotalled = false
        }
    }

    package static func text(_ title: String, width: Double? = nil) -> Column {
        Column(title, .text, width: width)
    }
    package static func money(_ title: String, _ currency: Currency, isTotalled: Bool = true) -> Column {
        Column(title, .money(currency), isTotalled: isTotalled)
    }
    package static func anyMoney(_ title: String) -> Column { Column(title, .anyMoney) }
    package static func date(_ title: String) -> Column { Column(title, .date) }
    package static func instant(_ title: String) -> Column { Column(title, .instant) }
    package static func rate(_ title: String, places: Int = 2) -> Column { Column(title, .rate(places: places)) }
    package static func quantity(_ title: String, places: Int = 2, isTotalled: Bool = true) -> Column {
        Column(title, .quantity(places: places), isTotalled: isTotalled)
    }
    package static func integer(_ title: String, isTotalled: Bool = false) -> Column {
        Column(title, .integer, isTotalled: isTotalled)
    }
    package static func boolean(_ title: String) -> Column { Column(title, .boolean) }

    var numberFormat: String {
        warnsOfNegatives ? loudFormat : loudFormat.replacing("[Red]", with: "")
    }

    private var loudFormat: String {
        switch kind {
        case .text: NumberFormat.general
        case .money(let currency): NumberFormat.money(currency)
        case .anyMoney: NumberFormat.general
        case .date: NumberFormat.date
        case .instant: NumberFormat.instant
        case .rate(let places): NumberFormat.rate(places: places)
        case .quantity(let places): NumberFormat.quantity(places: places)
        case .integer: NumberFormat.integer
        case .boolean: NumberFormat.general
        }
    }

    var alignment: CellStyle.Alignment {
        switch kind {
        case .text: .left
        case .date, .instant, .boolean: .centre
        case .money, .anyMoney, .rate, .quantity, .integer: .right
        }
    }

    /// What a cell of this column must be, for people.
    var expectation: String {
        switch kind {
        case .text: "text"
        case .money(let currency): "an amount in \(currency.code)"
        case .anyMoney: "an amount"
        case .date: "a date"
        case .instant: "a moment"
        case .rate: "a rate"
        case .quantity: "a quantity"
        case .integer: "a whole number"
        case .boolean: "true or false"
        }
    }
}
