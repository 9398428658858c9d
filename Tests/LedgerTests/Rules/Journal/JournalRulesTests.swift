import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

/// Entries in several currencies, their limits, their mirrors and their bytes.
@Suite struct JournalRulesTests {
    private static func entry(
        key: String = "test/1", kind: JournalEntry.Kind = .normal, source: JournalEntry.Source? = nil,
        description: String = "Test", _ postings: [JournalEntry.Posting]
    ) throws -> JournalEntry {
        try JournalEntry(
            key: key, journal: .sales, kind: kind, date: day("2026-05-02"), documentDate: day("2026-04-30"),
            source: source, description: description, postings: postings)
    }

    private static func problems(_ body: () throws -> JournalEntry) -> [String] {
        do {
            _ = try body()
            return []
        } catch let error as LedgerError {
            return error.failure.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    private static let invoice = [
        line("1100", usd("120"), base: gbp("100"), party: Party(.customer, "C7"), due: day("2026-05-30")),
        line("4000", usd("-100"), base: gbp("-83.33"), dimensions: Dimensions(costCentre: "SHOP", project: "P1")),
        line("2200", usd("-20"), base: gbp("-16.67")),
    ]

    @Test func `an entry balances in its currency and in base`() throws {
        #expect(try Self.entry(Self.invoice).baseCurrency == .gbp)
        #expect(
            throws: LedgerError.unusable(
                key: "test/1", problems: [Problem("debits exceed credits by GBP 0.01 in base", expected: "nothing")])
        ) {
            try Self.entry([
                line("1100", usd("120"), base: gbp("100")), line("4000", usd("-120"), base: gbp("-99.99")),
            ])
        }
        #expect(throws: LedgerError.unbalanced(key: "test/1", difference: usd("1"))) {
            try Self.entry([
                line("1100", usd("120"), base: gbp("100")), line("4000", usd("-119"), base: gbp("-100")),
            ])
        }
    }

