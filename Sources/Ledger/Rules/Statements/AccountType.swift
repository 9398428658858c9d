package enum AccountType: String, CaseIterable, Sendable {
    case asset, liability, equity, income, expense

    /// Whether its balance is part of the balance sheet and goes on from year to year.
    package var isOfBalanceSheet: Bool { self == .asset || self == .liability || self == .equity }

    /// The side on which its balance usually is.
    package var normalSide: NormalSide { self == .asset || self == .expense ? .debit : .credit }
}

/// The side on which the balance of an account usually is. An account against the rule of its type, such as accumulated
/// depreciation among the assets, is declared with the other one.
package enum NormalSide: String, CaseIterable, Sendable {
    case debit, credit
}
