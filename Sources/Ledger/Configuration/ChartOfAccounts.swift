import Configuration
import Diagnostics
import Jobs

/// The accounts that the company posts to: `config/accounts.yaml`.
package struct ChartOfAccounts: Sendable {
    package let accounts: [StatementAccount]
    private let byCode: [AccountCode: StatementAccount]
    private let details: [AccountCode: AccountDetails]

    package static let file = "config/accounts.yaml"

    /// A chart to begin with.
    package static let empty = ChartOfAccounts([], details: [:])

    private init(_ accounts: [StatementAccount], details: [AccountCode: AccountDetails]) {
        self.accounts = accounts
        self.details = details
        byCode = Dictionary(accounts.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(_ code: AccountCode) -> StatementAccount? { byCode[code] }

    /// What the chart says of an account beside what statements need; nothing for one that is not declared.
    package func details(of code: AccountCode) -> AccountDetails { details[code] ?? AccountDetails() }

    /// Whether any account is kept in one currency only.
    var hasCurrencies: Bool { details.values.contains { $0.currency != nil } }

    /// The accounts whose balance is that of open items, and of whom.
    package var controlAccounts: [AccountCode: Party.Kind] { details.compactMapValues(\.control) }

    package var accountNames: [AccountCode: String] { byCode.mapValues(\.name) }

    package var codes: [String] { accounts.map(\.code.rawValue) }

    /// Reads the chart.
    ///
    /// - Throws: a failure with everything that is wrong with it.
    package static func load(for company: Company) throws(Failure) -> ChartOfAccounts {
        var problems = ProblemList()
        let chart = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        guard let chart else { preconditionFailure("a chart without problems was read") }
        return chart
    }

    /// Reads the chart and reports what is wrong.
    package static func load(for company: Company, problems: inout ProblemList) -> ChartOfAccounts? {
        let path = company.path(file)
        return company.readings.value(of: file, from: [path], problems: &problems) { problems in
            YAMLDocument(contentsOf: path, shownAs: file, problems: &problems).flatMap { read($0, problems: &problems) }
        }
    }

    static func read(_ document: YAMLDocument, problems: inout ProblemList) -> ChartOfAccounts? {
        document.mapping(&problems) { map in
            var seen: Set<AccountCode> = []
            var details: [AccountCode: AccountDetails] = [:]
            var importNames: [String: AccountCode] = [:]
            let accounts = map.list("accounts", minimumCount: 1) { item in
                item.mapping { map -> StatementAccount? in
                    let account = account(in: map)
                    if !map.hasProblems, !seen.insert(account.code).inserted {
                        map.report(
                            "the account \(account.code) is declared twice", expected: "each once", at: "account")
                    }
                    let own = AccountDetails(of: account, in: map)
                    for name in own.importNames {
                        guard let other = importNames.updateValue(account.code, forKey: name) else { continue }
                        map.report(
                            "import_name \(Quoted.text(name)) is that of the account \(other), too",
                            expected: "one account", at: "import_name")
                    }
                    if own != AccountDetails() { details[account.code] = own }
                    return account
                }
            }
            return ChartOfAccounts(accounts, details: details)
        }
    }

    private static func account(in map: YAMLMapping) -> StatementAccount {
        let account = StatementAccount(
            code: map.required("account", .account), name: map.required("name", .text),
            type: map.required("type", .choice(AccountType.self)),
            normalSide: map.optional("normal_side", .choice(NormalSide.self)),
            section: map.optional("section", .choice(StatementSection.self)),
            reportLine: map.optional("report_line", .text),
            cashFlow: map.optional("cash_flow", .choice(CashFlowClass.self)))
        guard !map.hasProblems else { return account }
        if account.section.type != account.type {
            let sections = StatementSection.allCases.filter { $0.type == account.type }.map(\.rawValue)
            map.report(
                "the section \(account.section.rawValue) is not for accounts of the type \(account.type.rawValue)",
                expected: sections.joined(separator: ", "), at: "section")
        }
        if account.cashFlow == .cash, account.type != .asset, account.type != .liability {
            map.report("only assets and liabilities are cash", expected: "another class", at: "cash_flow")
        }
        return account
    }
}

extension ScalarReader<AccountCode> {
    /// The number of an account: letters, digits, `-` and `.`.
    package static let account = ScalarReader(
        "an account", expected: "e.g. 7000", placeholder: AccountCode("")
    ) { AccountCode(checking: $0) }
}

extension AccountCode {
    package static let maximumCharacters = 32

    /// Nil unless `text` is 1 to 32 ASCII letters, digits, `-` or `.`.
    init?(checking text: String) {
        let isCode = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isCode, !text.isEmpty, text.utf8.count <= Self.maximumCharacters else { return nil }
        self.init(text)
    }
}
