import Amounts
import Calendars

/// Values as explanations and errors show them to people.
enum ValueText {
    /// Numbers with groups of three and no superfluous zeros, money with at least its currency's decimal places.
    static func text(_ scalar: Scalar, _ currency: Currency?) -> String {
        switch scalar.kind {
        case .none, .text: ""
        case .bool: scalar.isTrue ? "true" : "false"
        case .date: date(scalar)
        case .money: number(scalar, places: currency?.exponent ?? 0)
        case .rate, .quantity, .number: number(scalar, places: 0)
        }
    }

    private static func date(_ scalar: Scalar) -> String {
        guard let date = try? Scalar.calendarDate(scalar) else { return "day \(scalar.coefficient)" }
        return date.description
    }

    private static func number(_ scalar: Scalar, places: UInt8) -> String {
        let normal = scalar.decimal.normalized
        var text = normal.description
        if normal.scale < places {
            text += normal.scale == 0 ? "." : ""
            text += String(repeating: "0", count: Int(places - normal.scale))
        }
        return grouped(text)
    }

    /// `-1234567.5` as `-1,234,567.5`.
    private static func grouped(_ text: String) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let unsigned = text.dropFirst(sign.count)
        let whole = unsigned.prefix { $0 != "." }
        var result = sign
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result + unsigned.dropFirst(whole.count)
    }
}
