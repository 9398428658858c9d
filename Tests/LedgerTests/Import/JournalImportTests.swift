import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Interchange
import Store
import Testing

@testable import Ledger

@Suite(.serialized) struct JournalImportTests {
    private static let household = """
        2026-04-01 * Opening
            1200                  100.00 GBP
            equity:capital

        2026-04-02 Shop | bread
            expenses:food           2.50 GBP  ; project:P1
            1200

        2026-04-02 Shop | bread
            expenses:food           2.50 GBP
            1200

        """

    @Test(arguments: Database.available)
    func `a journal is posted once, however often it is imported`(database: Database) throws {
        try ImportDesk.with(database) { desk in
            let first = try desk.read(Self.household) { $0.createsAccounts = true }
            #expect(first.entries == 3 && first.postings == 6 && first.knownEntries == 0)
            #expect(first.newAccounts.map(\.code.rawValue) == ["3001", "5000"])
            let again = try desk.read(Self.household)
            #expect(again.entries == 0 && again.knownEntries == 3 && again.newAccounts.isEmpty)
            // It grew at its head, was reordered, and has one more of the same: only what is new is posted.
            let grown = try desk.read(
                "2026-04-03 Rent\n    1200  -5 GBP\n    expenses:food\n\n" + Self.household
                    + "2026-04-02 Shop | bread\n    expenses:food  2.5 GBP\n    1200\n")
            #expect(grown.entries == 2 && grown.knownEntries == 3)
            #expect(try desk.verify() == [])
            #expect(try desk.entries().first?.postings.last?.account == AccountCode("3001"))
            #expect(try desk.entries()[1].postings[0].dimensions.project == "P1")
            #expect(try desk.entries()[1].description == "Shop | bread")
        }
    }

