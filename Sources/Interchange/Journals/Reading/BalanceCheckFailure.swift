import Amounts

/// How a balance that is not as stated is told.
enum BalanceCheckFailure {
    static func message(account: String, found: ExactDecimal, wanted: TextAmount, names: TextNames) -> String {
        let symbol = names.name(wanted.commodity)
        let off = (try? found.subtracting(wanted.quantity)).map { "; off by \($0)" } ?? ""
        return "the balance of \(account) is \(found)\(symbol.isEmpty ? "" : " " + symbol)\(off)"
    }

    static func expectation(_ wanted: TextAmount, names: TextNames) -> String {
        let symbol = names.name(wanted.commodity)
        return "\(wanted.quantity)\(symbol.isEmpty ? "" : " " + symbol), as stated"
    }
}
