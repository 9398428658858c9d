import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport

@testable import Ledger

/// A company in three currencies, made from a seed: it trades, pays, borrows nothing, and closes month by
/// month and year by year through the real records and kinds.
///
/// With faults, transactions are cut off after they have posted, come a second time, and closes die between their steps.
/// The books must be the same as without.
struct GeneratedCompany {
    let demo: DemoCompany
    let hasFaults: Bool
    var numbers: Numbers
    /// What goes wrong must not change what is made up.
    private var faults: Numbers
    private(set) var faultCount = 0
    private var moment = Instant(microseconds: 0)
    private var rates: ExchangeRateTable
    private let jobs: JobCatalog

    static let firstMonth = day("2026-07-01")
    /// Closes must not stop at anything else; what stops there is looked at and signed off.
    static let steps: Set = ["normal-sides", "changes-explained", "rounding-within-limit"]

    struct Interrupted: Error {}

    /// A step that dies where it is told to.
    struct Interruption: CloseStep {
        let stage: CloseStage
        var name: String { "interruption-\(stage.rawValue)" }
        var title: String { "Interruption at \(stage)" }
        var occasions: Set<CloseOccasion> { [.month, .year] }

        @TaskLocal static var wanted: CloseStage?

        func perform(_ close: CloseContext, in work: RunWork) throws {
            if Self.wanted == stage { throw Interrupted() }
        }
    }

    enum Steps: CloseStepCatalog {
        static let steps: [any CloseStep] = CloseStage.allCases.filter { $0 != .snapshot }.map {
            Interruption(stage: $0)
        }
    }

    static let kinds = KindRegistry([CloseLedger<Steps>.self, CloseLedgerYear<Steps>.self])

    private static let accounts = """
          - {account: "1104", name: "Prepayments", type: asset}
          - {account: "1210", name: "Bank, euros", type: asset, cash_flow: cash}
          - {account: "1220", name: "Bank, dollars", type: asset, cash_flow: cash}
          - {account: "2109", name: "Accruals", type: liability}
          - {account: "4020", name: "Discounts received", type: income, section: other_income}
          - {account: "7910", name: "Discounts allowed, and debts given up", type: expense}

        """

    private static let rent = """
        recurring: rent
        description: Rent of the mill; paid in advance
        first: 2026-07-01
        every_months: 1
        postings:
          - {account: "7100", debit: 3400.00, cost_centre: MILL}
          - {account: "1200", credit: 3400.00}

        """

    private static let cleaning = """
        recurring: cleaning
        description: Cleaning
        first: 2026-07-07
        every_days: 7
        postings:
          - {account: "7200", debit: 61.37}
          - {account: "1200", credit: 61.37}

        """

    static func with<T>(
        _ database: Database, seed: UInt64, hasFaults: Bool, _ body: (inout GeneratedCompany) throws -> T
    ) throws -> T {
        try DemoCompany.with(
            database, hasPeople: false,
            edit: [
                "config/accounts.yaml": { $0 + Self.accounts },
                "config/ledger.yaml": {
                    $0.replacing("2026-P04", with: "2026-P07")
                        .replacing("review_amount: 5000.00", with: "review_amount: 30000.00")
                },
            ]
        ) { demo in
            let folder = demo.directory.appending(path: RecurringEntryFile.folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, text) in [("rent", rent), ("cleaning", cleaning)] {
                try text.write(to: folder.appending(path: "\(name).yaml"), atomically: true, encoding: .utf8)
            }
            var company = try GeneratedCompany(demo: demo, seed: seed, hasFaults: hasFaults)
            return try body(&company)
        }
    }

