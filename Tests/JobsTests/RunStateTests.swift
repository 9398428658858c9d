import Testing

@testable import Jobs

@Suite struct RunStateTests {
    /// Rows: from; columns: queued, running, succeeded, partly, failed, canceled.
    private static let table: [(RunState, String)] = [
        (.queued, ".x...x"),
        (.running, ".xxxxx"),
        (.succeeded, "......"),
        (.partly, "......"),
        (.failed, ".x...x"),
        (.canceled, "......"),
    ]

    @Test func `a run goes from state to state only as the table says`() {
        #expect(Self.table.map(\.0) == RunState.allCases)
        for (state, row) in Self.table {
            let allowed = zip(RunState.allCases, row).filter { $0.1 == "x" }.map(\.0)
            #expect(state.successors == Set(allowed), "\(state)")
        }
    }

    @Test func `a state is final exactly when nothing follows it`() {
        for state in RunState.allCases { #expect(state.isFinal == state.successors.isEmpty, "\(state)") }
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
