import Amounts
import Calendars
import Testing

@testable import Interchange

@Suite struct BeancountReadingTests {
    private static let open = "2020-01-01 open Assets:A\n2020-01-01 open Assets:B\n"

    @Test func `everything a transaction says is kept`() throws {
        let journal = try JournalReading(
            .beancount,
            """
            pushtag #year
            2026-01-02 ! "Shop" "two
            lines \\"x\\"" #trip ^inv-7 ; comment
              code: "12"
              ref: A-7
              ! Assets:Bank   -5.00 EUR @ 1.1 USD
                kind: "card"
              Expenses:Food
            poptag #year

            """)
        #expect(journal.problems == [])
        let transaction = try #require(journal.transactions.first)
        #expect(transaction.payee == "Shop")
        #expect(transaction.narration == "two\nlines \"x\"")
        #expect(transaction.tags == ["year", "trip"])
        #expect(transaction.links == ["inv-7"])
        #expect(transaction.code == "12")
        #expect(transaction.metadata == [TextMetadata("ref", "A-7")])
        #expect(transaction.postings.first?.metadata == [TextMetadata("kind", "card")])
        #expect(transaction.status == .pending)
        #expect(journal.balanceLines == ["Assets:Bank|-5|EUR", "Expenses:Food|5.5|USD"])
    }

    @Test(arguments: [
        ("100 USD", "100"), ("1,000.50 USD", "1000.50"), ("(10 + 2) * 3 / 4 USD", "9"), ("-(5 - 2.5) USD", "-2.5"),
        ("+1.00 USD", "1.00"), ("10 / 4 USD", "2.5"), ("5. USD", "5"),
    ])
    func `numbers may be computed`(text: String, quantity: String) throws {
        let journal = try JournalReading(.beancount, "2026-01-02 * \"x\"\n  Assets:A  \(text)\n  Assets:B\n")
        #expect(journal.problems == [])
        #expect(journal.transactions.first?.postings.first?.amount.quantity.description == quantity)
    }

