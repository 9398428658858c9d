import CompanyFixtures
import Store
import Testing

@testable import Jobs

@Suite struct RunStateTests {
    /// Rows: from; columns: to, in the order of the cases.
    private static let table: [(RunState, String)] = [
        (.planned, ".x......x."),
        (.queued, "..x.....x."),
        (.running, ".xxxxxxxx."),
        (.waitingApproval, ".x.......x"),
        (.retryWait, ".xx.....x."),
        (.succeeded, ".........."),
        (.partly, ".........."),
        (.failed, ".xx.....xx"),
        (.canceled, ".........."),
        (.rejected, ".........."),
    ]

    @Test func `a run goes from state to state only as the table says`() {
        #expect(Self.table.map(\.0) == RunState.allCases)
        for (state, row) in Self.table {
            let allowed = zip(RunState.allCases, row).filter { $0.1 == "x" }.map(\.0)
            #expect(state.successors == Set(allowed), "\(state)")
        }
    }

    @Test(arguments: Database.available)
    func `the store allows exactly the changes that the program knows`(database: Database) throws {
        try Workshop.with(database) { shop in
            let stored = try shop.store.read {
                try $0.all("SELECT from_state, to_state FROM run_transition") { "\(try $0.text(0)) \(try $0.text(1))" }
            }
            let known =
                RunState.initial.map { " \($0.rawValue)" }
                + RunState.allCases.flatMap { from in from.successors.map { "\(from.rawValue) \($0.rawValue)" } }
            #expect(stored.sorted() == known.sorted())
        }
    }

    @Test(arguments: Database.available)
    func `no run goes into a state that may not follow, whoever tries`(database: Database) throws {
        try Workshop.with(database) { shop in
            _ = try shop.run()
            for state in ["running", "queued", "canceled", "nonsense"] {
                #expect(throws: StoreError.transition(table: "run")) {
                    try shop.store.write { try $0.execute("UPDATE run SET state = ?", state) }
                }
            }
            #expect(throws: StoreError.self) {
                try shop.store.write {
                    try $0.execute(
                        """
                        INSERT INTO run_event (run_id, sequence, at, from_state, to_state, attempt, person)
                        VALUES (1, 9, 0, 'succeeded', 'running', 1, 'ann')
                        """)
                }
            }
        }
    }

    @Test func `the effects of a run stand when it succeeded, wholly or partly`() {
        #expect(RunState.allCases.filter(\.isDone) == [.succeeded, .partly])
    }

    @Test func `a summary reads what it wrote`() {
        let summary = RunSummary(
            figures: [.init("net pay", "GBP 61,204.17"), .init("pack", "gb: 2026-27")], files: ["var/a b.xlsx"])
        #expect(RunSummary(text: summary.text) == summary)
    }

    @Test(arguments: [
        [:], ["a": "1"], ["b": "x=y", "a": "two words"], ["to": "Ann Lee <ann@example.com>", "empty": ""],
    ])
    func `parameters read what they wrote`(values: [String: String]) {
        let parameters = ParameterValues(values)
        #expect(ParameterValues(canonicalText: parameters.canonicalText) == parameters)
    }

    @Test func `a run is named by its number or by its job and period`() {
        #expect(RunRecords.Reference("17") == .number(RunID(rawValue: 17)))
        #expect(RunRecords.Reference("payroll@2026-04") == .job("payroll", .month(2026, 4)))
        for wrong in ["", "0", "-1", "payroll", "payroll@", "@2026-04", "payroll@2026-13", "a@2026-04@b"] {
            #expect(RunRecords.Reference(wrong) == nil, "\(wrong)")
        }
    }
}
