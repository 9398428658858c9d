import Calendars
import Diagnostics
import Jobs
import Store

/// What the closes of months and years share.
///
/// The steps are the ledger's own and those that the company's domains declare. Each is committed with what it posts; one
/// that finds something stops the close until that is put right or signed off. Then the balances are written down, a second
/// person approves, and the period is closed.
package protocol ClosingKind: JobKind {
    associatedtype Catalog: CloseStepCatalog
}

extension ClosingKind {
    package static var parameters: [ParameterDefinition] { [] }
    package static var takesApproval: Bool { true }

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        CloseProcedure.check(company, problems: &problems)
    }

    package func run(_ run: Run) throws -> RunSummary {
        try CloseProcedure(run, Catalog.steps).perform()
    }

    package func changes(
        since run: RunRecord, in company: Company, store: Store, now: Instant
    ) throws -> [InputChange] {
        try CloseProcedure.changes(since: run, Catalog.steps, in: store)
    }
}

/// `ledger.close`: closes a month of the books, step by step.
package struct CloseLedger<Catalog: CloseStepCatalog>: ClosingKind {
    package static var name: String { CloseKind.month }
    package static var abstract: String { "Closes a month of the books, step by step." }
    package static var granularities: [Period.Granularity] { [.month] }

    package init() {}
}

/// `ledger.close-year`: closes a fiscal year: adjustments, the result to retained earnings, the last snapshot.
package struct CloseLedgerYear<Catalog: CloseStepCatalog>: ClosingKind {
    package static var name: String { CloseKind.year }
    package static var abstract: String { "Closes a fiscal year of the books, after its twelve months." }
    package static var granularities: [Period.Granularity] { [.year] }

    package init() {}
}
