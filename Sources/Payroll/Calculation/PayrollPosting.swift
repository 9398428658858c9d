import Amounts
import Calendars
import Diagnostics
import Ledger

/// The journal entry of a payroll run.
enum PayrollPosting {
    /// One balanced entry: gross pay and the employer's cost as expense, deductions and net pay as what is owed.
    ///
    /// - Parameter totals: the sum of the run's lines by component.
    /// - Throws: when a component of the run is no longer configured, or the sums overflow.
    static func entry(
        for run: PayrollRunRecord, totals: [(component: String, amount: Money)], plan: PayPlan
    ) throws -> JournalEntry? {
        var postings: [JournalEntry.Posting] = []
        var net = Money.zero(run.currency)
        for component in plan.components {
            guard let amount = totals.first(where: { $0.component == component.code })?.amount, !amount.isZero else {
                continue
            }
            func post(_ account: AccountCode, _ amount: Money) {
                postings.append(JournalEntry.Posting(account: account, amount: amount, description: component.name))
            }
            switch component.kind {
            case .earning(let expense):
                post(expense, amount)
                net = try net + amount
            case .deduction(let liability):
                post(liability, try amount.negated())
                net = try net - amount
            case .employer(let expense, let liability):
                post(expense, amount)
                post(liability, try amount.negated())
            }
        }
        let configured = Set(plan.components.map(\.code))
        let unknown = totals.map(\.component).filter { !configured.contains($0) }
        guard unknown.isEmpty else {
            throw Failure(
                .refused,
                "The run has lines of components that are no longer configured: \(unknown.joined(separator: ", ")).",
                advice: "Put them back into \(PayrollConfiguration.componentsFile).")
        }
        guard !postings.isEmpty else { return nil }
        if !net.isZero {
            postings.append(
                JournalEntry.Posting(account: plan.netPayAccount, amount: try net.negated(), description: "Net pay"))
        }
        return try JournalEntry(
            key: "payroll/\(run.payGroup)/\(run.period)", date: run.payDate,
            description: "Payroll \(run.payGroup) \(run.period), paid \(run.payDate)", postings: postings)
    }
}
