import Calendars
import Jobs
import Store

/// A step of the close of a period. A domain adds its own; the ledger knows none of them.
///
/// Its obstacles stop the close until they are gone, or somebody with the role signs off exactly these. What it writes is
/// committed together with its name, so that an attempt that follows a killed one passes over it.
package protocol CloseStep: Sendable {
    /// Names the step in the store for ever: `payroll-posted`. Small letters, digits and `-`.
    var name: String { get }
    /// What a person reads in the plan: `Payroll posted, liability as in the register`.
    var title: String { get }
    var stage: CloseStage { get }
    /// Which closes it belongs to; those of months where it says nothing.
    var occasions: Set<CloseOccasion> { get }

    /// What stands in the way or was found to agree. Reads only; findings name their rows.
    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings

    /// What the step posts or writes before it is checked; nothing by default. Entries take their keys from
    /// `CloseContext.key`, for a period that was opened again is closed again.
    func perform(_ close: CloseContext, in work: RunWork) throws

    /// Undoes what `perform` wrote beside journal entries, when the period is opened again or its close begun anew; the
    /// entries are reversed by the ledger. It may be asked when there is nothing to undo, or a second time. Nothing by
    /// default.
    func undo(_ close: CloseContext, in unit: UnitOfWork) throws
}

extension CloseStep {
    package var occasions: Set<CloseOccasion> { [.month] }
    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings { CloseFindings() }
    package func perform(_ close: CloseContext, in work: RunWork) throws {}
    package func undo(_ close: CloseContext, in unit: UnitOfWork) throws {}
}

/// Where in a close a step stands. Within a stage steps go by their names.
package enum CloseStage: Int, CaseIterable, Sendable, Comparable {
    /// The documents of the period are all there: drafts, failed jobs, items set aside.
    case completeness = 1
    /// Recurring entries, accruals, deferrals, depreciation.
    case schedules
    /// Foreign money at the rate of the last day.
    case revaluation
    /// Each sub-ledger adds up to its account.
    case subledgers
    case tax
    /// Suspense, rounding, signs, changes that want an explanation.
    case review
    /// The carrying of a year's result.
    case yearEnd
    /// The journal is what was posted.
    case verification
    /// The balances, written down. The ledger's own.
    case snapshot
    /// What is shown of the figures to people before somebody approves them.
    case draft
    /// What is made of the closed period: after the approval.
    case pack

    package static func < (a: CloseStage, b: CloseStage) -> Bool { a.rawValue < b.rawValue }
}

/// What is being closed.
package enum CloseOccasion: String, CaseIterable, Sendable {
    case month, year

    /// The kind of the runs that do it.
    package var kind: String { self == .month ? CloseKind.month : CloseKind.year }
}

/// The steps that a company's closes consist of, beside the ledger's own.
package protocol CloseStepCatalog: Sendable {
    static var steps: [any CloseStep] { get }
}

/// The kinds of runs that close.
package enum CloseKind {
    package static let month = "ledger.close"
    package static let year = "ledger.close-year"
}
