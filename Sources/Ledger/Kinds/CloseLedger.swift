import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

/// `ledger.close`: closes a month of the books, step by step.
///
/// The steps are the ledger's own and those that the company's domains declare. Each is committed with what it posts; one
/// that finds something stops the close until that is put right or signed off. Then the balances are written down, a second
/// person approves, and the period is closed.
package struct CloseLedger<Catalog: CloseStepCatalog>: JobKind {
    package static var name: String { CloseKind.month }
    package static var abstract: String { "Closes a month of the books, step by step." }
    package static var parameters: [ParameterDefinition] { [] }
    package static var granularities: [Period.Granularity] { [.month] }
    package static var takesApproval: Bool { true }

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        CloseProcedure.check(company, problems: &problems)
    }

    package func run(_ run: Run) throws -> RunSummary {
        try CloseProcedure(run, Catalog.steps).perform()
    }

    package func changes(
        since run: RunRecord, in company: Company, store: Store, now: Instant
    ) throws -> [InputChange] {
        try CloseProcedure.changes(since: run, in: store)
    }
}

/// `ledger.close-year`: closes a fiscal year: adjustments, the result to retained earnings, the last snapshot.
package struct CloseLedgerYear<Catalog: CloseStepCatalog>: JobKind {
    package static var name: String { CloseKind.year }
    package static var abstract: String { "Closes a fiscal year of the books, after its twelve months." }
    package static var parameters: [ParameterDefinition] { [] }
    package static var granularities: [Period.Granularity] { [.year] }
    package static var takesApproval: Bool { true }

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        CloseProcedure.check(company, problems: &problems)
    }

    package func run(_ run: Run) throws -> RunSummary {
        try CloseProcedure(run, Catalog.steps).perform()
    }

    package func changes(
        since run: RunRecord, in company: Company, store: Store, now: Instant
    ) throws -> [InputChange] {
        try CloseProcedure.changes(since: run, in: store)
    }
}
