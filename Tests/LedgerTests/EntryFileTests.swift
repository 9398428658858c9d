import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

@testable import Ledger

/// Entries that a person writes, and their reversal.
@Suite struct EntryFileTests {
    private static func read(
        _ text: String, as name: String = "april.yaml", _ defaults: EntryFile.Defaults = .init(),
        rates: [ExchangeRate] = []
    ) throws -> [JournalEntry] {
        try withTemporaryDirectory { directory in
            try DemoCompany.copyConfiguration(to: directory, store: "sqlite:var/x.db")
            let company = try Company.load(from: directory.path)
            let file = directory.appending(path: name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            let drafting = EntryDrafting(
                chart: try ChartOfAccounts.load(for: company), settings: try LedgerSettings.load(for: company),
                base: .gbp, rates: try ExchangeRateTable(rates, pivot: .eur))
            return try EntryFile(drafting, base: .gbp).read(contentsOf: file.path, shownAs: name, defaults)
        }
    }

    private static let rent = """
        entries:
          - entry: rent
            date: 2026-04-30
            description: Rent of April
            document: INV-7
            postings:
              - {account: "7100", debit: 1200.00, cost_centre: BRS-SHOP}
              - {account: "2100", credit: 1200, party: S-1, due: 2026-05-15, description: Mill Lane}

        """

    @Test func `an entry is read with all that it says`() throws {
        let entry = try #require(try Self.read(Self.rent).first)
        #expect(entry.key == "manual/rent" && entry.journal == .general && entry.kind == .normal)
        #expect(entry.source == .init(type: "document", id: "INV-7"))
        #expect(
            entry.postings == [
                line("7100", gbp("1200"), dimensions: Dimensions(costCentre: "BRS-SHOP"), "Rent of April"),
                line("2100", gbp("-1200"), party: Party(.supplier, "S-1"), due: day("2026-05-15"), "Mill Lane"),
            ])
    }

    @Test func `the same is read from CSV`() throws {
        let csv = """
            entry,date,account,amount,currency,description,party,cost_centre,document,due_date
            rent,2026-04-30,7100,1200.00,GBP,Rent of April,,BRS-SHOP,INV-7,
            rent,2026-04-30,2100,-1200.00,GBP,Mill Lane,supplier:S-1,,INV-7,2026-05-15

            """
        #expect(try Self.read(csv, as: "april.csv") == Self.read(Self.rent))
    }

    @Test func `an accrual is undone on the first day of the next period`() throws {
        let entries = try Self.read(Self.rent, .init(kind: .adjusting, isReversedNext: true))
        #expect(entries.map(\.key) == ["manual/rent", "manual/rent/reversal"])
        #expect(entries.map(\.date) == [day("2026-04-30"), day("2026-05-01")])
        #expect(entries.allSatisfy { $0.kind == .adjusting } && entries[1].reverses == "manual/rent")
    }

    @Test func `a document in another currency is booked at the rate of its day, to the penny`() throws {
        let text = """
            entries:
              - entry: fair
                date: 2026-04-30
                document_date: 2026-04-28
                description: Stand at the fair
                postings:
                  - {account: "7600", debit: 33.33, currency: USD}
                  - {account: "7400", debit: 33.33, currency: USD}
                  - {account: "2100", credit: 66.66, currency: USD, party: S-1}

            """
        let rate = ExchangeRate(date: day("2026-04-27"), base: .gbp, quote: .usd, rate: Rate("1.3") ?? .zero)
        let entry = try #require(try Self.read(text, rates: [rate]).first)
        // 33.33 / 1.3 = 25.638…, 66.66 / 1.3 = 51.276…: each to the penny, and 2 × 25.64 = 51.28.
        #expect(entry.postings.map(\.base) == ["25.64", "25.64", "-51.28"].map(gbp))
        let missing = refusal { _ = try Self.read(text) }
        #expect(missing?.problems.first?.description.contains("no rate from USD to GBP for 2026-04-28") == true)
    }

    @Test func `what changes one currency into another goes through the conversion account`() throws {
        let text = """
            entries:
              - entry: exchange
                date: 2026-04-30
                description: Dollars bought
                postings:
                  - {account: "1200", debit: 130.00, currency: USD, base: 100.00}
                  - {account: "1230", credit: 100.00}

            """
        let entry = try #require(try Self.read(text).first)
        #expect(entry.postings.map(\.account.rawValue) == ["1200", "1230", "3910", "3910"])
        #expect(try base(of: "3910", in: entry.postings).isZero)
    }

