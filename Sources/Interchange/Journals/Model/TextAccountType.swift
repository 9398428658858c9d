/// The five kinds of account that every chart has.
package enum TextAccountType: String, Hashable, Sendable, CaseIterable {
    case asset, liability, equity, income, expense

    /// The root of such accounts in hledger and Ledger: `assets:bank`.
    package var lowercaseRoot: String {
        switch self {
        case .asset: "assets"
        case .liability: "liabilities"
        case .equity: "equity"
        case .income: "income"
        case .expense: "expenses"
        }
    }

    /// The root of such accounts in Beancount: `Assets:Bank`.
    package var beancountRoot: String {
        switch self {
        case .asset: "Assets"
        case .liability: "Liabilities"
        case .equity: "Equity"
        case .income: "Income"
        case .expense: "Expenses"
        }
    }

    /// hledger's letter in an account's `type:` tag.
    package var hledgerLetter: String {
        switch self {
        case .asset: "A"
        case .liability: "L"
        case .equity: "E"
        case .income: "R"
        case .expense: "X"
        }
    }

    /// What the value of hledger's `type:` tag says, in any case: `A`, `Asset`, `Cash`; nil for anything else.
    ///
    /// Source: hledger(1), "Account types". Cash (C) is an asset, Conversion (V) equity.
    package init?(hledgerTag value: some StringProtocol) {
        switch value.lowercased() {
        case "a", "asset", "c", "cash": self = .asset
        case "l", "liability": self = .liability
        case "e", "equity", "v", "conversion": self = .equity
        case "r", "revenue", "i", "income": self = .income
        case "x", "expense": self = .expense
        default: return nil
        }
    }

    /// What the first part of an account's name says, in English and in any case; nil where it says nothing.
    ///
    /// Source: hledger(1), "Account types": `assets?`, `debts?`, `liabilit(y|ies)`, `equity`, `income`, `revenues?`,
    /// `expenses?`.
    package init?(root: some StringProtocol) {
        switch root.lowercased() {
        case "asset", "assets": self = .asset
        case "debt", "debts", "liability", "liabilities": self = .liability
        case "equity": self = .equity
        case "income", "revenue", "revenues": self = .income
        case "expense", "expenses": self = .expense
        default: return nil
        }
    }
}
