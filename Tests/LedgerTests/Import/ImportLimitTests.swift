import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Ledger

/// What is large, late or in another script, imported as a whole journal on both databases.
@Suite struct ImportLimitTests {
    @Test(arguments: Database.available)
    func `an entry of ten thousand lines is posted as one, line by line`(database: Database) throws {
        try ImportDesk.with(database) { desk in
            let lines = (1..<10_000).map { "    1200  \($0).07 GBP\n" }.joined()
            let result = try desk.read("2026-04-01 Takings\n\(lines)    4000\n")
            #expect(result.entries == 1 && result.postings == 10_000)
            let postings = try #require(try desk.entries().first).postings
            #expect(postings.count == 10_000)
            for (index, posting) in postings.dropLast().enumerated() {
                guard posting.amount.minorUnits == Int64(index + 1) * 100 + 7 else {
                    Issue.record("line \(index + 1): \(posting.amount)")
                    break
                }
            }
            // 9,999 × 10,000 / 2 pounds, and 7 pence each.
            #expect(postings.last?.amount == gbp("-49995699.93"))
            #expect(try desk.verify() == [])
        }
    }

    @Test(arguments: Database.available)
    func `a journal that reaches into a closed month is refused as a whole`(database: Database) throws {
        try ImportDesk.with(database) { desk in
            func entry(_ day: String) -> String { "\(day) \(day)\n    1200  1 GBP\n    4000\n\n" }
            try desk.read(entry("2026-04-01"))
            try desk.demo.store.write { connection in
                let unit = UnitOfWork(
                    connection: connection, stamp: Stamp(run: nil, person: "ann", at: DemoCompany.now), digest: nil)
                let april = try #require(FiscalPeriod("2026-P04", in: .calendarYear))
                for state in [PeriodState.softClosed, .closed] {
                    try FiscalPeriodRecords.move(
                        april, Set(LedgerArea.allCases), to: state, by: ["ann", "bob"], reason: "a test", in: unit)
                }
            }
            let told = try desk.problems(entry("2026-05-01") + entry("2026-04-02") + entry("2026-04-03"))
            // A closed period is told once, with the place of the first entry in it.
            #expect(told == ["j:5:1: 2026-P04 is closed for general (expected an open period)"])
            #expect(try desk.entries().count == 1, "nor is that of May posted")
            // What was posted before is known, and a late import of it changes nothing.
            let again = try desk.read(entry("2026-04-01") + entry("2026-05-01"))
            #expect(again.knownEntries == 1 && again.entries == 1)
        }
    }

    @Test(arguments: Database.available)
    func `text in any script is kept as it was written`(database: Database) throws {
        let texts = [
            "Zoë Müller – Ænima", "Ελληνικά", "Кириллица", "עברית 123", "العربية ١٢٣", "हिन्दी", "ไทย", "日本語 会計", "한국어",
            "e\u{301} and é", "👩‍👩‍👧 family", "\u{202B}right to left\u{202C}", "a\u{200B}b", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        ]
        try ImportDesk.with(database) { desk in
            let journal = texts.map { "2026-04-01 \($0)\n    1200  1 GBP  ; \($0)\n    4000\n\n" }.joined()
            try desk.read(journal)
            let entries = try desk.entries()
            #expect(entries.map { Array($0.description.utf8) } == texts.map { Array($0.utf8) })
            // The same letters written otherwise are another text: nothing was taken for the same.
            #expect(Set(entries.map(\.key)).count == texts.count)
            #expect(try desk.read(journal).knownEntries == texts.count)
            #expect(try desk.verify() == [])
        }
    }
}
