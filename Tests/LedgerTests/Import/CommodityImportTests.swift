import Amounts
import CompanyFixtures
import Diagnostics
import Testing

@testable import Ledger

/// What a journal counts that is no money, and amounts beyond all books.
@Suite struct CommodityImportTests {
    private static let hours = """
        2026-04-01 Pay
            1200                  1000.00 GBP
            4000
            assets:vacation          4.62 VACHR
            income:vacation         -4.62 VACHR

        2026-04-02 A day off
            assets:vacation         -8 VACHR
            expenses:vacation        8 VACHR

        """

    @Test func `hours are refused by their lines, and left out where that is told`() throws {
        try ImportDesk.with { desk in
            let refused = try desk.problems(Self.hours) { $0.createsAccounts = true }
            #expect(refused.map { $0.prefix(6) } == ["j:4:1:", "j:5:1:", "j:8:1:", "j:9:1:"])
            #expect(
                refused.first
                    == "j:4:1: 4.62 \"VACHR\" is no amount of money and has no price (expected a price or cost; --commodity 'VACHR=CUR' where it is a currency; or --leave-out 'VACHR')"
            )
            let result = try desk.read(Self.hours) { $0.leftOut = ["VACHR"] }
            #expect(result.entries == 1 && result.newAccounts.isEmpty, "no account is needed for what is left out")
            #expect(
                result.notices.map(\.description)
                    == ["left out, as told: the amounts in \"VACHR\", 4 of them"])
            #expect(try desk.postings() == ["1200 GBP 1000.00 = GBP 1000.00", "4000 GBP -1000.00 = GBP -1000.00"])
        }
    }

    @Test func `what is left out stays where it has a price`() throws {
        try ImportDesk.with { desk in
            try desk.read("2026-04-01 x\n    1200  10 ACME @ 12.34 GBP\n    4000\n") { $0.leftOut = ["ACME"] }
            #expect(try desk.postings() == ["1200 GBP 123.40 = GBP 123.40", "4000 GBP -123.40 = GBP -123.40"])
        }
    }

    @Test func `of many such amounts ten are told, and the number of the others`() throws {
        try ImportDesk.with { desk in
            let days = (0..<20).map { _ in "2026-04-01 x\n    1200  1 h\n    4000  -1 h\n\n" }.joined()
            let told = try desk.problems(days)
            #expect(told.count == 11)
            #expect(told.contains { $0.hasPrefix("30 more postings in \"h\" have no price") }, "\(told)")
        }
    }

    @Test func `a plain number with a price is a quantity, and money at a price in itself is that price`() throws {
        try ImportDesk.with { desk in
            try desk.read(
                "2026-04-01 x\n    1200  2 @ 3.97 GBP\n    4000\n\n2026-04-02 x\n    1200  10 GBP @ 1.10 GBP\n    4000\n"
            )
            #expect(
                try desk.postings() == [
                    "1200 GBP 7.94 = GBP 7.94", "4000 GBP -7.94 = GBP -7.94", "1200 GBP 11.00 = GBP 11.00",
                    "4000 GBP -11.00 = GBP -11.00",
                ])
            #expect(try desk.entries().map { $0.postings[0].description } == ["2", "10 GBP"])
        }
    }

    @Test(arguments: Database.available)
    func `an amount that would make all sums impossible is refused, and the largest one is not`(
        database: Database
    ) throws {
        try ImportDesk.with(database) { desk in
            let told = try desk.problems(
                "2026-04-01 x\n    1200  100000000000000.01 GBP\n    4000\n\n2026-04-01 y\n    1200  92233720368547758.07 GBP\n    4000\n"
            )
            #expect(told.map { $0.prefix(6) } == ["j:1:1:", "j:1:1:", "j:5:1:", "j:5:1:"])
            #expect(told.first?.contains("is too large (expected at most GBP 100000000000000.00)") == true, "\(told)")
            for day in 1...9 { try desk.read("2026-04-0\(day) x\n    1200  100000000000000 GBP\n    4000\n") }
            #expect(try desk.verify() == [])
        }
    }

    @Test func `an account whose name has blanks at its edges can be created`() throws {
        try ImportDesk.with { desk in
            let text = "2026-04-01 x\n    income: Client ABC  -5 GBP\n    1200\n"
            let result = try desk.read(text) { $0.createsAccounts = true }
            #expect(result.newAccounts.map(\.name) == ["Client ABC"])
            #expect(result.newAccounts.map(\.importName) == ["income: Client ABC"])
            #expect(try desk.read(text).knownEntries == 1, "its name is found again")
        }
    }
}
