import Amounts

/// The number formats of cells, in the notation of xlsx, which is the same in every language of Excel.
enum NumberFormat {
    static let general = "General"
    static let text = "@"
    static let date = "yyyy-mm-dd"
    /// Instants are written in UTC, and say so.
    static let instant = "yyyy-mm-dd hh:mm:ss\" UTC\""
    static let integer = "#,##0;[Red]-#,##0"

    /// `#,##0.00;[Red]-#,##0.00;"–"` for pounds, none of the decimals for yen, three for dinars. Nothing is a dash, so
    /// that in a wide register the eye finds what is there.
    static func money(_ currency: Currency) -> String {
        signed("#,##0" + decimals(Int(currency.exponent))) + ";\"–\""
    }

    /// The same with the code before the amount, for columns that hold several currencies: `EUR 1,250.50`.
    static func moneyWithCode(_ currency: Currency) -> String {
        let number = "#,##0" + decimals(Int(currency.exponent))
        return "\"\(currency.code) \"\(number);[Red]\"\(currency.code) \"-\(number)"
    }

    static func quantity(places: Int) -> String { signed("#,##0" + decimals(places)) }

    /// Per cent: 0.08 is `8.00%`.
    static func rate(places: Int) -> String { "0\(decimals(places))%;[Red]-0\(decimals(places))%" }

    /// Whole units, for the axis of a chart.
    static let axis = "#,##0"

    private static func signed(_ number: String) -> String { "\(number);[Red]-\(number)" }

    private static func decimals(_ places: Int) -> String {
        places > 0 ? "." + String(repeating: "0", count: min(places, 15)) : ""
    }
}
