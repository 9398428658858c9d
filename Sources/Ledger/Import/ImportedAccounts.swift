import Diagnostics
import Interchange

/// An account that an import adds to the chart.
package struct NewAccount: Hashable, Sendable {
    package let code: AccountCode
    package let name: String
    package var type: AccountType
    package let cashFlow: CashFlowClass?
    /// What the journal calls it; nil where that is its number.
    package let importName: String?
}

/// Which accounts of ours the names of a journal stand for.
///
/// In this order: what the person's own map says; the `import_name` of an account; the number of an account, by itself
/// or as Steward's own export writes it (`assets:1200 Bank current account`); the name of one single account. What is
/// none of them becomes a new account, where accounts are to be created.
struct ImportedAccounts {
    /// The new accounts in the order in which the journal first names them.
    private(set) var created: [NewAccount] = []

    private let map: AccountMap
    private let creates: Bool
    private let chart: ChartOfAccounts
    private var known: [String: AccountCode] = [:]
    private var taken: Set<AccountCode>
    private var nextNumbers: [AccountType: Numbers] = [:]

    init(chart: ChartOfAccounts, map: AccountMap, creates: Bool) {
        self.chart = chart
        self.map = map
        self.creates = creates
        taken = Set(chart.accounts.map(\.code))
        let names = Dictionary(grouping: chart.accounts, by: \.name)
        for (name, accounts) in names where accounts.count == 1 { known[name] = accounts[0].code }
        for account in chart.accounts { known[account.code.rawValue] = account.code }
        for account in chart.accounts {
            for name in chart.details(of: account.code).importNames { known[name] = account.code }
        }
    }

    /// What to answer for a name.
    enum Answer {
        case account(AccountCode)
        /// It is not known what the account is: asset, liability, …
        case typeMissing
        case unknown
    }

    /// - Parameters:
    ///   - path: what Steward's own export calls it, where another program could not.
    ///   - title: what a new account is to be called.
    ///   - type: what the journal says of it.
    mutating func account(
        _ name: String, path: String? = nil, title: String? = nil, type: AccountType?
    ) -> Answer {
        if let code = map.account(name) ?? known[name] { return .account(code) }
        // `expenses:food` is no account with the number food.
        let own = TextChartAccount(path: path ?? name).flatMap { own in
            own.code.utf8.contains { (0x30...0x39).contains($0) } && !own.name.isEmpty ? own : nil
        }
        if let own, let account = chart[AccountCode(own.code)] {
            known[name] = account.code
            return .account(account.code)
        }
        guard creates else { return .unknown }
        guard let type else { return .typeMissing }
        let code: AccountCode
        if let own, let wanted = AccountCode(checking: own.code), !taken.contains(wanted) {
            code = wanted
        } else if let wanted = AccountCode(checking: name), name.utf8.contains(where: { (0x30...0x39).contains($0) }) {
            code = wanted
        } else {
            code = number(for: type)
        }
        taken.insert(code)
        known[name] = code
        let isNumber = code.rawValue == name || code.rawValue == own?.code
        created.append(
            NewAccount(
                code: code, name: title ?? own.flatMap { $0.name.isEmpty ? nil : $0.name } ?? Self.title(name),
                type: type,
                cashFlow: Self.isCash(name) ? .cash : nil, importName: isNumber ? nil : name))
        return .account(code)
    }

    /// What an unknown name may have been meant to be.
    func suggestion(for name: String) -> String { Suggestion.hint(for: name, among: known.keys) }

    /// The next free number of the type: 1000 to 1999 for assets; behind the last of them 10000, and so on.
    private mutating func number(for type: AccountType) -> AccountCode {
        var range = nextNumbers[type] ?? Self.numbers(of: type)
        while true {
            if range.next > range.last { range = (range.first * 10, range.last * 10 + 9, range.first * 10) }
            let code = AccountCode(String(range.next))
            range.next += 1
            guard taken.contains(code) else {
                nextNumbers[type] = range
                return code
            }
        }
    }

    private typealias Numbers = (first: Int, last: Int, next: Int)

    private static func numbers(of type: AccountType) -> Numbers {
        switch type {
        case .asset: (1_000, 1_999, 1_000)
        case .liability: (2_000, 2_999, 2_000)
        case .equity: (3_000, 3_999, 3_000)
        case .income: (4_000, 4_999, 4_000)
        case .expense: (5_000, 9_999, 5_000)
        }
    }

    /// `assets:bank:checking account` becomes `Bank, checking account`.
    private static func title(_ name: String) -> String {
        var parts = name.split(separator: ":").map(String.init)
        if parts.count > 1, TextAccountType(root: parts[0]) != nil { parts.removeFirst() }
        // `income: sales` is an account of its own, and its name still one without blanks at its edges.
        let text = parts.map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
            .joined(separator: ", ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// Whether hledger would take the account for cash.
    ///
    /// Source: hledger(1), "Account types": `^assets?(:.+)?:(cash|bank|che(ck|que?)(ing)?|savings?|currentcash)(:|$)`.
    private static func isCash(_ name: String) -> Bool {
        let parts = name.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard let root = parts.first, root == "asset" || root == "assets" else { return false }
        return parts.dropFirst().contains { cashWords.contains(String($0)) }
    }

    private static let cashWords: Set<String> = [
        "cash", "bank", "check", "checking", "cheque", "chequing", "chequeing", "chequ", "saving", "savings",
        "currentcash",
    ]
}

extension AccountType {
    init(_ type: TextAccountType) {
        self =
            switch type {
            case .asset: .asset
            case .liability: .liability
            case .equity: .equity
            case .income: .income
            case .expense: .expense
            }
    }
}