    @Test func `costs count before prices, and sales find their lots`() throws {
        let journal = try JournalReading(
            .beancount,
            """
            2026-01-01 open Assets:FIFO  HOOL "FIFO"
            2026-01-02 * "buy"
              Assets:A  10 HOOL {100 # 9.95 USD}
              Assets:FIFO  5 HOOL {{500.00 USD, "lot"}}
              Assets:FIFO  5 HOOL {110.00 USD}
              Assets:Cash
            2026-01-03 * "sell"
              Assets:A  -4 HOOL {} @ 120 USD
              Assets:FIFO  -7 HOOL {} @ 120 USD
              Assets:Cash

            """)
        #expect(journal.problems == [])
        // 4 × 100.995, 5 × 100, 2 × 110.
        #expect(
            journal.balanceLines == [
                "Assets:A|6|HOOL", "Assets:Cash|-935.97|USD", "Assets:FIFO|3|HOOL",
            ])
        #expect(journal.transactions.last?.postings.count == 4)
    }

    @Test(arguments: [
        ("-4 HOOL {}", "it is open which of the account's 2 lots is meant"),
        ("-40 HOOL {2026-01-02}", "the lots that fit hold less than is taken"),
        ("-4 GOOG {}", "a price or cost is left out"),
        ("-4 HOOL {EUR}", "no lot fits that the account holds"),
        ("-4 HOOL {*}", "merging lots (*) is not read"),
    ])
    func `a sale whose lot is not clear is refused`(text: String, message: String) throws {
        let journal = try JournalReading(
            .beancount,
            "2026-01-02 * \"\"\n  Assets:A  10 HOOL {1 USD}\n  Assets:B\n2026-01-03 * \"\"\n  Assets:A  10 HOOL {2 USD}\n  Assets:B\n2026-01-04 * \"\"\n  Assets:A  \(text)\n  Assets:B\n"
        )
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.contains(message) == true, "\(journal.problems)")
    }

    @Test func `the tolerance follows from the coarsest amount, and what is left out is rounded to it`() throws {
        let journal = try JournalReading(
            .beancount,
            "2026-01-02 * \"\"\n  Assets:A  3 X @ 3.333 USD\n  Assets:B  -10.00 USD\n\n2026-01-02 * \"\"\n  Assets:A  3 X @ 3.333 USD\n  Assets:C  -1.00 USD\n  Assets:B\n"
        )
        #expect(journal.problems == [])
        #expect(journal.transactions.first?.residuals.map(\.quantity.description) == ["-0.001"])
        #expect(journal.transactions.last?.postings.last?.amount.quantity.description == "-9.00")
        let off = try JournalReading(.beancount, "2026-01-02 * \"\"\n  Assets:A  10.00 USD\n  Assets:B  -10.004 USD\n")
        #expect(off.problems == [])
        let exact = try JournalReading(.beancount, "2026-01-02 * \"\"\n  Assets:A  10 USD\n  Assets:B  -11 USD\n")
        #expect(exact.problems.count == 1)
    }

    @Test func `balances hold at the start of their day, with the accounts below, in whatever order they stand`() throws
    {
        let text = """
            2026-01-05 balance Assets:A  7.00 USD
            2026-01-04 * ""
              Assets:A:B  2.00 USD
              Income:X
            2026-01-03 * ""
              Assets:A  5.00 USD
              Income:X
            2026-01-05 * ""
              Assets:A  9.00 USD
              Income:X
            2026-01-06 balance Assets:A  16.01 USD
            2026-01-06 balance Assets:A  16.5 ~ 0.1 USD

            """
        #expect(
            try JournalReading(.beancount, text).problems
                == ["j:12:30: the balance of Assets:A is 16.00 USD; off by -0.50 (expected 16.5 USD, as stated)"])
    }

    @Test func `a pad fills up the next balance`() throws {
        let journal = try JournalReading(
            .beancount,
            Self.open
                + """
                2026-01-01 pad Assets:A Equity:Opening
                2026-01-03 * ""
                  Assets:A  5.00 USD
                  Assets:B
                2026-01-04 balance Assets:A  105.00 USD
                2026-01-05 balance Assets:A  105.00 USD
                2026-01-05 pad Assets:B Equity:Opening

                """)
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["Assets:A|105|USD", "Assets:B|-5|USD", "Equity:Opening|-100|USD"])
        #expect(journal.notices.count == 1)
    }

    @Test(arguments: [
        ("2026-01-02 opne Assets:A\n", "did you mean \"open\"?"),
        ("2026-02-30 * \"\"\n", "is no day of the calendar"),
        ("2026-01-02 * \"a\" \"b\" \"c\"\n", "the transaction has a third text"),
        ("2026-01-02 * \"never closed\n\n", "the quote is never closed"),
        ("2026-01-02 * \"\"\n  assets:a  5 USD\n", "is not an account"),
        ("2026-01-02 * \"\"\n  Bank:A  5 USD\n", "begins with \"Bank\""),
        ("2026-01-02 * \"\"\n  Assets:A  5\n", "the amount has no commodity"),
        ("2026-01-02 * \"\"\n  Assets:A  5 / 0 USD\n", "a division by zero"),
        ("2026-01-02 * \"\"\n  Assets:A  5 USD @\n", "a price or cost is left out"),
        ("2026-01-02 * \"\"\n  Assets:A  ((5 USD\n", "the bracket is not closed"),
        ("2026-01-02 * \"\"\n  Assets:A  5 USD x\n", "\"x\" is not read here"),
        ("2026-01-02 open Assets:A USD \"AVERAGE\"\n", "the booking method \"AVERAGE\" is not read"),
        ("plugin \"my.plugin\"\n", "may change entries, and is not run"),
        ("poptag #x\n", "was not pushed"),
        ("nonsense\n", "is neither a transaction nor a directive"),
        ("  Assets:A  5 USD\n", "an indented line that belongs to nothing"),
    ])
    func `a mistake is told with its place`(text: String, message: String) throws {
        let journal = try JournalReading(.beancount, text)
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.contains(message) == true, "\(journal.problems)")
        #expect(journal.problems.first?.hasPrefix("j:") == true)
    }

    @Test func `notes, queries and harmless plugins are named and change nothing`() throws {
        let journal = try JournalReading(
            .beancount,
            "option \"title\" \"x\"\noption \"name_assets\" \"Vermoegen\"\nplugin \"beancount.plugins.auto_accounts\"\n* Headline \"\n2026-01-02 note Vermoegen:A \"x\"\n2026-01-02 query \"a\" \"\n select 1\n\"\n2026-01-02 * \"\"\n  Vermoegen:A  1 USD\n  Income:B\n"
        )
        #expect(journal.problems == [])
        #expect(journal.notices.count == 3)
        #expect(journal.names.type(of: journal.names.account("Vermoegen:A")) == .asset)
    }
}