    @Test func `new accounts stand behind the others with what the journal calls them`() throws {
        try ImportDesk.with { desk in
            try desk.read(
                """
                account assets:bank:savings
                account giro  ; type:C
                2026-04-01 x
                    expenses:a "b"\\c   1 GBP
                    giro
                """, .text(.hledger)
            ) { $0.createsAccounts = true }
            let text = try String(
                contentsOf: desk.demo.directory.appending(path: ChartOfAccounts.file), encoding: .utf8)
            #expect(text.hasPrefix(ImportDesk.chart))
            #expect(
                text.dropFirst(ImportDesk.chart.count) == """
                      - {account: "1000", name: "Bank, savings", type: asset, cash_flow: cash, import_name: "assets:bank:savings"}
                      - {account: "1001", name: "Giro", type: asset, import_name: "giro"}
                      - {account: "5000", name: "A \\"b\\"\\\\c", type: expense, import_name: "expenses:a \\"b\\"\\\\c"}

                    """)
        }
    }

    @Test func `a type may be declared behind its use, and is asked for where nothing says it`() throws {
        try ImportDesk.with { desk in
            let text = "2026-04-01 x\n    giro  1 GBP\n    1200\n\naccount giro  ; type:L\n"
            let result = try desk.read(text) { $0.createsAccounts = true }
            #expect(result.newAccounts.map(\.type) == [.liability])
            #expect(result.newAccounts.map(\.code.rawValue) == ["2000"])
            let unknown = "2026-04-01 x\n    petty  1 GBP\n    petty  -1 GBP\n"
            #expect(
                try desk.problems(unknown) { $0.createsAccounts = true } == [
                    "j:2:1: it is not told whether \"petty\" is an asset, a liability, equity, income or an expense (expected a declaration with a type, a name that begins with it, or --unknown-type)"
                ])
            let told = try desk.read(unknown) {
                $0.createsAccounts = true
                $0.unknownType = .asset
            }
            #expect(told.newAccounts.map(\.type) == [.asset])
        }
    }

    @Test func `foreign money is worth what the transaction says, or else the price of its day`() throws {
        try ImportDesk.with { desk in
            try desk.read(
                """
                2026-04-01 bought
                    assets:euro    100.00 EUR @@ 87.12 GBP
                    1200

                2026-04-02 at the price of the day
                    4000         -33.33 EUR
                    assets:euro

                2026-04-03 the other way round
                    1200          10.00 GBP @ 1.20 EUR
                    assets:euro  -12.00 EUR

                P 2026-04-01 EUR 0.85 GBP
                P 2026-04-02 EUR 0.86 GBP
                P 2026-04-05 EUR 0.99 GBP
                """)
            #expect(
                try desk.postings() == [
                    "1210 EUR 100.00 = GBP 87.12", "1200 GBP -87.12 = GBP -87.12",
                    "3910 EUR -100.00 = GBP -87.12", "3910 GBP 87.12 = GBP 87.12",
                    "4000 EUR -33.33 = GBP -28.66", "1210 EUR 33.33 = GBP 28.66",
                    "1200 GBP 10.00 = GBP 10.00", "1210 EUR -12.00 = GBP -10.00",
                    "3910 GBP -10.00 = GBP -10.00", "3910 EUR 12.00 = GBP 10.00",
                ])
        }
    }

    @Test func `a rate of the store counts where the journal has none`() throws {
        try ImportDesk.with { desk in
            let text = "2026-04-02 x\n    4000  -10 EUR\n    1210\n\n2026-04-03 y\n    4000  -10 EUR\n    1210\n"
            #expect(
                try desk.problems(text) == [
                    "j:1:1: there is no rate from EUR to GBP for 2026-04-02 (expected a price in the journal, or imported rates)"
                ])
            let day = try #require(CalendarDate("2026-04-01"))
            let rate = try ExchangeRate(date: day, base: .eur, quote: .gbp, rate: #require(Rate("0.5")))
            try desk.read(text, rates: [rate])
            #expect(try desk.postings().first == "4000 EUR -10.00 = GBP -5.00")
        }
    }

    @Test func `what is no money is booked at its price, and rounding goes to its account`() throws {
        try ImportDesk.with { desk in
            try desk.read(
                """
                2026-04-01 shares
                    1200   3 ACME @ 3.335 GBP
                    4000  -2 ACME @ 3.335 GBP
                    4000  -1 ACME @ 3.335 GBP

                """)
            #expect(
                try desk.postings() == [
                    "1200 GBP 10.01 = GBP 10.01", "4000 GBP -6.67 = GBP -6.67", "4000 GBP -3.34 = GBP -3.34",
                ])
            #expect(try desk.entries()[0].postings[0].description == "3 ACME")
            try desk.read("2026-04-02 y\n    1200  3 ACME @ 0.333 GBP\n    4000  -1 ACME @ 0.999 GBP\n")
            try desk.read(
                "2026-04-02 z\n    1200  4 ACME @ 0.333 GBP\n    4000  -2 ACME @ 0.333 GBP\n    4000  -2 ACME @ 0.333 GBP\n"
            )
            #expect(
                try desk.postings().suffix(4) == [
                    "1200 GBP 1.33 = GBP 1.33", "4000 GBP -0.67 = GBP -0.67", "4000 GBP -0.67 = GBP -0.67",
                    "7990 GBP 0.01 = GBP 0.01",
                ])
        }
    }

    @Test(arguments: [
        ("2026-04-01 x\n    1200  1 GBP\n    9999  -1 GBP\n", "j:3:1: the account \"9999\" is not in the chart"),
        ("2026-04-01 x\n    1200  1 GBP\n    4000  -2 GBP\n", "j:1:1: the transaction does not balance"),
        (
            "2026-04-01 x\n    1200  1.005 GBP\n    4000\n",
            "j:2:1: 1.005 GBP has more decimal places than GBP (expected at most 2)"
        ),
        ("2026-04-01 x\n    1200  3 hours\n    4000\n", "j:2:1: 3 \"hours\" is no amount of money and has no price"),
        (
            "2026-04-01 x\n    1210  3 GBP\n    4000\n",
            "j:2:1: GBP 3.00 on 1210, which is kept in EUR (expected an amount in EUR)"
        ),
        ("2026-04-01 x\n    (1200)  3 GBP\n", "j:2:1: a posting in round brackets, which nothing balances"),
        (
            "2026-04-01 x\n    1200  3 GBP  ; date:2026-05-02\n    4000\n",
            "j:2:1: the posting has the date 2026-05-02, its transaction 2026-04-01"
        ),
        (
            "2026-03-01 x\n    1200  3 GBP\n    4000\n",
            "j:1:1: 2026-03-01 is in none of the periods of the books, 2026-P04 to 2027-P04"
        ),
        ("2026-04-01 x\n    1200  3 GBP  ; due:tomorrow\n    4000\n", "j:2:1: due \"tomorrow\" is not a date"),
        ("2026-04-01 x\n    1200  99999999999999999999 GBP\n    4000\n", "j:2:1: an amount is too large"),
        (
            "2026-04-01 x\n    1100  3 GBP\n    4000\n",
            "j:1:1: import/"
        ),
        (
            "2026-04-01 x\n    ; steward-entry:b\n    ; steward-reverses:a\n    1200  3 GBP\n    4000\n",
            "j:1:1: the entry b reverses a, which is not in the books (expected the reversed entry before it)"
        ),
    ])
    func `a mistake is told with its place, and nothing is posted`(text: String, problem: String) throws {
        try ImportDesk.with { desk in
            let sound = "2026-04-01 sound\n    1200  1 GBP\n    4000\n\n"
            let told = try desk.problems(text)
            #expect(told.first?.hasPrefix(problem) == true, "\(told)")
            #expect(try !desk.problems(sound + text).isEmpty)
            #expect(try desk.entries().isEmpty)
        }
    }

    @Test func `all mistakes of a journal are told at once`() throws {
        try ImportDesk.with { desk in
            let problems = try desk.problems(
                """
                2026-04-01 a
                    nowhere  1 GBP
                    1200
                2026-04-02 b
                    nowhere  1 GBP
                    1200     -1.001 GBP
                    4000
                2026-04-31 c
                    1200     1 GBP
                    4000
                2026-04-03 d
                    1200     1 GBP
                    4000     2 GBP
                """)
            #expect(problems.map { $0.prefix(6) } == ["j:2:1:", "j:6:1:", "j:8:1:", "j:11:1"])
        }
    }

    @Test func `an entry that has a name is the same or a mistake`() throws {
        try ImportDesk.with { desk in
            let header = "entry,date,account,amount,currency\n"
            try desk.read(header + "A1,2026-04-01,1200,5.00,GBP\nA1,2026-04-01,4000,-5.00,GBP\n", .csv)
            let other = header + "A1,2026-04-01,1200,6.00,GBP\nA1,2026-04-01,4000,-6.00,GBP\n"
            #expect(
                try desk.problems(other, .csv) == [
                    "j:2:1: the entry A1 was posted before as number 1, with other contents (expected the same, or another name for it)"
                ])
            let result = try desk.read(other, .csv) { $0.source = "bank" }
            #expect(result.entries == 1)
            #expect(try desk.entries().map(\.key) == ["A1", "bank/A1"])
        }
    }

    @Test func `CSV brings parties, dimensions, kinds and foreign money`() throws {
        try ImportDesk.with { desk in
            try desk.read(
                """
                entry,date,account,amount,currency,base_amount,description,party,cost_centre,due_date,kind,document
                1,2026-04-01,1210,100.00,EUR,86.00,Opening,customer C7,SHOP,2026-05-01,opening,INV-1
                1,2026-04-01,3000,-86.00,GBP,-86.00,,,,,,

                """, .csv)
            let entry = try #require(try desk.entries().first)
            #expect(entry.kind == .opening && entry.source == .init(type: "document", id: "INV-1"))
            #expect(entry.postings[0].party == Party(.customer, "C7"))
            #expect(entry.postings[0].due == CalendarDate("2026-05-01"))
            #expect(entry.postings[0].dimensions.costCentre == "SHOP")
            #expect(
                try desk.postings() == [
                    "1210 EUR 100.00 = GBP 86.00", "3000 GBP -86.00 = GBP -86.00", "3910 EUR -100.00 = GBP -86.00",
                    "3910 GBP 86.00 = GBP 86.00",
                ])
            #expect(
                try desk.problems(
                    "entry,date,account,amount,currency,party\n2,2026-04-01,1200,1,GBP,Miller\n2,2026-04-01,4000,-1,GBP,\n",
                    .csv
                ).first
                    == "j:2:1: party \"Miller\" does not say what it is (expected customer …, supplier …, employee …, authority …, institution …, affiliate …)"
            )
        }
    }

    @Test func `accounts are found by the map, whole trees of them too`() throws {
        try ImportDesk.with { desk in
            let file = desk.demo.directory.appending(path: "map.csv")
            try "name,account\nexpenses:*,7990\nexpenses:tax:vat,3000\ngiro,1200\n".write(
                to: file, atomically: true, encoding: .utf8)
            let map = try AccountMap(contentsOf: file.path, shownAs: "map.csv", chart: try desk.chart())
            try desk.read(
                "2026-04-01 x\n    expenses:food:bread  1 GBP\n    expenses:tax:vat  2 GBP\n    giro\n"
            ) { $0.map = map }
            #expect(try desk.entries()[0].postings.map(\.account.rawValue) == ["7990", "3000", "1200"])
            try "name,account\na,1\n".write(to: file, atomically: true, encoding: .utf8)
            let failure = #expect(throws: Failure.self) {
                try AccountMap(contentsOf: file.path, shownAs: "map.csv", chart: try desk.chart())
            }
            #expect(
                failure?.problems.map(\.description) == [
                    "map.csv:2:3: account \"1\" is not in config/accounts.yaml (expected an account of the chart)"
                ])
        }
    }

    @Test func `a chart that cannot be added to is left as it is`() throws {
        let chart =
            ImportDesk.chart.replacing("accounts:\n", with: "accounts: [\n").replacing("  - {", with: "  {")
            .replacing("}\n", with: "},\n") + "]\n"
        try ImportDesk.with(chart: chart) { desk in
            let account = NewAccount(code: AccountCode("1"), name: "x", type: .asset, cashFlow: nil, importName: nil)
            let failure = #expect(throws: Failure.self) {
                try ChartAddition([account], toChartAt: desk.demo.company.path(ChartOfAccounts.file))
            }
            #expect(failure?.problems.map(\.description) == ["  - {account: \"1\", name: \"x\", type: asset}"])
        }
    }
}
