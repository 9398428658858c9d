import Testing

@testable import Interchange

/// Numbers that Beancount finds by itself, and pads. The balances are those that beancount 3.2.3 gives.
@Suite struct BeancountInterpolationTests {
    private static let open = """
        2026-01-01 open Assets:A
        2026-01-01 open Assets:B
        2026-01-01 open Equity:O

        """

    private func reading(_ text: String) throws -> JournalReading {
        try JournalReading(.beancount, Self.open + text)
    }

    @Test(arguments: [
        ("5 EUR @ USD", "5|EUR"), ("5 EUR @", "5|EUR"), ("5 EUR @@ USD", "5|EUR"), ("EUR @ 1.2 USD", "5|EUR"),
        ("5 HOOL {USD}", "5|HOOL"), ("5 HOOL {}", "5|HOOL"), ("HOOL {2 USD}", "3|HOOL"),
        ("5 HOOL {2026-01-01, \"lot\"}", "5|HOOL"), ("5 HOOL {} @ 9 USD", "5|HOOL"),
        ("EUR @ 0.9 USD", "6.666666666666666667|EUR"),
    ])
    func `a price, a cost or a number of units that is left out follows from the other postings`(
        amount: String, balance: String
    ) throws {
        let journal = try reading("2026-01-02 * \"x\"\n  Assets:A  \(amount)\n  Equity:O  -6 USD\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["Assets:A|\(balance)", "Equity:O|-6|USD"])
        let weight = try #require(journal.transactions.first?.postings.first).weight
        #expect(journal.names.name(weight.commodity) == "USD")
        #expect(
            abs(abs(Double(weight.quantity.description) ?? 0) - 6) < 1e-12,
            "at the rate that was found it is worth 6 USD")
    }

    @Test func `a lot at a cost that was found can be sold`() throws {
        let journal = try reading(
            """
            2026-01-02 * "buy"
              Assets:A  4 HOOL {}
              Equity:O  -6 USD
            2026-01-03 * "sell"
              Assets:A  -3 HOOL {}
              Assets:B

            """)
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["Assets:A|1|HOOL", "Assets:B|4.5|USD", "Equity:O|-6|USD"])
    }

    @Test(arguments: [
        ("5 EUR @\n  Equity:O  -6 USD\n  Assets:B  1 GBP", "do not tell its commodity"),
        ("5 EUR @ USD\n  Equity:O  USD", "two postings of the transaction leave out a number of the same commodity"),
        ("5 EUR @ USD\n  Equity:O  6 USD", "the number that is left out cannot be computed"),
        ("0 EUR @ USD\n  Equity:O  6 USD", "the number that is left out cannot be computed"),
        ("HOOL {{2 USD}}\n  Equity:O  6 USD", "the amount at cost is left out"),
        ("EUR @@ 2 USD\n  Equity:O  6 USD", "the amount at a price is left out"),
        ("EUR @ 0 USD\n  Equity:O  6 USD", "the amount at a price is left out"),
        ("USD\n  Equity:O  USD", "two postings of the transaction leave out a number of the same commodity"),
    ])
    func `what does not follow is refused`(postings: String, message: String) throws {
        let journal = try reading("2026-01-02 * \"x\"\n  Assets:A  \(postings)\n")
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.contains(message) == true, "\(journal.problems)")
    }

    @Test func `a pad serves the first balance behind it, also where that needs nothing`() throws {
        let journal = try reading(
            """
            2026-01-02 pad Assets:A Equity:O
            2026-01-03 balance Assets:A  0 USD
            2026-01-04 balance Assets:A  100 USD

            """)
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.hasPrefix("j:6:") == true, "\(journal.problems)")
        #expect(journal.balanceLines == [])
    }

    @Test func `a mode without pads is refused, and plugins that set links are not`() throws {
        let journal = try reading(
            "option \"plugin_processing_mode\" \"raw\"\nplugin \"fava.plugins.link_documents\"\nplugin \"fava.plugins.x\"\n"
        )
        #expect(journal.problems.map { $0.prefix(4) } == ["j:4:", "j:6:"])
        #expect(journal.notices.count == 1)
    }
}