    private init(demo: DemoCompany, seed: UInt64, hasFaults: Bool) throws {
        self.demo = demo
        self.hasFaults = hasFaults
        numbers = Numbers(seed: seed)
        faults = Numbers(seed: seed &+ 1)
        rates = try ExchangeRateTable([], pivot: .eur)
        jobs = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds)
    }

    // MARK: - Living

    /// Lives through so many months.
    mutating func live(months: Int) throws {
        try begin()
        for index in 0..<months {
            let first = Self.firstMonth.adding(months: index)
            moment = Self.instant(of: first.lastOfMonth.adding(days: 5))
            var month = GeneratedMonth(index: index, first: first)
            try publishRates(of: month, isWhole: index % 6 != 2)
            let rates = rates
            let documents = try month.documents(&numbers, at: rates)
            try write { unit in
                try Journal.post(documents.entries, in: unit)
                try ScheduleRecords.insert(documents.schedules, in: unit)
            }
            for work in [GeneratedMonth.collect, GeneratedMonth.payBills, GeneratedMonth.payStaff] {
                let made = numbers
                try write { unit in
                    var numbers = made
                    try work(month)(&numbers, rates, unit)
                }
                _ = numbers.below(1 << 20)
            }
            try close(first, month)
            if first.month == 12 { try close("\(first.year)") }
        }
    }

    private mutating func begin() throws {
        moment = Self.instant(of: Self.firstMonth)
        let base: [(String, Int64)] = [
            ("0030", 48_000_00), ("0031", -12_000_00), ("1200", 400_000_00), ("2300", -60_000_00), ("3000", -10_000_00),
        ]
        let lines = base.map { line($0.0, Money(minorUnits: $0.1, .gbp)) }
        let foreign = [
            line("1210", eur("90000"), base: gbp("75000")), line("1220", usd("120000"), base: gbp("96000")),
        ]
        let worth = try (lines + foreign).map(\.base).sum(.gbp)
        let postings = lines + foreign + [line("3900", try worth.negated())]
        let entry = try JournalEntry(
            key: "opening", kind: .opening, date: Self.firstMonth, description: "Balances brought forward",
            postings: postings.throughConversion(AccountCode("3910"), description: "Opening"))
        let settings = try LedgerSettings.load(for: demo.company)
        let company = demo.company
        try write { unit in
            try FiscalCalendar.adopt(settings, unit.stamp, in: unit.connection)
            try Journal.adoptConfiguration(of: company, in: unit)
            try Journal.post([entry], in: unit)
        }
    }

    /// The rates of every third day and of the last. One month in six lacks the last week at first.
    private mutating func publishRates(of month: GeneratedMonth, isWhole: Bool) throws {
        let days = (0..<month.first.lastOfMonth.day).map { month.first.adding(days: $0) }
            .filter { $0.day % 3 == 1 || $0 == month.first.lastOfMonth }
        let published = days.flatMap { day in
            [(Currency.gbp, Int64(84_000)), (.usd, 108_000)].map { currency, middle in
                ExchangeRate(
                    date: day, base: .eur, quote: currency,
                    rate: Rate(
                        ExactDecimal(
                            coefficient: Int128(middle + numbers.amount(-3_000...3_000)), scale: 5)))
            }
        }
        try insert(isWhole ? published : published.filter { $0.date.day < 20 })
        // Documents know all of them; the books only what was imported.
        rates = try ExchangeRateTable(published, pivot: .eur)
        missing = isWhole ? [] : published.filter { $0.date.day >= 20 }
    }

    private var missing: [ExchangeRate] = []

    private mutating func insert(_ rates: [ExchangeRate]) throws {
        let place = SourceLocation(file: "rates.csv", line: 2)
        try write { unit in
            _ = try ExchangeRateRecords.insert(
                rates.map { .init(rate: $0, location: place) }, source: "rates.csv", correction: nil, in: unit)
        }
    }

    // MARK: - Closing

    private mutating func close(_ first: CalendarDate, _ month: GeneratedMonth) throws {
        if !missing.isEmpty {
            // The close says which rates are missing, and goes on when they are there.
            try close("\(Period(.month, containing: first))", stopsAt: "revaluation") { company in
                let rates = company.missing
                company.missing = []
                try company.insert(rates)
            }
        } else if let cleared = try month.suspenseCleared() {
            try close("\(Period(.month, containing: first))", stopsAt: "suspense-empty") { company in
                try company.write { try Journal.post([cleared], in: $0) }
            }
        } else {
            try close("\(Period(.month, containing: first))")
        }
    }

    /// Closes a month or year to its end, with the approval of a second person.
    private mutating func close(
        _ period: String, stopsAt expected: String? = nil,
        putRight: (inout GeneratedCompany) throws -> Void = { _ in }
    ) throws {
        var expected = expected
        let stage = hasFaults ? CloseStage.allCases[faults.below(CloseStage.allCases.count)] : nil
        var isInterrupted = stage != nil && stage != .snapshot
        var isApproved = false
        for _ in 0..<20 {
            do {
                let run = try Interruption.$wanted.withValue(isInterrupted ? stage : nil) { try attempt(period) }
                if run.state == .succeeded {
                    guard expected == nil else { throw Failure(.failed, "\(period) did not stop at \(expected ?? "")") }
                    return
                }
                guard run.state == .waitingApproval, !isApproved else {
                    throw Failure(.failed, "\(period) is \(run.state)")
                }
                _ = try Approver(account: "morag", company: demo.company, kinds: Self.kinds, clock: FixedClock(moment))
                    .approve(run.id, in: demo.store)
                isApproved = true
            } catch let refusal as CloseRefusal {
                if refusal.step.name == expected {
                    expected = nil
                    try putRight(&self)
                } else {
                    try signOff(refusal)
                }
            } catch  where isInterrupted && "\(error)".contains("Interrupted") {
                isInterrupted = false
                faultCount += 1
            }
        }
        throw Failure(.failed, "\(period) does not close")
    }

    private func attempt(_ period: String) throws -> RunRecord {
        let job = try jobs.job(period.count == 4 ? "ledger-close-year" : "ledger-close")
        guard let period = Period(period) else { throw Failure(.failed, "no period \(period)") }
        return try RunExecutor(
            company: demo.company, store: demo.store, kinds: Self.kinds, clock: FixedClock(moment), person: "iain"
        ).run(job, period: period, parameters: ParameterValues([:]), trigger: .person).record
    }

    private mutating func signOff(_ refusal: CloseRefusal) throws {
        guard Self.steps.contains(refusal.step.name) else { throw refusal }
        let decider = try PeriodDecider(account: "morag", company: demo.company)
        let now = moment
        try demo.store.write {
            _ = try CloseRecords.signOff(
                refusal.step.name, refusal.period, reason: "known", by: decider, at: now, in: $0)
        }
    }

    // MARK: - Writing

    /// Writes in one transaction; with faults also in one that is cut off at its end, and a second time.
    mutating func write(_ body: (UnitOfWork) throws -> Void) throws {
        let stamp = Stamp(run: nil, person: "ann", at: moment)
        func once(_ isCutOff: Bool) throws {
            try demo.store.write { connection in
                let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
                try body(unit)
                if isCutOff { throw Interrupted() }
            }
        }
        if hasFaults, faults.below(2) == 0 {
            faultCount += 1
            do { try once(true) } catch is Interrupted {}
        }
        try once(false)
        if hasFaults, faults.below(2) == 0 {
            faultCount += 1
            try once(false)
        }
    }

    private static func instant(of day: CalendarDate) -> Instant {
        Instant("\(day)T08:00:00Z") ?? Instant(microseconds: 0)
    }
}
