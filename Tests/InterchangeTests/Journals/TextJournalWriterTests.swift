import Amounts
import Diagnostics
import Testing

@testable import Interchange

@Suite struct TextJournalWriterTests {
    private func text(
        _ journal: JournalReading, _ format: TextJournalFormat, source: TextJournalFormat? = nil
    ) -> String {
        String(decoding: journal.written(as: format, source: source).bytes, as: UTF8.self)
    }

    @Test func `a stated balance is written for the program that stated it, and is a comment for the others`() throws {
        let journal = try JournalReading(.hledger, "2026-01-02 x\n  a  5 EUR == 5 EUR\n  b\n")
        #expect(text(journal, .hledger, source: .hledger).contains("5 EUR == 5 EUR"))
        #expect(text(journal, .ledger, source: .hledger).contains("    ; balance == 5 EUR"))
        #expect(text(journal, .beancount, source: .hledger).contains("    balance: \"5 EUR\""))
    }

    @Test func `a sale at cost is written as each program counts it`() throws {
        let journal = try JournalReading(
            .beancount,
            "2026-01-02 * \"\"\n  Assets:A  10 XY {5.00 USD}\n  Assets:B\n2026-01-03 * \"\"\n  Assets:A  -4 XY {5.00 USD} @ 7.00 USD\n  Assets:B  28.00 USD\n  Income:G\n"
        )
        #expect(journal.problems == [])
        #expect(text(journal, .hledger).contains("-4 XY @ 5.00 USD\n    ; price @ 7.00 USD\n    ; lot 2026-01-02\n"))
        #expect(text(journal, .ledger).contains("-4 XY {5.00 USD} [2026-01-02] @ 7.00 USD\n"))
        #expect(text(journal, .ledger).contains(" 10 XY {5.00 USD} [2026-01-02] @ 5.00 USD\n"))
        #expect(text(journal, .beancount).contains("-4 XY {5.00 USD, 2026-01-02} @ 7.00 USD\n"))
    }

    @Test func `postings that nothing balances are refused for beancount, until they are balanced`() throws {
        var journal = try JournalReading(.ledger, "2026-01-02 x\n  a  5 EUR\n  b\n  (v)  3 EUR\n  [w]  2 EUR\n  [w]\n")
        #expect(
            journal.written(as: .beancount).problems == [
                "j:4:1: the posting to (v), which nothing balances, is unknown to Beancount (expected a journal without it, or another format)"
            ])
        #expect(text(journal, .ledger).contains("\n    (v)  "))
        let counter = journal.names.account("equity:virtual")
        journal.transactions = try journal.transactions.map { try $0.withoutVirtualPostings(counterAccount: counter) }
        #expect(journal.written(as: .beancount).problems == [])
        #expect(journal.transactions.first?.postings.map(\.kind) == [.real, .real, .real, .real, .real, .real])
        #expect(journal.transactions.first?.postings[3].amount.quantity == ExactDecimal(-3))
    }

    @Test func `what is written does not depend on the order in which names were met`() throws {
        let first = "2026-01-02 x\n  a  5 EUR\n  b  -5 EUR\n"
        let second = "2026-01-02 y\n  b  5 USD\n  c  -5 USD\n"
        for format in TextJournalFormat.allCases {
            let one = text(try JournalReading(.ledger, first + "\n" + second), format)
            let other = text(try JournalReading(.ledger, second + "\n" + first), format)
            let head = one.prefix { $0 != "x" }
            #expect(head.split(separator: "2026-01-02 ").first == other.split(separator: "2026-01-02 ").first)
            #expect(one.utf8.count == other.utf8.count)
        }
    }

    @Test func `a price is written in the words of each program`() throws {
        let journal = try JournalReading(.ledger, "P 2026/01/02 EUR $1.10\n2026-01-02 x\n  a  5 EUR\n  b\n")
        #expect(text(journal, .hledger).contains("P 2026-01-02 EUR 1.10 $\n"))
        #expect(text(journal, .ledger).contains("P 2026-01-02 EUR 1.10 $\n"))
        #expect(text(journal, .beancount).contains("2026-01-02 price EUR  1.10 USD\n"))
    }

    @Test func `the receiver's error ends the reading`() {
        struct Stop: Error {}
        var problems = ProblemList()
        var count = 0
        #expect(throws: Stop.self) {
            try TextJournalReader(.ledger).read(
                bytes: Array("2026-01-02 x\n  a  1\n  b\n\n2026-01-02 x\n  a  1\n  b\n".utf8), shownAs: "j",
                problems: &problems
            ) { _, _ in
                count += 1
                throw Stop()
            }
        }
        #expect(count == 1)
    }
}
