import Amounts
import Diagnostics
import Testing

@testable import Ledger

@Suite struct YearEndClosingTests {
    private static func accounts() throws -> StatementAccounts {
        try StatementAccounts(
            [
                .init(code: AccountCode("1200"), name: "Bank", type: .asset),
                .init(code: AccountCode("3200"), name: "Retained earnings", type: .equity),
                .init(code: AccountCode("4000"), name: "Sales", type: .income),
                .init(code: AccountCode("7000"), name: "Wages", type: .expense),
            ], currency: .gbp)
    }

    private static func balance(
        _ account: String, _ amount: Money, base: String? = nil, shop: String? = nil
    ) -> YearEndClosing.Balance {
        .init(
            account: AccountCode(account), dimensions: Dimensions(costCentre: shop), amount: amount,
            base: base.map(gbp) ?? amount)
    }

    private static func entry(
        _ balances: [YearEndClosing.Balance], retainedEarnings: String = "3200"
    ) throws -> JournalEntry? {
        try YearEndClosing.entry(
            key: "close/2026", date: day("2026-12-31"), closing: balances, accounts(),
            retainedEarnings: AccountCode(retainedEarnings), conversion: AccountCode("3900"),
            description: "Closing of 2026")
    }

    @Test func `income and expense go to retained earnings, by dimension and in base`() throws {
        let balances = [
            Self.balance("1200", gbp("900")), Self.balance("4000", gbp("-1000"), shop: "N"),
            Self.balance("4000", usd("-500"), base: "-400", shop: "S"), Self.balance("7000", gbp("300"), shop: "N"),
            Self.balance("7000", gbp("50"), shop: "S"),
        ]
        let entry = try #require(try Self.entry(balances))
        #expect(entry.kind == .closing && entry.journal == .closing)
        let earned = entry.postings.filter { $0.account == AccountCode("3200") }
        #expect(earned.map(\.amount) == ["-700", "-350"].map(gbp))
        #expect(earned.map(\.dimensions.costCentre) == ["N", "S"])
        #expect(!entry.postings.contains { $0.account == AccountCode("1200") })
        // Every account that was closed is at nothing, in its currency and in base.
        for balance in balances.dropFirst() {
            let closed = entry.postings.filter {
                $0.account == balance.account && $0.dimensions == balance.dimensions
                    && $0.amount.currency == balance.amount.currency
            }
            #expect(try closed.map(\.amount).sum(balance.amount.currency) == balance.amount.negated())
            #expect(try closed.map(\.base).sum(.gbp) == balance.base.negated())
        }
        #expect(try base(of: "3900", in: entry.postings).isZero)
        // To reopen the year is to reverse it.
        let reopened = try entry.reversed(on: day("2026-12-31"), key: "close/2026/reopened")
        #expect(reopened.kind == .closing)
    }

    @Test(arguments: [("0", "60.78"), ("-500", "-339.22")])
    func `what a revaluation at the end of the year left is closed, too`(amount: String, worth: String) throws {
        // Euros on a bank account are worth less than at their booking: 0 euros, worth 60.78 pounds.
        let balances = [
            Self.balance("4000", usd(amount), base: worth), Self.balance("7000", usd("0"), base: "12.00", shop: "N"),
            Self.balance("7000", gbp("300")),
        ]
        let entry = try #require(try Self.entry(balances))
        for account in ["4000", "7000"] {
            #expect(
                try base(of: account, in: entry.postings)
                    == balances.filter { $0.account == AccountCode(account) }.map(\.base).sum(.gbp).negated())
        }
        #expect(try base(of: "3900", in: entry.postings).isZero)
        #expect(
            try base(of: "3200", in: entry.postings) == balances.map(\.base).sum(.gbp))
    }

    @Test func `a year of nothing has no closing entry`() throws {
        #expect(try Self.entry([]) == nil)
        #expect(try Self.entry([Self.balance("4000", gbp("0")), Self.balance("1200", gbp("5"))]) == nil)
        let even = try #require(try Self.entry([Self.balance("4000", gbp("-5")), Self.balance("7000", gbp("5"))]))
        #expect(even.postings.count == 2)
    }

    @Test func `what cannot be closed is named`() {
        let error = #expect(throws: Failure.self) {
            try Self.entry([Self.balance("9999", gbp("1"))], retainedEarnings: "4000")
        }
        #expect(
            error?.problems.map(\.description) == [
                "retained earnings are to go to 4000 (expected an account of equity)",
                "the account 9999 is not declared (expected an account of the chart)",
            ])
    }
}