    @Test(arguments: [
        (
            [("debit: 1200.00", "debit: 1200.01")],
            ["april.yaml:2:5: The entry manual/rent does not balance: debits exceed credits by GBP 0.01."]
        ),
        (
            [("\"7100\"", "\"7101\""), ("party: S-1, ", "")],
            [
                "april.yaml:7:19: there is no account 7101",
                "april.yaml:8:9: account 2100 is a control account and no party is named (expected the supplier whose account it is)",
            ]
        ),
        (
            // What is wrong with the form, and what with the content, in the order of the file.
            [("party: S-1", "party: \"customer:S-1\""), ("1200.00", "1200.001"), ("\"7100\"", "\"7101\"")],
            [
                "april.yaml:7:19: there is no account 7101", "april.yaml:7:34: debit \"1200.001\"",
                "april.yaml:8:48: party \"customer:S-1\" is of another kind than the account",
            ]
        ),
        (
            [("party: S-1", "party: \"customer:S-1\"")],
            [
                "april.yaml:8:48: party \"customer:S-1\" is of another kind than the account (expected the kind supplier)"
            ]
        ),
        (
            [("credit: 1200,", "credit: 1200, debit: 1,"), ("date: 2026-04-30", "date: 30.4.2026")],
            [
                "april.yaml:3:11: date \"30.4.2026\"",
                "april.yaml:8:9: the posting has two amounts (expected debit or credit)",
            ]
        ),
        ([("debit: 1200.00, ", "")], ["april.yaml:7:9: the posting has no amount (expected debit or credit)"]),
        (
            [("1200.00", "0.00"), ("credit: 1200,", "credit: 0,")],
            ["april.yaml:7:34: debit \"0.00\"", "april.yaml:8:35: credit \"0\""]
        ),
        ([("document: INV-7", "colour: red")], ["april.yaml:5:5: the key \"colour\" is unknown"]),
        ([("debit: 1200.00", "debit: 1200.00, base: 5")], ["april.yaml:7:49: base is for amounts that are not GBP"]),
    ])
    func `everything that is wrong is told with its place`(
        changes: [(String, String)], expected: [String]
    ) throws {
        let text = changes.reduce(Self.rent) { $0.replacing($1.0, with: $1.1) }
        let failure = refusal { _ = try Self.read(text) }
        let found = failure?.problems.map(\.description) ?? []
        #expect(found.count == expected.count, "\(found)")
        for (found, expected) in zip(found, expected) { #expect(found.hasPrefix(expected), "\(found)") }
        #expect(failure?.exitCode == .usage)
    }

    @Test func `rows of a CSV are looked at beside those that cannot be read`() throws {
        let csv = """
            entry,date,account,amount,currency,description,party
            rent,2026-04-30,7101,1200.00,GBP,Rent of April,
            rent,2026-04-30,2100,-1200.0x,GBP,Mill Lane,supplier:S-1
            rates,2026-04-30,7100,5.00,GBP,Rates,
            rates,2026-04-30,1200,-5.01,GBP,Rates,

            """
        let found = refusal { _ = try Self.read(csv, as: "april.csv") }?.problems.map(\.description) ?? []
        #expect(
            found.map { $0.split(separator: " ").prefix(6).joined(separator: " ") } == [
                "april.csv:2:1: there is no account 7101;", "april.csv:3:22: amount \"-1200.0x\" is not an",
                "april.csv:4:1: the entry \"rates\" does not",
            ], "\(found)")
    }

    @Test func `one name is one entry of the file`() throws {
        let twice = Self.rent + Self.rent.replacing("entries:\n", with: "")
        let failure = refusal { _ = try Self.read(twice) }
        #expect(
            failure?.problems.first?.description
                == "april.yaml:9:5: the entry \"rent\" stands here a second time (first on line 2) (expected a name of its own)"
        )
    }

    // MARK: - Reversal

    private static func reverse(
        _ reference: String, in books: SubLedger, date: String = "2026-04-28"
    ) throws -> (entry: Journal.Posted, isNew: Bool) {
        try books.write {
            try EntryReversals.reverse(
                reference, on: day(date), reason: "Booked twice", accounts: SubLedger.accounts, .gbp, in: $0)
        }
    }

    @Test(arguments: Database.available)
    func `an entry is reversed once, and its items settle each other`(database: Database) throws {
        try SubLedger.with(database) { books in
            try books.owe("invoice/1", usd("100"), base: gbp("80"))
            let first = try Self.reverse("invoice/1", in: books)
            #expect(first.isNew && first.entry.number == 2 && first.entry.entry.reverses == "invoice/1")
            #expect(try books.open().isEmpty && books.isProven())
            #expect(try books.open("2026-04-27").count == 1)
            #expect(try Self.reverse("1", in: books).isNew == false)
            #expect(
                refusal { _ = try Self.reverse("1", in: books, date: "2026-04-29") }?.summary
                    == "Entry 1 (invoice/1) was reversed by entry 2 of 2026-04-28.")
            // And the reversal of the reversal brings the item back.
            _ = try Self.reverse("invoice/1/reversal", in: books)
            #expect(try books.open() == ["1.1 C1 USD 100.00 (80.00)"])
            #expect(try books.isProven())
            let reason = try books.store.read { try $0.first("SELECT reason FROM reversal") { try $0.text(0) } }
            #expect(reason == "Booked twice")
        }
    }

    @Test(arguments: Database.available)
    func `what is settled or another's to undo is not reversed`(database: Database) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", gbp("100"))
            let payment = try books.owe("payment/1", gbp("-100"), against: "1200")
            try books.settle(
                "p1", [match(invoice, payment, gbp("60"))],
                deductions: [.init(item: invoice, .writeOff, amount: gbp("1"), to: AccountCode("7900"))])
            #expect(
                refusal { _ = try Self.reverse("1", in: books) }?.problems.map(\.description) == [
                    "item 1.1 of GBP 100.00 is settled but for GBP 39.00 (expected all of it to be open; see `steward ledger items 1.1`)"
                ])
            #expect(refusal { _ = try Self.reverse("settlement/p1", in: books) }?.exitCode == .refused)
            #expect(refusal { _ = try Self.reverse("9", in: books) }?.exitCode == .notFound)
            #expect(
                refusal { _ = try Self.reverse("2", in: books, date: "2026-03-01") }?.exitCode == .refused)
            #expect(try books.isProven())
        }
    }
}
