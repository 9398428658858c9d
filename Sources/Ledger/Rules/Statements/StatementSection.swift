/// The parts of profit and loss and of the balance sheet, in the order in which they are shown.
package enum StatementSection: String, CaseIterable, Sendable {
    case revenue
    case costOfSales = "cost_of_sales"
    case otherIncome = "other_income"
    case operatingExpenses = "operating_expenses"
    case financeIncome = "finance_income"
    case financeCosts = "finance_costs"
    case tax
    case nonCurrentAssets = "non_current_assets"
    case currentAssets = "current_assets"
    case currentLiabilities = "current_liabilities"
    case nonCurrentLiabilities = "non_current_liabilities"
    case equity

    /// Where an account of a type is shown that says nothing else.
    package init(defaultFor type: AccountType) {
        self =
            switch type {
            case .asset: .currentAssets
            case .liability: .currentLiabilities
            case .equity: .equity
            case .income: .revenue
            case .expense: .operatingExpenses
            }
    }

    /// The type of the accounts that it may hold.
    package var type: AccountType {
        switch self {
        case .revenue, .otherIncome, .financeIncome: .income
        case .costOfSales, .operatingExpenses, .financeCosts, .tax: .expense
        case .nonCurrentAssets, .currentAssets: .asset
        case .currentLiabilities, .nonCurrentLiabilities: .liability
        case .equity: .equity
        }
    }

    /// What it is called in a statement.
    package var title: String {
        switch self {
        case .revenue: "Revenue"
        case .costOfSales: "Cost of sales"
        case .otherIncome: "Other income"
        case .operatingExpenses: "Operating expenses"
        case .financeIncome: "Finance income"
        case .financeCosts: "Finance costs"
        case .tax: "Tax"
        case .nonCurrentAssets: "Non-current assets"
        case .currentAssets: "Current assets"
        case .currentLiabilities: "Current liabilities"
        case .nonCurrentLiabilities: "Non-current liabilities"
        case .equity: "Equity"
        }
    }

    /// Whether a credit is shown as a positive figure.
    var showsCreditsAsPositive: Bool { type.normalSide == .credit }
}

/// What a change of an account is in the cash flow statement.
package enum CashFlowClass: String, CaseIterable, Sendable {
    /// Money itself: what the statement explains.
    case cash
    /// In profit and loss without money having moved: accumulated depreciation, provisions.
    case nonCash = "non_cash"
    case workingCapital = "working_capital"
    case investing, financing

    /// The class of an account that says nothing else; nil for income and expense, which are in the result.
    package init?(defaultFor section: StatementSection) {
        switch section {
        case .nonCurrentAssets: self = .investing
        case .currentAssets, .currentLiabilities: self = .workingCapital
        case .nonCurrentLiabilities, .equity: self = .financing
        default: return nil
        }
    }
}
