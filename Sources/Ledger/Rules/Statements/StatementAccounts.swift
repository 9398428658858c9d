import Amounts
import Diagnostics

/// An account as statements see it.
package struct StatementAccount: Hashable, Sendable {
    package let code: AccountCode
    package let name: String
    package let type: AccountType
    package let normalSide: NormalSide
    package let section: StatementSection
    /// Accounts of a section with the same report line are one line; an account without one is a line of its own.
    package let reportLine: String?
    /// Nil for income and expense that is cash flow from operations, as most is. Income and expense with a class are
    /// taken out of operations and shown there: interest, the gain on the sale of a machine.
    package let cashFlow: CashFlowClass?

    package init(
        code: AccountCode, name: String, type: AccountType, normalSide: NormalSide? = nil,
        section: StatementSection? = nil, reportLine: String? = nil, cashFlow: CashFlowClass? = nil
    ) {
        let section = section ?? StatementSection(defaultFor: type)
        self.code = code
        self.name = name
        self.type = type
        self.normalSide = normalSide ?? type.normalSide
        self.section = section
        self.reportLine = reportLine
        self.cashFlow = cashFlow ?? CashFlowClass(defaultFor: section)
    }
}

/// What happened on an account in a stretch of time, in base.
package struct AccountMovement: Hashable, Sendable {
    package let account: AccountCode
    /// The balance before the stretch, with what entries of kind `opening` brought in it. A debit is positive.
    package let opening: Money
    /// The debits of all entries but those of kind `opening` and `closing`; not negative.
    package let debit: Money
    /// The credits, likewise; not negative.
    package let credit: Money
    /// What entries of kind `closing` changed: profit and loss does not know them, the balance sheet does.
    package let closingEntries: Money
    /// What entries of kind `revaluation` changed; a part of debit less credit. Only asked of accounts that are cash.
    package let revaluation: Money

    package init(
        account: AccountCode, opening: Money, debit: Money, credit: Money, closingEntries: Money? = nil,
        revaluation: Money? = nil
    ) {
        self.account = account
        self.opening = opening
        self.debit = debit
        self.credit = credit
        self.closingEntries = closingEntries ?? .zero(opening.currency)
        self.revaluation = revaluation ?? .zero(opening.currency)
    }

    /// The movement of a budget: what an account is to change by.
    package init(account: AccountCode, change: Money) {
        self.init(
            account: account, opening: .zero(change.currency), debit: change, credit: .zero(change.currency))
    }

    package func change() throws(ArithmeticError) -> Money { try debit - credit }
    /// The balance after the stretch.
    package func closing() throws(ArithmeticError) -> Money { try opening + debit - credit + closingEntries }
}

/// The figures of one stretch of time: a month, a year to date, the same a year before, a budget.
package struct StatementPeriod: Sendable {
    /// `2026-04`, `year to 2026-04`, `budget`.
    package let label: String
    package let role: Role
    package let movements: [AccountMovement]
    /// Whether it has all of the books in it, so that its accounts add up to nothing: a budget and a cost centre do not.
    package let isWhole: Bool

    package enum Role: Sendable {
        /// Stands for itself. The first one of a statement always does.
        case reported
        /// Set beside the last reported one before it, with the difference and per cent.
        case compared
    }

    package init(label: String, role: Role = .compared, movements: [AccountMovement], isWhole: Bool = true) {
        self.label = label
        self.role = role
        self.movements = movements
        self.isWhole = isWhole
    }
}

/// The accounts of a company, in order of their numbers, to make statements of.
package struct StatementAccounts: Sendable {
    package let currency: Currency
    package let accounts: [StatementAccount]
    private let indices: [AccountCode: Int]

    /// - Throws: an account that is given twice, or is in a section of another type.
    package init(_ accounts: [StatementAccount], currency: Currency) throws(Failure) {
        self.currency = currency
        self.accounts = accounts.sorted { $0.code < $1.code }
        var problems = ProblemList()
        var indices: [AccountCode: Int] = [:]
        for (index, account) in self.accounts.enumerated() {
            if indices.updateValue(index, forKey: account.code) != nil {
                problems.add("the account \(account.code) is declared twice", expected: "each once")
            }
            if account.section.type != account.type {
                problems.add(
                    "the account \(account.code) is \(account.type.rawValue) and in \(account.section.rawValue)",
                    expected: "a section of \(account.type.rawValue)")
            }
            if account.cashFlow == .cash, account.type != .asset, account.type != .liability {
                problems.add(
                    "the account \(account.code) is \(account.type.rawValue) and cash",
                    expected: "an asset or a liability")
            }
        }
        self.indices = indices
        try problems.throwIfAny(consequence: "there is no statement")
    }

    package subscript(code: AccountCode) -> StatementAccount? { indices[code].map { accounts[$0] } }

    /// The movements of a period in the order of the accounts, zero where an account has none.
    ///
    /// - Throws: every account that is not declared or has two movements, every currency that is not that of the books.
    func movements(of period: StatementPeriod) throws(Failure) -> [AccountMovement] {
        var problems = ProblemList()
        let zero = Money.zero(currency)
        var movements = accounts.map {
            AccountMovement(account: $0.code, opening: zero, debit: zero, credit: zero)
        }
        var seen = Array(repeating: false, count: accounts.count)
        for movement in period.movements {
            let amounts = [
                movement.opening, movement.debit, movement.credit, movement.closingEntries, movement.revaluation,
            ]
            if let index = indices[movement.account] {
                if seen[index] {
                    problems.add("\(period.label): \(movement.account) is given twice", expected: "each account once")
                } else if let other = amounts.first(where: { $0.currency != currency }) {
                    problems.add(
                        "\(period.label): \(movement.account) has \(other.currency)", expected: "\(currency)")
                }
                seen[index] = true
                movements[index] = movement
            } else {
                problems.add(
                    "\(period.label): the account \(movement.account) is not declared",
                    expected: "an account of the chart")
            }
        }
        try problems.throwIfAny(consequence: "there is no statement")
        return movements
    }
}
