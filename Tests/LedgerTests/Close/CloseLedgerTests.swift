import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store
import Testing

@testable import Ledger

/// The close of months and years, as whole runs on both databases.
@Suite struct CloseLedgerTests {
    private static func balances(_ books: ClosingBooks, _ period: String) throws -> [String] {
        try books.store.read { connection in
            guard let header = try PeriodSnapshots.valid(in: connection).first(where: { $0.period == period }) else {
                return []
            }
            return try PeriodSnapshots.balances(of: header, in: connection).map { "\($0)" }
        }
    }

    @Test(arguments: Database.available)
    func `a month is closed step by step, approved by a second person, and then takes nothing`(
        database: Database
    ) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"))
            let waiting = try books.close("2026-04")
            #expect(waiting.state == .waitingApproval)
            #expect(try books.state("2026-P04") == .softClosed)
            #expect(throws: PeriodRefusal.self) { try books.post(ClosingBooks.sale("b", "2026-04-16")) }
            #expect(throws: ApprovalError.self) {
                _ = try Approver(
                    account: "iain", company: books.demo.company, kinds: ClosingBooks.kinds,
                    clock: FixedClock(ClosingBooks.now)
                ).approve(waiting.id, in: books.store)
            }
            try books.approve(waiting)
            // Whoever lets it go on, it was closed by who began it and who agreed.
            let done = try books.close("2026-04", as: "morag")
            #expect(done.id == waiting.id && done.state == .succeeded)
            let april = try books.fiscal("2026-P04")
            let changes = try books.store.read { try FiscalPeriodRecords.changes(of: april, in: $0) }
            #expect(changes.filter { $0.to == "closed" }.allSatisfy { $0.people == ["iain", "morag"] })
            #expect(try books.state("2026-P04") == .closed)
            #expect(try books.problems() == [])
            let keys = try books.store.read { try Journal.entries(of: done.id, in: $0) }.map(\.entry.key)
            #expect(keys == ["close/2026-P04/accrual", "close/2026-P04/accrual back"])
            let header = try #require(try books.snapshots().first)
            #expect(done.summary.figures.contains(.init("hash", header.entryHash)))
            #expect(try books.close("2026-04").id == done.id)
            // The next month needs this one, and the one after needs that.
            #expect(refusal { try books.close("2026-06") }?.exitCode == .refused)
            #expect(try books.closeAndApprove("2026-05").state == .succeeded)
        }
    }

    @Test(arguments: Database.available)
    func `a finding stops the close until it is put right or exactly it is signed off`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            func suspend(_ key: String, _ amount: String) throws -> JournalEntry {
                try JournalEntry(
                    key: key, kind: .adjusting, date: day("2026-04-20"), description: key,
                    postings: [line("1290", gbp(amount)), line("1200", gbp("-" + amount))])
            }
            try books.post(ClosingBooks.sale("a", "2026-04-15"), suspend("x", "7.00"))
            let failure = refusal { try books.close("2026-04") }
            #expect(failure?.exitCode == .refused)
            #expect(
                failure?.problems.map(\.description) == [
                    "account 1290 Suspense: GBP 7.00 is on it; `steward ledger register 1290` shows what it is from"
                ])
            func signOff(_ person: String, _ step: String = "suspense-empty") throws {
                let decider = try PeriodDecider(account: person, company: books.demo.company)
                try books.write(as: person) {
                    _ = try CloseRecords.signOff(
                        step, books.fiscal("2026-P04"), reason: "known", by: decider, at: $0.stamp.at,
                        in: $0.connection)
                }
            }
            #expect(refusal { try signOff("priya") }?.exitCode == .notPermitted)
            #expect(refusal { try signOff("morag", "normal-sides") }?.exitCode == .notFound)
            try signOff("morag")
            #expect(refusal { try signOff("morag") }?.exitCode == .refused)
            // Something else was found since.
            try books.post(suspend("y", "1.00"))
            #expect(refusal { try books.close("2026-04") }?.problems.first?.message.contains("GBP 8.00") == true)
            try signOff("morag")
            let waiting = try books.close("2026-04")
            #expect(waiting.state == .waitingApproval)
            #expect(waiting.summary.figures.contains(.init("signed off", "suspense-empty (1)")))
            let steps = try books.store.read { try CloseRecords.passedSteps(of: waiting.id, in: $0) }
            #expect(steps.first { $0.name == "suspense-empty" }?.findingCount == 1)
            #expect(steps.count { $0.findingCount > 0 } == 1)
        }
    }

    @Test(arguments: Database.available)
    func `what is posted after the results were proposed keeps them from taking effect`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"))
            let waiting = try books.close("2026-04")
            try books.post(ClosingBooks.sale("late", "2026-04-30", kind: .adjusting))
            #expect(throws: ApprovalError.self) { try books.approve(waiting) }
            #expect(try books.state("2026-P04") == .softClosed)
            // It is rejected and begun anew: what the first posted is undone, and posted again.
            #expect(refusal { try books.reopen("2026-P04") }?.exitCode == .refused)
            try books.reject(waiting, reason: "one is late")
            let again = try books.closeAndApprove("2026-04", again: true)
            #expect(again.state == .succeeded && again.generation == 2)
            let rent = try books.store.read {
                try AccountBalances.movements(day("2026-04-01")...day("2026-04-30"), .gbp, in: $0)
            }.first { $0.account == AccountCode("7100") }
            #expect(rent?.debit == gbp("10.00") && rent?.credit == gbp("0.00"))
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `what a program with fewer steps proposed is not carried on, and says what to do`(
        database: Database
    ) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"))
            let waiting = try books.close("2026-04", kinds: ClosingBooks.earlierKinds)
            #expect(waiting.state == .waitingApproval)
            func expectRefusal(_ body: () throws -> Void) throws {
                let refused = refusal(body)
                let failure = try #require(refused)
                #expect(failure.exitCode == .refused)
                #expect(
                    failure.problems.map(\.description) == [
                        "accrual: the program has this step by now (Accrued), and the close did without it"
                    ])
                #expect(failure.advice?.contains("`steward run reject \(waiting.id) --reason REASON`") == true)
            }
            try expectRefusal { try books.approve(waiting) }
            // It was approved before the program was changed.
            try books.approve(waiting, kinds: ClosingBooks.earlierKinds)
            try expectRefusal { try books.close("2026-04") }
            #expect(try books.state("2026-P04") == .softClosed)
            #expect(try books.store.read { try Journal.entries(of: waiting.id, in: $0) }.isEmpty)
            try books.reject(waiting, reason: "a step is new")
            #expect(try books.closeAndApprove("2026-04", again: true).state == .succeeded)
            #expect(try books.state("2026-P04") == .closed)
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `what was approved takes effect, whatever steps the program has got since`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"))
            let waiting = try books.close("2026-04", kinds: ClosingBooks.earlierKinds)
            try books.approve(waiting, kinds: ClosingBooks.earlierKinds)
            // Killed behind the gate.
            try books.store.write {
                try $0.execute("UPDATE run SET steps = steps || ? WHERE run_id = ?", "\napproval", waiting.id)
            }
            #expect(try books.close("2026-04").state == .succeeded)
            #expect(try books.state("2026-P04") == .closed)
            #expect(try books.store.read { try Journal.entries(of: waiting.id, in: $0) }.isEmpty)
        }
    }

    @Test(arguments: Database.available)
    func `a close that stopped half-way does not go on when its period was opened again`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(
                JournalEntry(
                    key: "x", date: day("2026-04-20"), description: "x",
                    postings: [line("1290", gbp("7.00")), line("1200", gbp("-7.00"))]))
            #expect(refusal { try books.close("2026-04") }?.exitCode == .refused)
            #expect(try books.state("2026-P04") == .softClosed)
            try books.reopen("2026-P04")
            #expect(refusal { try books.close("2026-04") }?.summary.contains("canceled") == true)
            try books.post(
                JournalEntry(
                    key: "y", date: day("2026-04-21"), description: "y",
                    postings: [line("1290", gbp("-7.00")), line("1200", gbp("7.00"))]))
            #expect(try books.closeAndApprove("2026-04", again: true).state == .succeeded)
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `close, reopen, close gives the same balances`(database: Database) throws {
        try ClosingBooks.with(database) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"), ClosingBooks.sale("b", "2026-05-15"))
            try books.closeAndApprove("2026-04")
            let first = try books.snapshots()
            let balances = try Self.balances(books, "2026-P04")
            let may = try books.store.read {
                try AccountBalances.movements(day("2026-05-01")...day("2026-05-31"), .gbp, in: $0)
            }
            try books.reopen("2026-P04")
            #expect(try books.state("2026-P04") == .open && books.snapshots() == [])
            // What the close posted is undone, and the figures are those without it.
            let undone = try books.store.read {
                try AccountBalances.movements(day("2026-04-01")...day("2026-05-31"), .gbp, in: $0)
            }
            #expect(
                undone.filter { $0.account == AccountCode("7100") }.allSatisfy { $0.debit.isZero && $0.credit.isZero })
            let run = try books.closeAndApprove("2026-04", again: true)
            #expect(run.state == .succeeded && run.generation == 2)
            let second = try books.snapshots()
            #expect(second.map(\.digest) == first.map(\.digest) && second.map(\.version) == [2])
            #expect(try Self.balances(books, "2026-P04") == balances)
            #expect(
                try books.store.read {
                    try AccountBalances.movements(day("2026-05-01")...day("2026-05-31"), .gbp, in: $0)
                } == may)
            #expect(try books.problems() == [])
            // A correction in between is seen.
            try books.reopen("2026-P04")
            try books.post(ClosingBooks.sale("c", "2026-04-16", "1.00"))
            try books.closeAndApprove("2026-04", again: true)
            #expect(try books.snapshots().map(\.digest) != first.map(\.digest))
            #expect(try books.problems() == [])
        }
    }

    @Test(arguments: Database.available)
    func `a year is closed after its months, its result carried to retained earnings, and locked for good`(
        database: Database
    ) throws {
        let later = try #require(Instant("2027-02-10T08:00:00Z"))
        try ClosingBooks.with(
            database, edit: ["config/ledger.yaml": { $0.replacing("2026-P04", with: "2026-P11") }]
        ) { books in
            try books.post(
                ClosingBooks.sale("a", "2026-11-15", "300.00"), ClosingBooks.sale("b", "2026-12-15", "40.00"),
                ClosingBooks.sale("c", "2027-01-15", "5.00"), at: later)
            #expect(refusal { try books.close("2026", at: later) }?.exitCode == .refused)
            try books.closeAndApprove("2026-11", at: later)
            try books.closeAndApprove("2026-12", at: later)
            try books.closeAndApprove("2027-01", at: later)
            try books.post(ClosingBooks.sale("audit", "2026-12-31", "2.00", kind: .adjusting), at: later)
            // What January begins with has changed.
            #expect(try books.snapshots().map(\.period) == ["2026-P11", "2026-P12"])
            let year = try books.closeAndApprove("2026", at: later)
            #expect(year.state == .succeeded)
            #expect(try books.snapshots().map(\.period) == ["2026-P11", "2026-P12", "2026-P13", "2027-P01"])
            // 300 + 40 + 2 of sales, less the accrual of December; that of November came back in December.
            let entry = try books.store.read { try Journal.find(key: "close/2026-P13/result", in: $0) }
            let carried = entry?.entry.postings.filter { $0.account == AccountCode("3200") }.map(\.base)
            #expect(carried == [gbp("-332.00")])
            let january = try books.store.read {
                try AccountBalances.movements(day("2027-01-01")...day("2027-01-31"), .gbp, in: $0)
            }
            #expect(january.first { $0.account == AccountCode("4000") }?.opening == gbp("0.00"))
            #expect(january.first { $0.account == AccountCode("3200") }?.opening == gbp("-332.00"))
            #expect(try books.problems() == [])
            try books.reopen("2026-P13", asked: "iain", confirmed: "morag")
            #expect(
                try books.store.read {
                    try AccountBalances.movements(day("2027-01-01")...day("2027-01-31"), .gbp, in: $0)
                }
                .first { $0.account == AccountCode("4000") }?.opening == gbp("-342.00"))
            let again = try books.closeAndApprove("2026", again: true, at: later)
            #expect(again.state == .succeeded)
            #expect(try books.problems() == [])
            for period in ["2026-P11", "2026-P12", "2026-P13"] { try books.move(period, to: .locked, at: later) }
            #expect(refusal { try books.move("2026-P12", to: .open, at: later) }?.exitCode == .refused)
        }
    }

    @Test func `a dry run of the close says what it would write, and writes nothing`() throws {
        try ClosingBooks.with(.sqlite) { books in
            try books.post(ClosingBooks.sale("a", "2026-04-15"))
            let before = try StoreDump.lines(of: books.store)
            let job = try JobCatalog.load(for: books.demo.company, kinds: DemoCompany.kinds).job("ledger-close")
            let rehearsal = try books.executor("iain").rehearse(
                job, period: try #require(Period("2026-04")), parameters: ParameterValues([:]))
            #expect(rehearsal.effects.contains { $0.table == "period_balance" })
            #expect(try StoreDump.lines(of: books.store) == before)
        }
    }
}
