import Amounts
import Configuration
import Diagnostics

/// Which currency the commodities of a text journal are.
struct CommoditySymbols {
    let base: Currency
    /// What the person who imports says of them.
    let named: [String: Currency]

    /// Currencies whose sign is `$` at home. Source: ISO 4217 and the issuing banks' own notation.
    private static let dollars: Set<String> = [
        "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "FJD", "GYD", "HKD", "JMD", "KYD", "LRD", "NAD", "NZD", "SBD",
        "SGD", "SRD", "TTD", "TWD", "USD", "XCD",
    ]
    private static let signs = [
        "€": "EUR", "£": "GBP", "US$": "USD", "A$": "AUD", "C$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
        "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₴": "UAH", "₫": "VND", "฿": "THB", "zł": "PLN",
        "Kč": "CZK",
    ]

    /// The currency with this code or sign; nil for what is no currency: shares, hours, air miles.
    ///
    /// `$` and `¥` are the company's own currency where its sign is that, and else US dollar and yen. A plain number is
    /// an amount in the company's own currency.
    func currency(_ symbol: String) -> Currency? {
        if let currency = named[symbol] { return currency }
        switch symbol {
        case "": return base
        case "$": return Self.dollars.contains(base.code) ? base : .usd
        case "¥": return base.code == "CNY" ? base : .jpy
        default: return Currency(symbol) ?? Self.signs[symbol].flatMap { Currency($0) }
        }
    }
}
