import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store
import Testing

@testable import Ledger

/// Periods in the store: what is let in, what is refused, and who may open again.
@Suite struct PeriodRecordsTests {
    private static func periods(_ books: ClosingBooks) throws -> [String] {
        try books.store.read {
            try $0.all("SELECT entry_key, period FROM journal_entry ORDER BY entry_number") {
                "\(try $0.text(0)) \(try $0.text(1))"
            }
        }
    }

    @Test(arguments: Database.available)
    func `an entry is counted in the period of its date, and a year is closed in its period 13`(
        database: Database
    ) throws {
        try ClosingBooks.with(database) { books in
            try books.post(
                ClosingBooks.sale("a", "2026-04-01"), ClosingBooks.sale("b", "2026-12-31"),
                ClosingBooks.sale("c", "2026-12-31", kind: .adjusting),
                ClosingBooks.sale("d", "2026-12-31", kind: .closing), ClosingBooks.sale("e", "2027-01-01"))
            #expect(
                try Self.periods(books) == ["a 2026-P04", "b 2026-P12", "c 2026-P12", "d 2026-P13", "e 2027-P01"])
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `adjusting entries go to period 13 when the last month is closed`(database: Database) throws {
        try ClosingBooks.with(
            database, edit: ["config/ledger.yaml": { $0.replacing("2026-P04", with: "2026-P12") }]
        ) { books in
            try books.post(ClosingBooks.sale("a", "2026-12-31"))
            try books.move("2026-P12", to: .softClosed)
            try books.post(ClosingBooks.sale("b", "2026-12-31", kind: .adjusting))
            try books.move("2026-P12", to: .closed)
            try books.post(ClosingBooks.sale("c", "2026-12-31", kind: .adjusting))
            #expect(try Self.periods(books) == ["a 2026-P12", "b 2026-P12", "c 2026-P13"])
            #expect(throws: PeriodRefusal.self) { try books.post(ClosingBooks.sale("d", "2026-12-31")) }
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `every entry whose period is not open is named, and none is posted`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.move("2026-P04", to: .softClosed)
            let failure = refusal {
                try books.post(
                    ClosingBooks.sale("fine", "2026-05-02"), ClosingBooks.sale("closed", "2026-04-30"),
                    ClosingBooks.sale("before", "2026-03-31"), ClosingBooks.sale("far", "2036-01-01"))
            }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.summary == "3 entries may not be posted in their periods; nothing was posted.")
            #expect(
                failure?.problems.map(\.description) == [
                    "closed, 2026-04-30: 2026-P04 is soft-closed for general (expected 2026-P05, the first open period, or a later one)",
                    "before, 2026-03-31: it is in no period of the books (expected 2026-P04 to 2027-P05)",
                    "far, 2036-01-01: it is in no period of the books (expected 2026-P04 to 2027-P05)",
                ])
            #expect(try Self.periods(books) == [])
            // Nothing is left of the attempt: the numbers have no gap.
            try books.post(ClosingBooks.sale("fine", "2026-05-02"))
            #expect(try books.problems() == [])
            // What was posted before stays a no-op, whatever became of its period.
            try books.move("2026-P04", to: .closed)
            try books.move("2026-P05", to: .softClosed)
            try books.post(ClosingBooks.sale("fine", "2026-05-02"))
            #expect(try Self.periods(books) == ["fine 2026-P05"])
        }
    }

    @Test(arguments: Database.available)
    func `an area is closed before the others, and only its journals are kept out`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.move("2026-P04", [.payroll], to: .softClosed)
            try books.post(ClosingBooks.sale("general", "2026-04-30"))
            let failure = refusal { try books.post(ClosingBooks.sale("pay", "2026-04-30", journal: .payroll)) }
            #expect(failure?.summary == "2026-P04 is soft-closed for payroll; nothing was posted.")
            try books.post(ClosingBooks.sale("adjusted", "2026-04-30", kind: .adjusting, journal: .payroll))
            #expect(try Self.periods(books) == ["general 2026-P04", "adjusted 2026-P04"])
        }
    }

    @Test(arguments: Database.available, [PeriodState.softClosed, .closed, .locked])
    func `the database itself keeps entries out of a period that is not open`(
        database: Database, state: PeriodState
    ) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-05-01"))
            try books.store.write {
                try $0.execute(
                    "INSERT INTO period_state (period, area, state) VALUES ('2026-P04', 'general', ?)", state.rawValue)
            }
            func insert(_ kind: String, period: String) throws {
                try books.store.write { connection in
                    try connection.execute("UPDATE journal_head SET open_batch = 2")
                    for (index, amount) in [5, -5].enumerated() {
                        try connection.execute(
                            """
                            INSERT INTO posting (entry_number, line, entry_date, account, currency, amount_minor, base_minor,
                                                 description)
                            VALUES (2, ?, '2026-04-30', '1100', 'GBP', ?, ?, '')
                            """, index + 1, amount, amount)
                    }
                    try connection.execute(
                        """
                        INSERT INTO journal_entry (entry_number, entry_key, journal, kind, entry_date, document_date, period,
                            description, base_currency, posting_count, recorded_by, recorded_at, hash_version, hash)
                        VALUES (2, 'b', 'GEN', ?, '2026-04-30', '2026-04-30', ?, '', 'GBP', 2, 'ann', 1, 1, 'x')
                        """, kind, period)
                    try connection.execute("UPDATE journal_head SET entry_number = 2, hash = 'x', open_batch = NULL")
                }
            }
            func isRefused(_ kind: String, period: String = "2026-P04") throws -> Bool {
                do {
                    try insert(kind, period: period)
                    return false
                } catch StoreError.constraint(let violation) {
                    #expect(violation.constraint == "posts_in_open_periods")
                    return true
                }
            }
            #expect(try isRefused("normal"))
            #expect(try isRefused("adjusting") == (state != .softClosed))
            guard state != .softClosed else { return }
            #expect(try !isRefused("normal", period: "2026-P05"))
        }
    }

    @Test(arguments: Database.available)
    func `two people let one person post in a closed period for a while`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.move("2026-P04", to: .softClosed)
            try books.move("2026-P04", to: .closed)
            let until = ClosingBooks.now.adding(seconds: 3_600)
            func ask(_ area: LedgerArea, as person: String = "iain") throws -> Int64 {
                try books.write(as: person) {
                    try PeriodRequests.ask(
                        .except(person: "ann", until: until), books.fiscal("2026-P04"), [area], reason: "late",
                        by: person,
                        at: ClosingBooks.now, in: $0.connection)
                }.number
            }
            func decide(_ request: Int64, as person: String) throws {
                let decider = try PeriodDecider(account: person, company: books.demo.company)
                try books.write(as: person) {
                    try PeriodRequests.decide(request, isConfirmed: true, by: decider, steps: [], in: $0)
                }
            }
            let request = try ask(.general)
            // Asked for is not granted.
            #expect(throws: PeriodRefusal.self) { try books.post(ClosingBooks.sale("a", "2026-04-30")) }
            #expect(refusal { try decide(request, as: "iain") }?.exitCode == .notPermitted)
            #expect(refusal { try decide(request, as: "priya") }?.exitCode == .notPermitted)
            #expect(refusal { try decide(request, as: "nobody") }?.exitCode == .notPermitted)
            try decide(request, as: "morag")
            #expect(refusal { try decide(request, as: "morag") }?.exitCode == .refused)
            try books.post(ClosingBooks.sale("a", "2026-04-30"))
            #expect(throws: PeriodRefusal.self) { try books.post(ClosingBooks.sale("b", "2026-04-30"), as: "bob") }
            #expect(throws: PeriodRefusal.self) { try books.post(ClosingBooks.sale("b", "2026-04-30"), at: until) }
            #expect(throws: PeriodRefusal.self) {
                try books.post(ClosingBooks.sale("b", "2026-04-30", journal: .sales))
            }
            try decide(try ask(.sales), as: "morag")
            try books.post(ClosingBooks.sale("b", "2026-04-30", journal: .sales))
            #expect(try Self.periods(books) == ["a 2026-P04", "b 2026-P04"])
        }
    }

    @Test(arguments: Database.available)
    func `what is opened again takes two people, a reason and the newest period first`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            for period in ["2026-P04", "2026-P05"] {
                try books.move(period, to: .softClosed)
                try books.move(period, to: .closed)
            }
            #expect(refusal { try books.reopen("2026-P04") }?.exitCode == .refused)
            #expect(refusal { try books.reopen("2026-P05", confirmed: "iain") }?.exitCode == .notPermitted)
            #expect(refusal { try books.move("2026-P05", to: .open, by: ["ann"]) }?.exitCode == .refused)
            try books.reopen("2026-P05")
            #expect(try books.state("2026-P05") == .open && books.state("2026-P04") == .closed)
            let changes = try books.store.read {
                try FiscalPeriodRecords.changes(of: books.fiscal("2026-P05"), in: $0)
            }
            #expect(changes.last?.people == ["iain", "morag"] && changes.last?.reason == "booked twice")
            #expect(changes.count == 3 * LedgerArea.allCases.count)
            try books.move("2026-P04", to: .locked)
            #expect(refusal { try books.reopen("2026-P04") }?.exitCode == .refused)
        }
    }

    @Test(arguments: Database.available)
    func `the calendar stays as it was once something is posted by it`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-01"))
            for (text, summary) in [
                ("fiscal_year: {month: 4, day: 1}", "1 entries were counted in fiscal years that begin on another day"),
                ("first_period: 2026-P05", "The first entry of the journal is of 2026-04-01, before 2026-P05"),
            ] {
                try DemoCompany.with(
                    database, hasPeople: false,
                    edit: [
                        "config/ledger.yaml": { file in
                            let key = text.prefix { $0 != ":" }
                            let changed = file.split(separator: "\n", omittingEmptySubsequences: false)
                                .map { $0.hasPrefix(key + ":") ? text : String($0) }.joined(separator: "\n")
                            return key == "fiscal_year"
                                ? changed.replacing("first_period: 2026-P04", with: "first_period: 2026-04") : changed
                        }
                    ]
                ) { other in
                    let settings = try LedgerSettings.load(for: other.company)
                    let failure = refusal {
                        try books.store.write {
                            try FiscalCalendar.adopt(
                                settings, Stamp(run: nil, person: "ann", at: ClosingBooks.now), in: $0)
                        }
                    }
                    #expect(failure?.summary.hasPrefix(summary) == true, "\(failure?.summary ?? "none")")
                }
            }
        }
    }
}
