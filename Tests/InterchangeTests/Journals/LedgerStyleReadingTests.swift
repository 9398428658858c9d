import Amounts
import Calendars
import Testing

@testable import Interchange

@Suite struct LedgerStyleReadingTests {
    // MARK: - Amounts

    @Test(arguments: [
        ("10 EUR", "10", "EUR"), ("10.00 EUR", "10.00", "EUR"), ("-10.00 EUR", "-10.00", "EUR"), ("+5 EUR", "5", "EUR"),
        ("$5", "5", "$"), ("-$5", "-5", "$"), ("$-5", "-5", "$"), ("- $7", "-7", "$"), ("$ -8", "-8", "$"),
        ("-9 $", "-9", "$"), ("5EUR", "5", "EUR"), ("1,000.00 USD", "1000.00", "USD"),
        ("1.000,00 EUR", "1000.00", "EUR"), ("1,00 EUR", "1.00", "EUR"), (".5 EUR", "0.5", "EUR"),
        ("₹1,00,000.00", "100000.00", "₹"), ("5 \"green apples\"", "5", "green apples"),
        ("\"AAPL 2026\" 3", "3", "AAPL 2026"), ("1,234,567.891 X", "1234567.891", "X"), ("5", "5", ""),
        ("123456789012345678901.123456 X", "123456789012345678901.123456", "X"),
        ("0.000000000000000001 X", "0.000000000000000001", "X"),
    ])
    func `an amount is read in both formats`(text: String, quantity: String, commodity: String) throws {
        for format in [TextJournalFormat.hledger, .ledger] {
            let journal = try JournalReading(format, "2026-01-02 x\n  a  \(text)\n  b\n")
            #expect(journal.problems == [], "\(format)")
            let posting = try #require(journal.transactions.first?.postings.first)
            #expect(posting.amount.quantity.description == quantity, "\(format)")
            #expect(journal.names.name(posting.amount.commodity) == commodity, "\(format)")
        }
    }

    @Test(arguments: [
        ("1 000,00 EUR", "1000.00"), ("1\u{A0}000,00 EUR", "1000.00"), ("1\u{202F}234\u{202F}567 EUR", "1234567"),
        ("1E3 EUR", "1000"), ("1e-6 EUR", "0.000001"), ("1,000 EUR", "1.000"), ("1.000 EUR", "1.000"),
        ("10. EUR", "10"), ("1.000.000 EUR", "1000000"),
    ])
    func `hledger reads spaces between digits, exponents, and a single mark as the decimal one`(
        text: String, quantity: String
    ) throws {
        let journal = try JournalReading(.hledger, "2026-01-02 x\n  a  \(text)\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.transactions.first?.postings.first?.amount.quantity.description == quantity)
    }

    @Test func `ledger groups by a comma before three digits, and learns a decimal comma`() throws {
        let journal = try JournalReading(
            .ledger, "2026-01-02 x\n  a  1,000 EUR\n  b\n\n2026-01-02 x\n  a  1,50 EUR\n  c  1.000 EUR\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|1001.5|EUR", "b|-2001.5|EUR", "c|1000|EUR"])
    }

