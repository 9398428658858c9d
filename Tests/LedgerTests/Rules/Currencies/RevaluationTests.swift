import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct RevaluationTests {
    private static let accounts = Revaluation.Accounts(
        unrealisedGain: AccountCode("7951"), unrealisedLoss: AccountCode("7952"), residue: AccountCode("7960"))
    private static let end = day("2026-04-30")

    private static func table(_ rates: [(Currency, Currency, String)]) throws -> ExchangeRateTable {
        try ExchangeRateTable(
            rates.map { ExchangeRate(date: end, base: $0.0, quote: $0.1, rate: Rate($0.2) ?? .zero) }, pivot: .eur)
    }

    private static func item(
        _ account: String, _ balance: Money, book: Money, party: Party? = nil
    ) -> Revaluation.Item {
        Revaluation.Item(account: AccountCode(account), party: party, balance: balance, book: book)
    }

    @Test func `an adjustment is as in the tests of Odoo's community and of ERPNext`() throws {
        guard let rows = try Vectors.rows("accounting/fx_revaluation.csv") else {
            print("skipped: there is no accounting/fx_revaluation.csv")
            return
        }
        for row in rows {
            let rate = row["rate"] ?? ""
            let table = try Self.table([
                row["rate_meaning"] == "foreign_per_base" ? (.eur, .usd, rate) : (.usd, .eur, rate)
            ])
            let revaluation = try Revaluation(
                of: [Self.item("1100", usd(row["balance_foreign"] ?? ""), book: eur(row["book_value_base"] ?? ""))],
                on: Self.end, in: .eur, at: table)
            #expect(revaluation.lines.first?.revalued == eur(row["revalued_base"] ?? ""), "\(row)")
            #expect(revaluation.lines.first?.adjustment == eur(row["expected_adjustment_base"] ?? ""), "\(row)")
        }
        #expect(rows.count >= 7)
    }

    @Test func `gains and losses are posted by currency, account and party, and undone on the next day`() throws {
        let customer = Party(.customer, "C1")
        let revaluation = try Revaluation(
            of: [
                Self.item("1100", usd("100"), book: eur("40"), party: customer),
                Self.item("1100", usd("50"), book: eur("20"), party: customer),
                Self.item("2100", usd("-100"), book: eur("-45"), party: Party(.supplier, "S1")),
                Self.item("1210", gbp("10"), book: eur("11")), Self.item("1200", eur("7"), book: eur("7")),
                Self.item("1220", gbp("10"), book: eur("12.50")),
            ], on: Self.end, in: .eur, at: try Self.table([(.eur, .usd, "2"), (.gbp, .eur, "1.25")]))
        #expect(revaluation.lines.map(\.adjustment) == ["10", "5", "-5", "1.50", "0"].map(eur))
        let entries = try revaluation.entries(key: "revaluation/2026-P04", accounts: Self.accounts)
        #expect(entries.map(\.key) == ["revaluation/2026-P04/USD/1", "revaluation/2026-P04/GBP/1"])
        #expect(entries.allSatisfy { $0.kind == .revaluation && $0.date == Self.end })
        let dollars = entries[0].postings
        #expect(dollars.map(\.account.rawValue) == ["1100", "2100", "7951", "7952"])
        #expect(dollars.map(\.base) == ["15", "-5", "-15", "5"].map(eur))
        #expect(dollars.allSatisfy { $0.amount == usd("0") } && dollars[0].party == customer)
        #expect(entries[1].postings.map(\.base) == ["1.50", "-1.50"].map(eur))
        let april = try #require(FiscalPeriod("2026-P04", in: .calendarYear))
        let undone = try ReversingEntry(entries[0], in: april).reversal
        #expect(undone.date == day("2026-05-01") && undone.kind == .revaluation)
        #expect(try (dollars + undone.postings).map(\.base).sum(.eur).isZero)
    }

    @Test func `what is left on an account that holds nothing is cleared for good`() throws {
        let revaluation = try Revaluation(
            of: [Self.item("1210", usd("0"), book: eur("-0.03")), Self.item("1211", usd("2"), book: eur("1"))],
            on: Self.end, in: .eur, at: try Self.table([(.eur, .usd, "2")]))
        #expect(try revaluation.entries(key: "r", accounts: Self.accounts).isEmpty)
        let residue = try #require(try revaluation.residueEntries(key: "residue", accounts: Self.accounts).first)
        #expect(residue.kind == .normal)
        #expect(residue.postings.map(\.base) == ["0.03", "-0.03"].map(eur))
        #expect(residue.postings.map(\.account.rawValue) == ["1210", "7960"])
    }

    @Test func `every currency without a rate is named`() throws {
        let error = #expect(throws: Failure.self) {
            try Revaluation(
                of: [
                    Self.item("1", usd("1"), book: eur("1")), Self.item("1", gbp("1"), book: eur("1")),
                    Self.item("1", usd("2"), book: eur("1")),
                ], on: Self.end, in: .eur, at: try Self.table([]))
        }
        #expect(error?.problems.count == 2)
        #expect(
            error?.problems.first?.description
                == "There is no rate from USD to EUR for 2026-04-30: none is on record. Import the rates of 2026-04-30: "
                + "`steward ledger rates import FILE`.")
    }

    @Test func `a hundred thousand items and more go into several entries`() throws {
        let items = (0..<100_100).map {
            Self.item("1100", usd("1"), book: eur("0.40"), party: Party(.customer, "C\($0)"))
        }
        let entries = try Revaluation(of: items, on: Self.end, in: .eur, at: try Self.table([(.eur, .usd, "2")]))
            .entries(key: "r", accounts: Self.accounts)
        #expect(entries.map(\.postings.count) == [99_999, 103])
        #expect(entries.map(\.key) == ["r/USD/1", "r/USD/2"])
    }
}
