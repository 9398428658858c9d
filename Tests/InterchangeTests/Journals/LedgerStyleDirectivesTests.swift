import Testing

@testable import Interchange

/// Directives that change what the lines behind them mean. The balances are those of hledger 1.25 and Ledger 3.3.
@Suite struct LedgerStyleDirectivesTests {
    @Test(arguments: [
        ("alias /^x:(.*)/ = y:\\1", "x:z", "y:z"), ("alias /X/ = y", "ax:x", "ay:y"),
        ("alias /^(.+):cash:([^:]+)$/=\\2:\\1", "assets:cash:GBP", "GBP:assets"),
        ("alias /a\\/b/ = c", "a/b", "c"), ("alias /(q)?x/ = [\\1]", "x", "[]"), ("alias /x/ = \\9y", "x", "y"),
        ("alias /[[:digit:]]+/ = n", "a1:22", "an:n"), ("alias /é+/=e", "Café", "Cafe"),
        ("alias b=c\nalias /a/=b", "a", "c"),
    ])
    func `hledger's alias by a pattern renames every part that fits`(
        directive: String, account: String, renamed: String
    ) throws {
        let journal = try JournalReading(.hledger, "\(directive)\n2026-01-02 x\n  \(account)  $5\n  other:q\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines.contains("\(renamed)|5|$"), "\(journal.balanceLines)")
    }

    @Test(arguments: ["alias /(/ = y", "alias /x = y", "alias /x/", "alias /x/ y"])
    func `a pattern that is none is refused where it stands`(directive: String) throws {
        let journal = try JournalReading(.hledger, "\(directive)\n2026-01-02 x\n  a  $5\n  b\n")
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.hasPrefix("j:1:7:") == true, "\(journal.problems)")
    }

    @Test func `a comment that is never closed reaches to the end of its file, and that is told`() throws {
        for format in [TextJournalFormat.hledger, .ledger] {
            let journal = try JournalReading(
                format, "2026-01-02 x\n  a  5\n  b\n\ncomment\n2026-01-03 x\n  a  5\n  b\n")
            #expect(journal.problems == [])
            #expect(journal.balanceLines == ["a|5|", "b|-5|"])
            #expect(journal.notices.map { $0.prefix(6) } == ["j:5:1:"])
        }
    }

    @Test func `an amount that is made from a balance has the price that stands behind it`() throws {
        let journal = try JournalReading(.hledger, "2026-01-02 x\n  a  = 10 EUR @ $2\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|10|EUR", "b|-20|$"])
    }

    @Test func `one amount is not made where == gives several`() throws {
        let text = "2026-01-02 x\n  a  $5\n  a  2 EUR\n  b\n\n2026-01-03 x\n  a  == $7\n  b\n"
        #expect(
            try JournalReading(.hledger, text).problems == [
                "j:7:1: a holds 2 EUR, too, so that == gives more than one amount (expected a posting of each commodity with its amount)"
            ])
        // Nothing is left of the other one: there is one amount.
        let single = "2026-01-02 x\n  a  2 EUR\n  a  -2 EUR\n  a  == $7\n  b\n"
        #expect(try JournalReading(.hledger, single).balanceLines == ["a|7|$", "b|-7|$"])
    }

    @Test func `ledger's commodity goes by its other names, too`() throws {
        let journal = try JournalReading(
            .ledger,
            "commodity $\n  format $1,000.00\n  alias USD\n  alias \"US dollars\"\n\n2026-01-02 x\n  a  5 USD\n  b  $-2\n  c  -3 \"US dollars\"\n"
        )
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|5|$", "b|-2|$", "c|-3|$"])
    }

    @Test func `ledger's fixated price is a price`() throws {
        let journal = try JournalReading(
            .ledger, "2026-01-02 x\n  a  10 AAPL @ =$5\n  b\n\n2026-01-02 x\n  a  1 AAPL @@ = $6\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|11|AAPL", "b|-56|$"])
    }

    @Test func `ledger puts what is Unknown into the account of its payee`() throws {
        let journal = try JournalReading(
            .ledger,
            """
            account Expenses:Food
                payee ^(KFC|Popeyes)$
            2026-01-02 kfc
                Expenses:Unknown  $5
                cash
            2026-01-03 Other
                Expenses:Unknown  $7
                cash
            2026-01-04 KFC
                Expenses:Travel  $1
                Unknown

            """)
        #expect(journal.problems == [])
        #expect(
            journal.balanceLines == [
                "Expenses:Food|4|$", "Expenses:Travel|1|$", "Expenses:Unknown|7|$", "cash|-12|$",
            ])
    }
}