    @Test(arguments: [
        "commodity 1.000,00 EUR\n", "decimal-mark ,\n", "D 1.000,00 EUR\n", "commodity EUR\n  format 1.000,00 EUR\n",
    ])
    func `hledger is told the decimal mark`(directive: String) throws {
        let journal = try JournalReading(.hledger, directive + "2026-01-02 x\n  a  1.000 EUR\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|1000|EUR", "b|-1000|EUR"])
    }

    // MARK: - Transactions

    @Test func `everything a transaction says is kept`() throws {
        let journal = try JournalReading(
            .hledger,
            """
            2026/1/2=2026/1/5 * (12) Shop | groceries ; first, ref: A-7
              ; second
              ! assets:bank\t-5.00 EUR  ; [2026-01-03] type: card
              expenses:food

            """)
        #expect(journal.problems == [])
        let transaction = try #require(journal.transactions.first)
        #expect(transaction.date == CalendarDate("2026-01-02"))
        #expect(transaction.secondaryDate == CalendarDate("2026-01-05"))
        #expect(transaction.status == .cleared)
        #expect(transaction.code == "12")
        #expect(transaction.payee == "Shop")
        #expect(transaction.narration == "groceries")
        #expect(transaction.comment == "first, ref: A-7\nsecond")
        #expect(transaction.metadata == [TextMetadata("ref", "A-7")])
        #expect(transaction.line == 1)
        let first = try #require(transaction.postings.first)
        #expect(first.status == .pending)
        #expect(first.date == CalendarDate("2026-01-03"))
        #expect(first.line == 3)
        #expect(transaction.postings.last?.isInferred == true)
        #expect(journal.balanceLines == ["assets:bank|-5|EUR", "expenses:food|5|EUR"])
    }

    @Test func `ledger's description goes on behind a single semicolon`() throws {
        let journal = try JournalReading(
            .ledger, "2026-01-02 Shop;x ; y  ; note\n  a b ;c  5\n  ; :one:two:\n  ; Key: some value\n  d\n")
        #expect(journal.problems == [])
        let transaction = try #require(journal.transactions.first)
        #expect(transaction.payee == "Shop;x ; y")
        #expect(transaction.comment == "note")
        #expect(transaction.postings.first?.tags == ["one", "two"])
        #expect(transaction.postings.first?.metadata == [TextMetadata("Key", "some value")])
        #expect(journal.balanceLines == ["a b ;c|5|", "d|-5|"])
    }

    @Test func `one amount that is left out takes what is missing of every commodity`() throws {
        for format in [TextJournalFormat.hledger, .ledger] {
            let journal = try JournalReading(
                format, "2026-01-02 x\n  a  5 A\n  b  6 B @ $2\n  c\n  (v)  7 A\n  [w]  8 A\n  [u]\n")
            #expect(journal.problems == [])
            #expect(
                journal.balanceLines
                    == ["a|5|A", "b|6|B", "c|-12|$", "c|-5|A", "u|-8|A", "v|7|A", "w|8|A"], "\(format)")
        }
    }

    @Test func `two commodities without a price are an exchange`() throws {
        for format in [TextJournalFormat.hledger, .ledger] {
            let journal = try JournalReading(format, "2026-01-02 x\n  a  5 A\n  a2  5 A\n  b  -6 B\n")
            #expect(journal.problems == [])
            let postings = try #require(journal.transactions.first?.postings)
            let price = try #require(postings.last?.price)
            #expect(price.isInferred && price.kind == .total)
            #expect(price.amount.quantity == ExactDecimal(10))
            let same = try JournalReading(format, "2026-01-02 x\n  a  5 A\n  b  6 B\n")
            #expect(same.problems.count == 1)
        }
    }

    @Test func `ledger counts a sale at its cost, hledger at its price`() throws {
        let text = "2026-01-02 x\n  a  -5 A {$10} [2025-01-02] (lot) @ $12\n  b  $60\n  g  $-10\n"
        let ledger = try JournalReading(.ledger, text)
        #expect(ledger.problems == [])
        #expect(ledger.transactions.first?.postings.first?.cost?.date == CalendarDate("2025-01-02"))
        let hledger = try JournalReading(.hledger, text)
        #expect(hledger.problems.count == 1)
    }

    @Test func `a rest within the last decimal place is told, not refused`() throws {
        let journal = try JournalReading(.hledger, "2026-01-02 x\n  a  3 X @ $3.333\n  b  $-10.00\n")
        #expect(journal.problems == [])
        #expect(journal.transactions.first?.residuals.map(\.quantity.description) == ["-0.001"])
        let ledger = try JournalReading(
            .ledger, "2026-01-01 y\n  a  $1.001\n  b\n\n2026-01-02 x\n  a  3 X @ $3.333\n  b  $-10.00\n")
        #expect(ledger.problems.count == 1)
    }

    @Test func `a price of more decimal places than are held is rounded`() throws {
        let journal = try JournalReading(
            .ledger, "2026-01-02 x\n  a  2.5 X @ $22.7300000000000000000173472348\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|2.5|X", "b|-56.825|$"])
    }

    // MARK: - Balances that are stated

    @Test func `ledger looks at balances in the order of the lines`() throws {
        let journal = try JournalReading(
            .ledger,
            "2026-01-03 x\n  a  5 A = 5 A\n  b\n\n2026-01-02 x\n  a  = 8 A\n  b\n\n2026-01-01 x\n  a  1 A = 8 A\n  b\n")
        #expect(journal.problems == ["j:10:1: the balance of a is 9 A; off by 1 (expected 8 A, as stated)"])
        #expect(journal.transactions[1].postings[0].amount.quantity == ExactDecimal(3))
    }

    @Test func `hledger looks at balances in the order of the days`() throws {
        let journal = try JournalReading(
            .hledger,
            "2026-01-03 x\n  a  5 A = 6 A\n  b\n\n2026-01-02 x\n  a  1 A = 1 A\n  b\n\n2026-01-03 x\n  a:c  1 A\n  a  0 A =* 7 A\n  b\n"
        )
        #expect(journal.problems == [])
        let wrong = try JournalReading(
            .hledger, "2026-01-03 x\n  a  5 A == 5 A\n  a  1 B\n  b\n\n2026-01-04 x\n  a  1 A == 6 A\n  b\n")
        #expect(wrong.problems == ["j:7:1: a holds 1 B, too (expected nothing but A (==))"])
    }

    @Test func `hledger's amounts from balances need the order of the days`() throws {
        let later = try JournalReading(
            .hledger, "2026-01-03 x\n  a  5 A\n  b\n\n2026-01-02 x\n  a  = 1 A\n  b\n")
        #expect(later.problems.count == 1)
        let earlier = try JournalReading(
            .hledger, "2026-01-03 x\n  a  = 5 A\n  b\n\n2026-01-02 x\n  a  1 A\n  b\n")
        #expect(earlier.problems.count == 1)
    }

    // MARK: - Directives

    @Test func `prefixes and aliases name accounts as each program does`() throws {
        let text =
            "alias foo=bar:baz\napply account X\n2026-01-02 x\n  foo  5\n  foo:x  7\n  c\nend apply account\n\n2026-01-02 x\n  foo  1\n  c\n"
        #expect(
            try JournalReading(.hledger, text).balanceLines
                == ["X:c|-12|", "X:foo:x|7|", "X:foo|5|", "bar:baz|1|", "c|-1|"])
        #expect(
            try JournalReading(.ledger, text).balanceLines == ["X:c|-12|", "bar:baz:x|7|", "bar:baz|6|", "c|-1|"])
    }

    @Test func `declarations and prices are handed over`() throws {
        let journal = try JournalReading(
            .hledger,
            "account assets:bank  ; type: C\naccount savings\n  ; type:Asset\ncommodity 1,000.00 USD\nP 2026-01-02 EUR 1.10 USD\nP 2026/1/2 12:30:00 \"X 1\" $5\nY2025\n1/2 x\n  savings:gold  5\n  b\n"
        )
        #expect(journal.problems == [])
        #expect(journal.directives.count == 5)
        #expect(journal.transactions.first?.date == CalendarDate("2025-01-02"))
        #expect(journal.names.type(of: journal.names.account("savings:gold")) == .asset)
        #expect(journal.names.type(of: journal.names.account("assets:bank")) == .asset)
    }

    @Test func `ledger's automated transactions add to those behind them`() throws {
        let journal = try JournalReading(
            .ledger,
            "2026-01-01 x\n  Income:A  $-10.00\n  Cash\n\n= /^income/\n  (Liabilities:Tithe)  -0.12  ; note\n  [Set aside]  $1\n  [Cash]  $-1\n\n2026-01-02 x\n  Income:B  $-5.00\n  Cash\n"
        )
        #expect(journal.problems == [])
        #expect(
            journal.balanceLines == [
                "Cash|14|$", "Income:A|-10|$", "Income:B|-5|$", "Liabilities:Tithe|0.6|$", "Set aside|1|$",
            ])
        let off = try JournalReading(.ledger, "= income\n  X  0.5\n\n2026-01-02 x\n  income  $-5.00\n  Cash\n")
        #expect(off.problems.count == 1)
    }

    @Test func `ledger's stated balance of a real posting leaves virtual ones out`() throws {
        let journal = try JournalReading(
            .ledger,
            "2026-01-01 x\n  a  $100\n  e\n\n2026-01-01 x\n  [a]  = 0\n  [b]  $100\n\n2026-01-02 x\n  a  = $80\n  f\n")
        #expect(journal.problems == [])
        #expect(journal.balanceLines == ["a|-20|$", "b|100|$", "e|-100|$", "f|20|$"])
        let unbalanced = try JournalReading(
            .ledger, "2026-01-01 x\n  [a]  = $5\n  [b]  $1\n")
        #expect(unbalanced.problems.count == 1)
    }

    @Test(arguments: [
        ("($5.00 * 2)", "10.00", "$"), ("(10 EUR + 2.5 EUR - 1 EUR)", "11.5", "EUR"), ("((1 + 2) * $4 / 3)", "4", "$"),
        ("(-(1 EUR))", "-1", "EUR"), ("($36/3600)", "0.01", "$"),
    ])
    func `ledger computes amounts in brackets`(text: String, quantity: String, commodity: String) throws {
        let journal = try JournalReading(.ledger, "2026-01-02 x\n  a  \(text)\n  b\n")
        #expect(journal.problems == [])
        #expect(journal.transactions.first?.postings.first?.amount.quantity.description == quantity)
        #expect(
            journal.balances.accounts.flatMap { journal.balances.amounts(of: $0) }.allSatisfy {
                journal.names.name($0.commodity) == commodity
            })
    }

    @Test(arguments: [
        "($1 / 3)", "($1 / 0)", "($1 + 1 EUR)", "($2 * $3)", "(1 / $3)", "($1", "(f($1))", "(total)", "()",
    ])
    func `ledger's other expressions are refused`(text: String) throws {
        #expect(try JournalReading(.ledger, "2026-01-02 x\n  a  \(text)\n  b\n").problems.count == 1)
    }

    @Test func `ledger's lot without a price counts as it is`() throws {
        let journal = try JournalReading(
            .ledger, "2026-01-01 x\n  a  100 FOO {$43.44} [2026-01-01]\n  b\n")
        #expect(journal.balanceLines == ["a|100|FOO", "b|-100|FOO"])
    }

    @Test func `ledger's bucket takes the other side`() throws {
        let journal = try JournalReading(.ledger, "A assets:cash\n2026-01-02 x\n  food  5 EUR\n")
        #expect(journal.balanceLines == ["assets:cash|-5|EUR", "food|5|EUR"])
    }

    @Test func `what is not read and changes nothing is named, and the rest is refused by name`() throws {
        let harmless = try JournalReading(
            .hledger,
            "~ monthly\n  a  5\n  b\n\n= a\n  (c)  1\n\ncomment\n anything = 5\nend comment\n2026-01-02 x\n  a  1\n  b\n"
        )
        #expect(harmless.problems == [])
        #expect(harmless.notices.map { $0.prefix(6) } == ["j:1:1:", "j:5:1:"])
        #expect(harmless.transactions.count == 1)
        let refused = try JournalReading(
            .ledger,
            "= a and b\n  (c)  1\n\ni 2026/01/02 10:00:00 x\nC 1.00 Kb = 1024 b\n--strict\nacount x\n2026-01-02 x\n  <a>  1\n  b  ($5 * rate)\n  c\n"
        )
        #expect(
            refused.problems.map { String($0.prefix { $0 != " " }) } == [
                "j:1:1:", "j:4:1:", "j:5:1:", "j:6:1:", "j:7:1:", "j:9:3:", "j:10:12:",
            ])
        #expect(refused.problems[4].contains("did you mean \"account\""))
    }

    // MARK: - Bad input

    @Test(arguments: [
        ("2026-13-02 x\n", "j:1:1: \"2026-13-02\" is no day of the calendar (expected a day that exists)"),
        ("26/1/2 x\n", "j:1:1: the year of the date \"26/1/2\" does not have four digits (expected YYYY-MM-DD)"),
        ("1/2 x\n", "j:1:1: the date \"1/2\" has no year (expected YYYY-MM-DD, or a line \"Y 2026\" before it)"),
        (
            "2026-01-02 x\n  a  5 EUR\n  b  -4.90 EUR\n",
            "j:1:1: the transaction does not balance: its postings add up to 0.10 EUR (expected 0; or leave the amount of one posting out)"
        ),
        (
            "2026-01-02 x\n  a  5 EUR\n  b\n  c\n",
            "j:1:1: two postings of the transaction have no amount (expected at most one; two spaces or a tab end the name of an account)"
        ),
        (
            "2026-01-02 x\n  a  5 EUR, 6\n  b\n",
            "j:2:11: \", 6\" behind the amount is not read (expected a price (@), a balance (=) or a comment (;))"
        ),
        (
            "  a  5 EUR\n",
            "j:1:3: an indented line that belongs to nothing: \"a  5 EUR\" (expected a transaction before it, without an empty line between)"
        ),
        (
            "2026-01-02 é\n  é  5é5 EUR\n  b\n",
            "j:2:8: \"5 EUR\" behind the amount is not read (expected a price (@), a balance (=) or a comment (;))"
        ),
        (
            "2026-01-02 x\n  a  1.2.3,4,5 EUR\n  b\n",
            "j:2:6: the marks of the number contradict each other (expected one decimal mark, and one other mark between groups of digits, e.g. 1,250.00 or 1.250,00)"
        ),
        (
            "2026-01-02 x\n  a  0.1234567890123456789 EUR\n  b\n",
            "j:2:6: the number has 19 decimal places (expected at most 18)"
        ),
        ("2026-01-02 x\n  a  \"EUR 5\n  b\n", "j:2:6: the quote is never closed (expected e.g. \"green apples\")"),
        ("include other.journal\n", "j:1:9: a journal in memory includes no file (expected a file of its own)"),
        ("2026-01-02 x\u{0}\n", "j:1:13: a NUL byte (expected text; the file is damaged, or no journal)"),
        ("end apply account\n", "j:1:1: \"end apply account\" ends nothing that has begun (expected apply before it)"),
    ])
    func `a mistake is told with its place`(text: String, problem: String) throws {
        #expect(try JournalReading(.hledger, text).problems == [problem])
    }

    @Test func `bytes that are no text are refused where they stand, and the rest is read`() throws {
        var bytes = Array("\u{FEFF}2026-01-02 Müller\r\n  a  5 €\r\n  b\r\n\r\n; ".utf8)
        bytes += [0xE9, 0x0A]
        let journal = try JournalReading(.hledger, bytes: bytes)
        #expect(journal.problems.count == 1)
        #expect(journal.problems.first?.hasPrefix("j:5:3: the byte 0xE9 is not UTF-8") == true)
        #expect(journal.balanceLines == ["a|5|€", "b|-5|€"])
        let wide = try JournalReading(.hledger, bytes: [0xFF, 0xFE, 0x32, 0])
        #expect(wide.problems.first?.contains("UTF-16") == true)
    }

    @Test func `all mistakes are told at once, up to the limit`() throws {
        var options = TextJournalOptions()
        options.maximumProblems = 7
        options.maximumLineBytes = 100
        let lines = (0..<20).map { "nonsense \($0)\n" }.joined()
        let journal = try JournalReading(.ledger, lines, options: options)
        #expect(journal.problems.count == 7)
        #expect(journal.isCutShort)
        let long = "2026-01-02 " + String(repeating: "x", count: 200) + "\n  a  1\n  b\n"
        #expect(
            try JournalReading(.ledger, long, options: options).problems.first
                == "j:1:1: the line is longer than 100 bytes (expected shorter lines)")
    }

    @Test func `a transaction of ten thousand postings is read, and one of more than the limit refused`() throws {
        let lines = (0..<10_000).map { "  a:\($0)  1.00 EUR\n" }.joined()
        let journal = try JournalReading(.ledger, "2026-01-02 x\n" + lines + "  b\n")
        #expect(journal.problems == [])
        #expect(
            journal.balances.balance(of: journal.names.account("b"), in: journal.names.commodity("EUR"))
                == ExactDecimal(-10_000))
        var options = TextJournalOptions()
        options.maximumPostings = 100
        #expect(try JournalReading(.ledger, "2026-01-02 x\n" + lines, options: options).problems.count == 1)
    }
}
