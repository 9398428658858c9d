import Diagnostics
import Testing

@testable import Ledger

@Suite struct AreaRefusalsTests {
    @Test(arguments: [
        ([LedgerArea.sales], "X is open for sales, too (expected y)"),
        ([.sales, .tax], "X is open for sales, tax, too (expected y)"),
        (LedgerArea.allCases, "X is open, too (expected y)"),
    ])
    func `what is the same for several areas is told once`(areas: [LedgerArea], told: String) {
        var refusals = AreaRefusals()
        for area in areas { refusals.add(area, "X is open", ", too", expected: "y") }
        var problems = ProblemList()
        refusals.report(into: &problems)
        #expect(problems.problems.map(\.description) == [told])
    }

    @Test func `what differs is told apart`() {
        var refusals = AreaRefusals()
        refusals.add(.sales, "a", expected: "y")
        refusals.add(.tax, "b", expected: "y")
        refusals.add(.payroll, "a", expected: "y")
        var problems = ProblemList()
        refusals.report(into: &problems)
        #expect(
            problems.problems.map(\.description) == ["a for sales, payroll (expected y)", "b for tax (expected y)"])
    }
}
