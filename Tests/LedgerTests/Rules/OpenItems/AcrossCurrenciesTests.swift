import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Testing

@testable import Ledger

/// Items that a person names, owed in one currency and paid in another.
@Suite struct AcrossCurrenciesTests {
    private static let accounts = Settlement.Accounts(
        exchangeGain: AccountCode("7953"), exchangeLoss: AccountCode("7954"), residue: AccountCode("7960"),
        conversion: AccountCode("3900"))

    private static func item(_ id: Int64, _ amount: Money, base: String? = nil) -> OpenItem {
        OpenItem(
            id: OpenItem.ID(id), account: AccountCode("1100"), party: Party(.customer, "C1"), amount: amount,
            base: base.map(gbp) ?? amount, date: day("2026-04-01"), due: day("2026-05-01"))
    }

    private static func book() throws -> OpenItemBook {
        try OpenItemBook(
            items: [
                item(1, usd("130"), base: "100"), item(2, usd("65"), base: "50"), item(3, gbp("-148")),
                item(4, gbp("-40")), item(5, eur("-50"), base: "-42"), item(6, gbp("20")),
            ], baseCurrency: .gbp)
    }

    private static func settle(
        _ named: [(Int64, Money?)], in book: inout OpenItemBook
    ) throws -> SettlementOutcome {
        let settlement = try book.settlement(
            of: named.map { .init(OpenItem.ID($0.0), amount: $0.1) }, key: "p/1", on: day("2026-04-20"))
        return try book.settle(settlement, accounts: accounts)
    }

    @Test func `one payment settles two invoices of another currency, and what rates made of it is a loss`() throws {
        var book = try Self.book()
        let outcome = try Self.settle(
            [(1, usd("130")), (2, usd("65")), (3, gbp("148"))], in: &book)
        // 148 is divided 2 to 1: 98.67 and 49.33.
        let paid = outcome.parts.filter { $0.item == OpenItem.ID(3) }.map(\.amount)
        #expect(paid == [gbp("-98.67"), gbp("-49.33")])
        #expect(outcome.exchangeDifference == gbp("2"))
        #expect(try outcome.postings.map(\.base).sum(.gbp).isZero)
        #expect(try base(of: "7954", in: outcome.postings) == gbp("2"))
        for id in 1...3 { #expect(book.open(OpenItem.ID(Int64(id)))?.isZero == true) }
        _ = try outcome.entry(description: "Paid")
    }

    @Test func `a part of an invoice is settled by two payments of another currency`() throws {
        var book = try Self.book()
        let outcome = try Self.settle([(1, usd("100")), (3, gbp("60")), (4, gbp("20"))], in: &book)
        #expect(book.open(OpenItem.ID(1)) == usd("30") && book.openBase(OpenItem.ID(1)) == gbp("23.08"))
        #expect(book.open(OpenItem.ID(3)) == gbp("-88") && book.open(OpenItem.ID(4)) == gbp("-20"))
        // 76.92 of book value for 80.
        #expect(outcome.exchangeDifference == gbp("-3.08"))
    }

    private struct Refused: Sendable {
        let named: [(Int64, Money?)]
        let words: [String]
    }

    private static let tooLittle: [Refused] = [
        Refused(named: [(1, nil), (3, nil)], words: ["item 1 is in USD", "item 3 is in GBP"]),
        Refused(named: [(1, usd("130")), (3, nil)], words: ["item 3 is in GBP"]),
    ]

    @Test(arguments: tooLittle.indices)
    func `how much of each is to be said`(index: Int) throws {
        var book = try Self.book()
        let failure = refusal { _ = try Self.settle(Self.tooLittle[index].named, in: &book) }
        #expect(failure?.exitCode == .refused)
        let found: [String] = failure?.problems.map(\.message) ?? []
        #expect(found == Self.tooLittle[index].words.map { "\($0), and is to be settled in another currency" })
    }

    private static let undividable: [Refused] = [
        Refused(named: [(1, usd("1")), (3, gbp("1")), (5, eur("1"))], words: ["more than two currencies"]),
        Refused(
            named: [(1, usd("1")), (2, usd("1")), (3, gbp("1")), (4, gbp("1"))],
            words: ["2 items of one currency and 2 of another"]),
        Refused(named: [(3, gbp("1")), (5, eur("1"))], words: ["no debit and credit among them"]),
        Refused(named: [(1, usd("1")), (2, usd("1"))], words: ["no debit and credit among them"]),
    ]

    @Test(arguments: undividable.indices)
    func `what nobody can divide is refused`(index: Int) throws {
        var book = try Self.book()
        let failure = refusal { _ = try Self.settle(Self.undividable[index].named, in: &book) }
        #expect(failure?.exitCode == .refused)
        #expect(failure?.summary.contains(Self.undividable[index].words[0]) == true, "\(failure as Any)")
    }

    @Test func `a currency with both sides settles by itself, whatever else is named`() throws {
        var book = try Self.book()
        let outcome = try Self.settle([(1, nil), (4, nil), (6, nil)], in: &book)
        #expect(outcome.parts.map(\.item) == [OpenItem.ID(6), OpenItem.ID(4)])
        #expect(book.open(OpenItem.ID(1)) == usd("130") && book.open(OpenItem.ID(4)) == gbp("-20"))
    }
}
