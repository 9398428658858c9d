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

/// Schedules in the store, on both databases.
@Suite struct ScheduleRecordsTests {
    private static func schedule(_ key: String = "deferral/INS", months: String = "2026-06-30") throws
        -> PostingSchedule
    {
        let deferral = try Deferral(
            amount: gbp("100"), service: day("2026-04-01")...day(months), method: .months)
        return PostingSchedule(
            key: key, description: "Insurance", debit: AccountCode("7900"), credit: AccountCode("1200"),
            dimensions: Dimensions(costCentre: "NORTH"), rows: try deferral.rows(), currency: .gbp)
    }

    private static func entries(_ books: SubLedger) throws -> [String] {
        try books.store.read {
            try $0.all(
                """
                SELECT entry.entry_key, entry.entry_date, entry.document_date, posting.base_minor
                  FROM journal_entry AS entry JOIN posting ON posting.entry_number = entry.entry_number
                 WHERE posting.line = 1 ORDER BY entry.entry_number
                """
            ) { "\(try $0.text(0)) \(try $0.text(1)) \(try $0.text(2)) \(try $0.int(3))" }
        }
    }

    @Test(arguments: Database.available)
    func `what is due is posted once, and the last row takes the rest`(database: Database) throws {
        try SubLedger.with(database) { books in
            let schedule = try Self.schedule()
            #expect(try books.write { try ScheduleRecords.insert([schedule], in: $0) } == 1)
            #expect(try books.store.read { try ScheduleRecords.all(in: $0) } == [schedule])
            for _ in 1...2 {
                try books.write { try ScheduleRecords.post(through: day("2026-05-31"), isPartOfClose: false, in: $0) }
            }
            #expect(
                try Self.entries(books) == [
                    "schedule/deferral/INS/1 2026-04-30 2026-04-30 3333",
                    "schedule/deferral/INS/2 2026-05-31 2026-05-31 3333",
                ])
            let rest = try books.store.read { try ScheduleRecords.unposted(through: .latest, in: $0) }
            #expect(rest.map(\.row.number) == [3] && rest.first?.row.amount == gbp("33.34"))
        }
    }

    @Test(arguments: Database.available)
    func `a row that was undone is posted anew under another key`(database: Database) throws {
        try SubLedger.with(database) { books in
            try books.write { try ScheduleRecords.insert([try Self.schedule()], in: $0) }
            try books.write { try ScheduleRecords.post(through: day("2026-04-30"), isPartOfClose: false, in: $0) }
            let posted = try #require(
                try books.store.read { try Journal.find(key: "schedule/deferral/INS/1", in: $0) })
            try books.post([
                try posted.entry.reversed(
                    on: day("2026-04-30"), key: "reopen/1", source: .init(type: "period-reopening", id: "2026-P04"))
            ])
            try books.write { try ScheduleRecords.post(through: day("2026-04-30"), isPartOfClose: false, in: $0) }
            try books.write { try ScheduleRecords.post(through: day("2026-04-30"), isPartOfClose: false, in: $0) }
            #expect(
                try Self.entries(books).map { String($0.prefix { $0 != " " }) } == [
                    "schedule/deferral/INS/1", "reopen/1", "schedule/deferral/INS/1/2",
                ])
        }
    }

    @Test(arguments: Database.available)
    func `a schedule that is made late catches up in the first open period`(database: Database) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            func write<T>(_ body: (UnitOfWork) throws -> T) throws -> T {
                try demo.store.write {
                    try body(
                        UnitOfWork(
                            connection: $0, stamp: Stamp(run: nil, person: "ann", at: DemoCompany.now), digest: nil))
                }
            }
            try write { unit in
                try Journal.adoptConfiguration(of: demo.company, in: unit)
                let cycle = try LedgerSettings.load(for: demo.company).cycle
                let april = FiscalPeriod(containing: day("2026-04-30"), in: cycle)
                for state in [PeriodState.softClosed, .closed] {
                    try FiscalPeriodRecords.move(april, to: state, by: ["ann"], reason: "closed", in: unit)
                }
                try ScheduleRecords.insert([try Self.schedule()], in: unit)
                try ScheduleRecords.post(through: day("2026-05-31"), isPartOfClose: false, in: unit)
            }
            let dates = try demo.store.read {
                try $0.all("SELECT entry_date, document_date FROM journal_entry ORDER BY entry_number") {
                    "\(try $0.text(0)) \(try $0.text(1))"
                }
            }
            #expect(dates == ["2026-05-01 2026-04-30", "2026-05-31 2026-05-31"])
        }
    }

    @Test(arguments: Database.available)
    func `a schedule stands as it was made`(database: Database) throws {
        try SubLedger.with(database) { books in
            let schedule = try Self.schedule()
            try books.write { try ScheduleRecords.insert([schedule], in: $0) }
            #expect(try books.write { try ScheduleRecords.insert([schedule], in: $0) } == 0)
            let other = try Self.schedule(months: "2026-07-31")
            let failure = refusal { try books.write { _ = try ScheduleRecords.insert([other], in: $0) } }
            #expect(failure?.problems.first?.message == "the schedule deferral/INS stands with other rows or accounts")
            #expect(throws: StoreError.appendOnly(table: "schedule_row")) {
                try books.store.write { _ = try $0.execute("DELETE FROM schedule_row") }
            }
        }
    }

    // MARK: - Recurring entries

    private static let rent = """
        recurring: rent
        description: Rent
        first: 2026-01-31
        every_months: 1
        postings:
          - {account: "7100", debit: 1200.00, cost_centre: BRS-SHOP}
          - {account: "2100", credit: 1200.00, party: S-1}

        """

    private static func withRecurring(
        _ files: [String: String], on database: Database = .sqlite, _ body: (DemoCompany) throws -> Void
    ) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            let folder = demo.directory.appending(path: RecurringEntryFile.folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, text) in files {
                try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
            }
            try body(demo)
        }
    }

    @Test(arguments: Database.available)
    func `a recurring entry is posted for each of its dates, from the first period of the books on`(
        database: Database
    ) throws {
        try Self.withRecurring(["rent.yaml": Self.rent], on: database) { demo in
            let entries = try RecurringEntryFile.load(for: demo.company)
            for _ in 1...2 {
                try demo.store.write { connection in
                    let unit = UnitOfWork(
                        connection: connection, stamp: Stamp(run: nil, person: "ann", at: DemoCompany.now), digest: nil)
                    try Journal.adoptConfiguration(of: demo.company, in: unit)
                    try RecurringRecords.post(entries, through: day("2026-05-31"), isPartOfClose: false, in: unit)
                }
            }
            let keys = try demo.store.read {
                try $0.all("SELECT entry_key FROM journal_entry ORDER BY entry_number") { try $0.text(0) }
            }
            #expect(keys == ["recurring/rent/2026-04-30", "recurring/rent/2026-05-31"])
            let items = try demo.store.read { try OpenItemRecords.balances(on: day("2026-05-31"), .gbp, in: $0) }
            #expect(items.map(\.item.party) == [Party(.supplier, "S-1"), Party(.supplier, "S-1")])
        }
    }

    @Test(arguments: [
        ("every_months: 1", "", "rent.yaml:1:1: it comes at no interval (expected every_months or every_days)"),
        ("every_months: 1", "every_days: 0", "rent.yaml:4:13: every_days \"0\""),
        ("party: S-1", "description: x", "account 2100 is a control account and no party is named"),
        ("credit: 1200.00", "credit: 1200.01", "The entry recurring/rent/2026-01-31 does not balance"),
        ("debit: 1200.00", "debit: 1200.00, currency: USD", "USD 1200.00 has no amount in base"),
        ("first: 2026-01-31", "first: 2026-01-31\nlast: 2025-01-01", "it ends on 2025-01-01"),
    ])
    func `a mistake in a recurring entry is told with its place`(right: String, wrong: String, problem: String) throws {
        try Self.withRecurring(["rent.yaml": Self.rent.replacing(right, with: wrong)]) { demo in
            var problems = ProblemList()
            _ = RecurringEntryFile.load(for: demo.company, problems: &problems)
            let found = problems.problems.map(\.description)
            #expect(found.first?.contains(problem) == true, "\(found)")
            #expect(found.allSatisfy { $0.hasPrefix("config/schedules/rent.yaml:") })
        }
    }

    @Test func `two recurring entries of one name are refused`() throws {
        try Self.withRecurring(["a.yaml": Self.rent, "b.yaml": Self.rent]) { demo in
            #expect(
                refusal { _ = try RecurringEntryFile.load(for: demo.company) }?.problems.first?.message
                    == "recurring \"rent\" stands in config/schedules/a.yaml already")
        }
    }

    // MARK: - Assets

    private static func assets(_ rows: String) throws -> [PostingSchedule] {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "assets.csv")
            try
                ("asset,name,cost,salvage,in_use_from,months,every_months,method,rate,debit,credit,cost_centre\n" + rows)
                .write(to: file, atomically: true, encoding: .utf8)
            return try AssetFile(chart: try SubLedger.chart(SubLedger.chartText), currency: .gbp, cycle: .calendarYear)
                .read(contentsOf: file.path, shownAs: "assets.csv")
        }
    }

    @Test func `assets lose their value as their method says, and all of it`() throws {
        let schedules = try Self.assets(
            """
            A-1,Loom,1200.00,,2026-01-01,12,,straight_line,,7900,1200,MILL
            A-2,Van,1000.00,100.00,2026-01-01,36,12,declining_balance,50%,7900,1200,
            A-3,Press,600.00,,2026-01-01,36,12,sum_of_digits,,7900,1200,
            A-4,Desk,366.00,,2026-04-16,12,,straight_line,,7900,1200,

            """)
        #expect(schedules.map(\.key) == ["asset/A-1", "asset/A-2", "asset/A-3", "asset/A-4"])
        #expect(schedules[0].rows.map(\.amount) == Array(repeating: gbp("100"), count: 12))
        #expect(schedules[0].rows.first?.date == day("2026-01-31") && schedules[0].dimensions.costCentre == "MILL")
        #expect(schedules[1].rows.map(\.amount) == ["500", "250", "150"].map(gbp))
        #expect(schedules[1].rows.map(\.date) == ["2026-12-31", "2027-12-31", "2028-12-31"].map(day))
        #expect(schedules[2].rows.map(\.amount) == ["300", "200", "100"].map(gbp))
        // Half of April, and what is left of it a year later.
        #expect(schedules[3].rows.count == 13 && schedules[3].rows.first?.amount == gbp("15.25"))
        #expect(try schedules[3].rows.map(\.amount).sum(.gbp) == gbp("366"))
    }

    @Test(arguments: [
        ("A-1,Loom,0,,2026-01-01,12,,straight_line,,7900,1200,", "assets.csv:2:10: cost \"0\""),
        ("A-1,Loom,5,6,2026-01-01,12,,straight_line,,7900,1200,", "assets.csv:2:1: the salvage value is GBP 6.00"),
        (
            "A-1,Loom,5,,2026-01-01,12,7,straight_line,,7900,1200,",
            "assets.csv:2:24: months is no multiple of every_months"
        ),
        ("A-1,Loom,5,,2026-01-01,12,,linear,,7900,1200,", "assets.csv:2:28: method \"linear\""),
        ("A-1,Loom,5,,2026-01-01,12,,straight_line,5%,7900,1200,", "assets.csv:2:42: rate is for a declining balance"),
        ("A-1,Loom,5,,2026-01-01,12,,straight_line,,7901,1200,", "assets.csv:2:43: there is no account 7901"),
        ("A-1,Loom,5,,2026-01-01,12,,straight_line,,7900,1100,", "assets.csv:2:48: account 1100 is a control account"),
        ("A-1,Loom,5,,2026-02-30,12,,straight_line,,7900,1200,", "assets.csv:2:13: in_use_from \"2026-02-30\""),
    ])
    func `a mistake in the register of assets is told with its place`(row: String, problem: String) {
        let failure = refusal { _ = try Self.assets(row + "\n") }
        #expect(failure?.problems.first?.description.hasPrefix(problem) == true, "\(failure as Any)")
    }
}
