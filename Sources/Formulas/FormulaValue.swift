import Amounts
import Calendars

/// The value of an input or of a formula.
package enum FormulaValue: Hashable, Sendable {
    /// Major units of the evaluation's currency, with all the decimal places that the computation left.
    case money(ExactDecimal)
    case rate(Rate)
    case quantity(Quantity)
    case date(CalendarDate)
    case bool(Bool)
    case text(String)

    package var type: FormulaType {
        switch self {
        case .money: .money
        case .rate: .rate
        case .quantity: .quantity
        case .date: .date
        case .bool: .bool
        case .text: .text
        }
    }

    /// The amount rounded to the minor unit of `currency`; nil when the value is no money.
    ///
    /// - Throws: `ArithmeticError.overflow` beyond 64 bits of minor units.
    package func money(_ currency: Currency, rounding: Rounding) throws(ArithmeticError) -> Money? {
        guard case .money(let decimal) = self else { return nil }
        return try Money(rounding: decimal, rounding, currency)
    }

    /// The number, whatever it measures; nil for a date, a bool and a text.
    package var decimal: ExactDecimal? {
        switch self {
        case .money(let decimal): decimal
        case .rate(let rate): rate.decimal
        case .quantity(let quantity): quantity.decimal
        case .date, .bool, .text: nil
        }
    }

    package var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var date: CalendarDate? {
        guard case .date(let date) = self else { return nil }
        return date
    }
}

extension FormulaValue: CustomStringConvertible {
    /// As a formula would write it: `1250.50`, `0.08`, `2026-04-06`, `true`, `"monthly"`.
    package var description: String {
        switch self {
        case .money(let decimal): decimal.description
        case .rate(let rate): rate.description
        case .quantity(let quantity): quantity.description
        case .date(let date): date.description
        case .bool(let bool): String(bool)
        case .text(let text): Quoted.text(text)
        }
    }
}

/// Text as a formula writes it.
enum Quoted {
    static func text(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted.unicodeScalars.append("\\")
                quoted.unicodeScalars.append(scalar)
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