    @Test func `an exchange needs a conversion account, which is then worth nothing`() throws {
        let exchange = [line("1200", gbp("100")), line("1210", usd("-120"), base: gbp("-100"))]
        #expect(
            Self.problems { try Self.entry(exchange) } == [
                "debits exceed credits by GBP 100.00 (expected nothing)",
                "debits exceed credits by USD -120.00 (expected nothing)",
                "one currency was changed into another (expected a conversion account between them)",
            ])
        let entry = try Self.entry(
            exchange.throughConversion(AccountCode("3900"), description: "Exchange"))
        #expect(
            entry.postings.suffix(2) == [
                line("3900", gbp("-100"), "Exchange"), line("3900", usd("120"), base: gbp("100"), "Exchange"),
            ])
        #expect(try base(of: "3900", in: entry.postings).isZero)
        // What does not balance is not made to.
        let open = [line("1200", gbp("300")), line("4000", gbp("-299"))]
        #expect(try open.throughConversion(AccountCode("3900"), description: "") == open)
        #expect(try Self.invoice.throughConversion(AccountCode("3900"), description: "") == Self.invoice)
    }

    @Test func `an exchange difference is a posting in base alone`() throws {
        let settlement = [
            line("1210", usd("100"), base: gbp("85")), line("1100", usd("-100"), base: gbp("-80")),
            JournalEntry.Posting.inBase(
                account: AccountCode("7950"), gbp("-5"), of: .usd, description: "Exchange difference"),
        ]
        #expect(try Self.entry(settlement).postings.count == 3)
        #expect(settlement[2].amount == usd("0"))
        #expect(
            JournalEntry.Posting.inBase(account: AccountCode("1"), gbp("-5"), of: .gbp, description: "").amount
                == gbp("-5"))
    }

    @Test func `everything that is wrong is named at once`() throws {
        let wrong = [
            line("", usd("120"), base: gbp("100")),
            line("4000", usd("-100"), base: eur("-100"), party: Party(.customer, ""), "a\u{0}b"),
            line("40\t00", gbp("10"), base: gbp("11"), dimensions: Dimensions(costCentre: "a\nb", project: "")),
            line(String(repeating: "9", count: 129), usd("1"), base: gbp("1"), "several\nlines\tare prose"),
        ]
        #expect(
            Self.problems {
                try JournalEntry(
                    key: "", date: day("2026-05-02"), source: .init(type: "", id: "x\u{7}"), reverses: "",
                    description: String(repeating: "é", count: 1_001), postings: wrong)
            } == [
                "key is empty (expected 1 to 200 bytes)",
                "key of the reversed entry is empty (expected 1 to 200 bytes)",
                "the entry  says that it reverses itself",
                "type of the source is empty (expected 1 to 200 bytes)",
                "number of the source has a control character (expected plain text)",
                "description has 2002 bytes (expected at most 2000)",
                "line 1: account is empty (expected 1 to 128 bytes)",
                "line 2: description has a control character (expected plain text)",
                "line 2: customer is empty (expected 1 to 64 bytes)",
                "line 2: EUR -100.00 is given as the amount in base (expected in GBP)",
                "line 3: account has a control character (expected plain text)",
                "line 3: cost centre has a control character (expected plain text)",
                "line 3: project is empty (expected 1 to 64 bytes)",
                "line 3: GBP 10.00 is worth GBP 11.00 (expected the same amount, for GBP is the base currency)",
                "line 4: account has 129 bytes (expected at most 128)",
            ])
    }

    @Test func `an entry has at most 100,000 postings`() throws {
        let pair = [line("1200", gbp("1")), line("4000", gbp("-1"))]
        func lines(_ count: Int) -> [JournalEntry.Posting] { (0..<count).map { pair[$0 % 2] } }
        #expect(try Self.entry(lines(100_000)).postings.count == 100_000)
        #expect(
            Self.problems { try Self.entry(lines(100_002)) } == [
                "the entry has 100002 postings (expected at most 100000; split it)"
            ])
    }

    @Test(arguments: [10_000_000_000_000_001, Int64.max, -10_000_000_000_000_001, .min])
    func `an amount beyond 100 trillion is refused`(minorUnits: Int64) {
        let far = Money(minorUnits: minorUnits, .gbp)
        #expect(
            Self.problems { try Self.entry([line("1", far), line("2", gbp("-1"))]) } == [
                "line 1: \(far) is too large (expected at most GBP 100000000000000.00)"
            ])
    }

    @Test func `sums are exact whatever the order of postings`() throws {
        let most = Money(minorUnits: 10_000_000_000_000_000, .gbp)
        let least = Money(minorUnits: -10_000_000_000_000_000, .gbp)
        let lines = [line("1", most), line("2", most), line("3", least), line("4", least)]
        #expect(try Self.entry(lines).postings.count == 4)
        #expect(try Self.entry([lines[0], lines[2], lines[1], lines[3]]).postings.count == 4)
    }

    @Test func `a reversal is the exact mirror, and its reversal is what was there before`() throws {
        let entry = try Self.entry(kind: .closing, source: .init(type: "invoice", id: "42"), Self.invoice)
        let reversal = try entry.reversed(on: day("2026-06-01"), key: "test/1/reversal")
        #expect(reversal.postings.map(\.amount) == [usd("-120"), usd("100"), usd("20")])
        #expect(reversal.postings.map(\.base) == [gbp("-100"), gbp("83.33"), gbp("16.67")])
        #expect(reversal.kind == .closing)
        #expect(reversal.reverses == "test/1")
        #expect(reversal.documentDate == day("2026-06-01"))
        let back = try reversal.reversed(on: day("2026-06-01"), key: "test/1/again")
        #expect(back.postings == entry.postings)
        #expect(back.source == entry.source && back.journal == entry.journal && back.description == entry.description)
        #expect(
            Self.problems { try entry.reversed(on: day("2026-05-01"), key: "early") } == [
                "test/1 of 2026-05-02 cannot be reversed on 2026-05-01 (expected the same day or a later one)"
            ])
    }

    @Test(arguments: [
        ("GEN", true), ("BNK2", true), ("ABCDEFGH", true), ("", false), ("gen", false), ("2BNK", false),
        ("ABCDEFGHI", false), ("G N", false), ("ÄN", false),
    ])
    func `a journal is named by capital letters and digits`(text: String, isCode: Bool) {
        #expect((JournalCode(text) != nil) == isCode)
    }

    // MARK: - What is hashed

    private static let link = JournalLink(
        number: 1, previousHash: String(repeating: "0", count: 64), period: "2026-P05", run: 3, recordedBy: "ann",
        recordedAt: Instant(microseconds: 1))

    private static func bytes(_ entry: JournalEntry, _ link: JournalLink = link) -> [UInt8] {
        var bytes: [UInt8] = []
        entry.appendCanonicalBytes(of: link, to: &bytes)
        return bytes
    }

    @Test func `the bytes that are hashed are laid out as documented`() throws {
        let entry = try JournalEntry(
            key: "k", date: day("1970-01-02"), description: "é",
            postings: [line("1", gbp("0.01")), line("2", gbp("-0.01"))])
        let link = JournalLink(
            number: 258, previousHash: "ab", run: nil, recordedBy: "", recordedAt: Instant(microseconds: -1))
        let head: [UInt8] =
            [1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 2] + Array("ab".utf8) + [0, 0, 0, 1] + Array("k".utf8)
            + [0, 0, 0, 3] + Array("GEN".utf8) + [0, 0, 0, 6] + Array("normal".utf8)
            + [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0xC3, 0xA9, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            + Array(repeating: 0xFF, count: 8) + [0, 0, 0, 0, 0, 0, 0, 2]
        func tail(_ account: String, _ amount: [UInt8]) -> [UInt8] {
            let money = Array("GBP".utf8) + amount
            return [0, 0, 0, 1] + Array(account.utf8) + money + money + [0, 0, 0, 0, 0, 0, 0, 0]
        }
        #expect(
            Self.bytes(entry, link) == head + tail("1", [0, 0, 0, 0, 0, 0, 0, 1])
                + tail("2", Array(repeating: 0xFF, count: 8)))
    }

    @Test func `the bytes that are hashed tell every two entries apart`() throws {
        let sale = try Self.entry(Self.invoice)
        func entry(_ change: (inout [JournalEntry.Posting]) -> Void) throws -> JournalEntry {
            var postings = Self.invoice
            change(&postings)
            return try Self.entry(postings)
        }
        var all = [
            Self.bytes(sale), Self.bytes(try Self.entry(key: "test/2", Self.invoice)),
            Self.bytes(try Self.entry(kind: .adjusting, Self.invoice)),
            Self.bytes(try Self.entry(source: .init(type: "a", id: "bc"), Self.invoice)),
            Self.bytes(try Self.entry(source: .init(type: "ab", id: "c"), Self.invoice)),
            Self.bytes(try Self.entry(description: "Tes", Self.invoice)),
            Self.bytes(try sale.reversed(on: sale.date, key: "test/1/r")),
            Self.bytes(try entry { $0.swapAt(0, 1) }),
            Self.bytes(try entry { $0[0] = line("1100", usd("120"), base: gbp("100"), party: Party(.supplier, "C7")) }),
            Self.bytes(try entry { $0[0] = line("1100", usd("120"), base: gbp("100"), due: day("2026-05-30")) }),
            Self.bytes(try entry { $0[2] = line("2200", usd("-20"), base: gbp("-16.67"), "VAT") }),
            Self.bytes(try entry { $0[2] = line("2200", usd("-20"), base: gbp("-16.67"), due: day("2026-05-30")) }),
            Self.bytes(try entry { $0[2] = line("2200", usd("-20"), base: gbp("-16.67"), due: day("2026-05-31")) }),
            Self.bytes(
                try entry { $0[2] = line("2200", usd("-20"), base: gbp("-16.67"), dimensions: .init(costCentre: "A")) }),
            Self.bytes(
                try entry { $0[2] = line("2200", usd("-20"), base: gbp("-16.67"), dimensions: .init(project: "A")) }),
        ]
        for link in [
            JournalLink(
                number: 2, previousHash: Self.link.previousHash, period: "2026-P05", run: 3, recordedBy: "ann",
                recordedAt: Self.link.recordedAt),
            JournalLink(
                number: 1, previousHash: Self.link.previousHash, period: "2026-P06", run: 3, recordedBy: "ann",
                recordedAt: Self.link.recordedAt),
            JournalLink(
                number: 1, previousHash: Self.link.previousHash, period: "2026-P05", run: nil, recordedBy: "ann",
                recordedAt: Self.link.recordedAt),
            JournalLink(
                number: 1, previousHash: Self.link.previousHash, period: "2026-P05", run: 3, recordedBy: "bob",
                recordedAt: Self.link.recordedAt),
            JournalLink(
                number: 1, previousHash: Self.link.previousHash, period: "2026-P05", run: 3, recordedBy: "ann",
                recordedAt: Instant(microseconds: 2)),
            JournalLink(
                number: 1, previousHash: "0", period: "2026-P05", run: 3, recordedBy: "ann",
                recordedAt: Self.link.recordedAt),
        ] {
            all.append(Self.bytes(sale, link))
        }
        #expect(Set(all).count == all.count)
        #expect(Self.bytes(try Self.entry(Self.invoice)) == all[0])
    }
}
