import Calendars
import Configuration
import Diagnostics
import Store

/// What a job does: a synchronous, deterministic batch program.
///
/// It reads in bulk, computes in parallel, writes in chunks:
/// ```swift
/// for employees in try run.chunks(of: group.employees, key: \.id) {
///     let outcome = employees.concurrentMap { calculator.payslip(for: $0) }
///     try run.commit(through: employees) { work in
///         try work.insert(into: "payslip", …)
///         try work.setAside(outcome.exceptions)
///     }
/// }
/// ```
/// The same facts, configuration and time give the same effects, to the byte.
package protocol JobKind: Sendable {
    /// `payroll.calculate`
    static var name: String { get }
    /// One sentence, shown by `job show`.
    static var abstract: String { get }
    static var parameters: [ParameterDefinition] { get }
    /// Which periods a run may be for.
    static var granularities: [Period.Granularity] { get }
    /// Whether a job of this kind has a `command:`, and must have one.
    static var runsProgram: Bool { get }

    /// Whether its results are one thing and their taking effect another, with `Run.gate` between them, so that jobs of
    /// it may ask for an approval.
    static var takesApproval: Bool { get }

    init()

    /// Checks the parameters of a declaration or a command against the company's configuration, before a run exists.
    ///
    /// Names and required values have been checked; this is for what only the kind knows: does this pay group exist?
    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList)

    /// Checks that `period` is one of this kind's with these parameters: a two-weekly group has no run every week.
    func check(_ period: Period, _ parameters: ParameterValues, in company: Company, problems: inout ProblemList)

    /// Does the work, and says what a person should read about it.
    func run(_ run: Run) throws -> RunSummary

    /// What the results of a proposed run would be computed from now, and was otherwise when they were. Of a kind that
    /// takes no approval nobody asks.
    func changes(since run: RunRecord, in company: Company, store: Store, now: Instant) throws -> [InputChange]
}

extension JobKind {
    package static var runsProgram: Bool { false }
    package static var takesApproval: Bool { false }

    package func changes(
        since run: RunRecord, in company: Company, store: Store, now: Instant
    ) throws -> [InputChange] { [] }

    package func check(
        _ period: Period, _ parameters: ParameterValues, in company: Company, problems: inout ProblemList
    ) {}
}

/// The kinds that this program knows, by name.
package struct KindRegistry: Sendable {
    private let kinds: [String: any JobKind.Type]

    package init(_ kinds: [any JobKind.Type]) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(_ name: String) -> (any JobKind.Type)? { kinds[name] }

    package var names: [String] { kinds.keys.sorted() }
}
