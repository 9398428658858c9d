import Configuration
import Diagnostics
import Jobs

/// The accounts that the company posts to: `config/accounts.yaml`.
package struct ChartOfAccounts: Sendable {
    package let accounts: [Account]
    private let byCode: [AccountCode: Account]

    package static let file = "config/accounts.yaml"

    package struct Account: Hashable, Sendable {
        package let code: AccountCode
        package let name: String
        package let type: AccountType
    }

    package enum AccountType: String, CaseIterable, Sendable {
        case asset, liability, equity, income, expense
    }

    private init(_ accounts: [Account]) {
        self.accounts = accounts
        byCode = Dictionary(accounts.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(_ code: AccountCode) -> Account? { byCode[code] }

    package var accountNames: [AccountCode: String] { byCode.mapValues(\.name) }

    package var codes: [String] { accounts.map(\.code.rawValue) }

    /// Reads the chart and reports what is wrong.
    package static func load(for company: Company, problems: inout ProblemList) -> ChartOfAccounts? {
        guard let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems) else {
            return nil
        }
        return document.mapping(&problems) { map in
            var seen: Set<AccountCode> = []
            let accounts = map.list("accounts", minimumCount: 1) { item in
                item.mapping { map -> Account? in
                    let account = Account(
                        code: map.required("account", .account), name: map.required("name", .text),
                        type: map.required("type", .choice(AccountType.self)))
                    if !map.hasProblems, !seen.insert(account.code).inserted {
                        map.report(
                            "the account \(account.code) is declared twice", expected: "each once", at: "account")
                    }
                    return account
                }
            }
            return ChartOfAccounts(accounts)
        }
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
    fileprivate init?(checking text: String) {
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
