import TestSupport
import Testing

@testable import Interchange

@Suite struct TextNamingTests {
    @Test(arguments: [
        (
            TextChartAccount(code: "1200", name: "Bank current account", type: .asset),
            "assets:1200 Bank current account"
        ),
        (
            TextChartAccount(code: "7006", name: "Employer's National Insurance", type: .expense),
            "expenses:7006 Employer's National Insurance"
        ),
        (TextChartAccount(code: "2-1.b", name: "", type: .liability), "liabilities:2-1.b"),
        (
            TextChartAccount(code: "4000", name: "A:B; 50%  \"x\" ", type: .income),
            "income:4000 A%3AB%3B 50%25 %20%22x%22%20"
        ),
    ])
    func `an account of the chart has a name that leads back to it`(account: TextChartAccount, path: String) {
        #expect(account.path == path)
        #expect(TextChartAccount(path: path) == account)
        #expect(TextNaming.safeName(path) == path)
    }

    @Test(arguments: 0..<20) func `any code and name leads back`(seed: UInt64) {
        let alphabet: [String] = ["a", "Z", "9", " ", "  ", ":", ";", "%", "%3A", "\"", "(", "é", "李", "\t", "-", "."]
        var numbers = SplitMix64(state: seed)
        for type in TextAccountType.allCases {
            func text(_ range: ClosedRange<Int>) -> String {
                (0..<Int.random(in: range, using: &numbers)).compactMap { _ in alphabet.randomElement(using: &numbers) }
                    .joined()
            }
            let account = TextChartAccount(code: text(1...5), name: text(0...8), type: type)
            #expect(TextChartAccount(path: account.path) == account)
        }
    }

    @Test(arguments: [
        "assets", "assets:", "cash:1200 x", "Assets:1200 x", "assets:1200 x:y", "assets:1200%4 x", "assets:12%41",
    ])
    func `any other name is no account of the chart`(path: String) {
        #expect(TextChartAccount(path: path) == nil)
    }

    @Test(arguments: [
        ("assets:1200 Bank current account", TextAccountType.asset, "Assets:1200-Bank-current-account"),
        ("Assets:US:Bank", .asset, "Assets:US:Bank"), ("expenses:Müller & Söhne", .expense, "Expenses:Mueller-Soehne"),
        ("income:été", .income, "Income:Ete"), ("liabilities", .liability, "Liabilities:Other"),
        ("cash:北京", .asset, "Assets:Cash:X"), ("revenues:x", .income, "Income:X"),
    ])
    func `beancount's names are of ASCII and begin with a capital`(
        name: String, type: TextAccountType, expected: String
    ) {
        #expect(TextNaming.beancountName(name, type) == expected)
    }

    @Test func `names that become the same are told apart, and keep the old one as metadata`() throws {
        let names = TextNames()
        let accounts = ["cash:北", "cash:京", "cash:x"].map { names.account($0) }
        let symbols = ["$", "USD", "us"].map { names.commodity($0) }
        let naming = TextNaming(
            .beancount, accounts: accounts, commodities: symbols, names: names, unknownType: .asset)
        #expect(Set(naming.accounts.values) == ["Assets:Cash:X", "Assets:Cash:X-2", "Assets:Cash:X-3"])
        #expect(symbols.compactMap { naming.commodities[$0] } == ["USD-2", "USD", "US"])
    }

    @Test func `a written journal is the same bytes each time, aligned`() throws {
        let journal = try JournalReading(
            .hledger, "2026-01-02 * (7) Shop | food ; ref: 5\n  expenses:food  $5  ; [2026-01-03]\n  assets:bank\n")
        #expect(
            String(decoding: journal.written(as: .hledger, source: .hledger).bytes, as: UTF8.self) == """
                decimal-mark .

                commodity 1000. $

                account assets:bank  ; type:A
                account expenses:food  ; type:X

                2026-01-02 * (7) Shop | food
                    ; ref: 5
                    expenses:food                                          5 $
                    ; [2026-01-03]
                    assets:bank                                           -5 $


                """)
        #expect(
            String(decoding: journal.written(as: .beancount).bytes, as: UTF8.self) == """
                option "inferred_tolerance_default" "*:0.005"

                2026-01-02 commodity USD
                  symbol: "$"

                2026-01-02 open Assets:Bank
                  name: "assets:bank"
                2026-01-02 open Expenses:Food
                  name: "expenses:food"

                2026-01-02 * "Shop" "food"
                  code: "7"
                  ; ref: 5
                  ref: "5"
                  Expenses:Food                                                    5 USD
                    date: 2026-01-03
                    ; [2026-01-03]
                  Assets:Bank                                                     -5 USD


                """)
    }
}
