import Amounts
import Calendars
import Diagnostics
import Ledger
import People

/// The journal entry of a payroll run: by account, pay element and cost centre, and as open items what is owed to each
/// employee, the tax office, a pension provider.
struct PayrollPosting {
    let run: PayrollRunRecord
    let plan: PayPlan
    /// Says which accounts are expenses, which bear a cost centre, and which are control accounts.
    let chart: ChartOfAccounts

    /// Employees of one entry. A run of more has several, each of which balances.
    static let employeesPerEntry = 50_000

    /// The balanced entries: gross pay and the employer's cost as expense, deductions and net pay as what is owed.
    ///
    /// - Parameters:
    ///   - payslips: in the order of their employees.
    ///   - day: when they count in the books: the pay date, or later where its period is closed; the pay date
    ///     where it is nil.
    ///   - totals: the sums of the lines of the employees from one to another.
    /// - Throws: when a component of the run is no longer configured, or the sums overflow.
    func entries(
        of payslips: [Payslip], on day: PostingDays.Day? = nil,
        totals: (ClosedRange<EmployeeID>) throws -> [PayrollRecords.CostCentreTotal]
    ) throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        for start in stride(from: 0, to: payslips.count, by: Self.employeesPerEntry) {
            let part = payslips[start..<min(start + Self.employeesPerEntry, payslips.count)]
            guard let first = part.first, let last = part.last else { continue }
            let number = start / Self.employeesPerEntry + 1
            if let entry = try entry(number, day, net: part, totals: try totals(first.employee...last.employee)) {
                entries.append(entry)
            }
        }
        return entries
    }

    private func entry(
        _ number: Int, _ day: PostingDays.Day?, net payslips: ArraySlice<Payslip>,
        totals: [PayrollRecords.CostCentreTotal]
    ) throws -> JournalEntry? {
        let postings = try expensesAndDebts(totals) + netPay(payslips)
        guard postings.contains(where: { !$0.isNothing }) else { return nil }
        let key = "payroll/\(run.payGroup)/\(run.period)"
        let text = "Payroll \(run.payGroup) \(run.period), paid \(run.payDate)"
        return try JournalEntry(
            key: number == 1 ? key : "\(key)/\(number)", journal: .payroll, date: day?.date ?? run.payDate,
            documentDate: run.payDate,
            source: .init(type: "payroll-run", id: "\(run.payGroup)/\(run.period)"),
            description: text + (day?.delay.map { "; posted late: \($0)" } ?? ""), postings: postings)
    }

    /// What the lines of payslips cost, and whom that is owed to but for net pay.
    private func expensesAndDebts(
        _ totals: [PayrollRecords.CostCentreTotal]
    ) throws -> [JournalEntry.Posting] {
        let byComponent = Dictionary(grouping: totals, by: \.component)
        try requireConfigured(byComponent.keys)
        var postings: [JournalEntry.Posting] = []
        for component in plan.components {
            guard let totals = byComponent[component.code] else { continue }
            switch component.kind {
            case .earning(let expense): postings += try self.postings(component, totals, to: expense)
            case .deduction(let liability): postings += try owed(component, totals, to: liability)
            case .employer(let expense, let liability):
                postings += try self.postings(component, totals, to: expense)
                postings += try owed(component, totals, to: liability)
            }
        }
        return postings
    }

    /// Where it stands in the books.
    struct Place: Hashable, Comparable {
        let account: AccountCode
        let costCentre: String?

        static func < (a: Place, b: Place) -> Bool {
            (a.account, a.costCentre ?? "") < (b.account, b.costCentre ?? "")
        }
    }

    /// What the run brings to each account and cost centre: what its entries add up to. A debit is positive.
    func sums(
        totals: [PayrollRecords.CostCentreTotal], netPay: Money
    ) throws -> [Place: Money] {
        var sums = [Place(account: plan.netPayAccount, costCentre: nil): try netPay.negated()]
        for posting in try expensesAndDebts(totals) {
            let place = Place(account: posting.account, costCentre: posting.dimensions.costCentre)
            sums[place] = try (sums[place] ?? .zero(run.currency)) + posting.amount
        }
        return sums
    }

    private func requireConfigured(_ components: some Sequence<String>) throws(Failure) {
        let configured = Set(plan.components.map(\.code))
        let unknown = components.filter { !configured.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw Failure(
                .refused,
                "The run has lines of components that are no longer configured: \(unknown.joined(separator: ", ")).",
                advice: "Put them back into \(PayrollConfiguration.componentsFile).")
        }
    }

    /// Debits: by cost centre where the account is one of profit and loss; what no cost centre bears comes first.
    private func postings(
        _ component: PayComponent, _ totals: [PayrollRecords.CostCentreTotal], to account: AccountCode
    ) throws -> [JournalEntry.Posting] {
        guard chart[account].map({ $0.type == .expense || $0.type == .income }) ?? false else {
            let sum = try totals.map(\.amount).sum(run.currency)
            return [posting(component.name, sum, to: account)]
        }
        return totals.sorted { ($0.costCentre ?? "") < ($1.costCentre ?? "") }.map { total in
            JournalEntry.Posting(
                account: account, amount: total.amount, dimensions: Dimensions(costCentre: total.costCentre),
                description: component.name)
        }
    }

    /// A credit: what is deducted or borne is owed by the company as a whole.
    private func owed(
        _ component: PayComponent, _ totals: [PayrollRecords.CostCentreTotal], to account: AccountCode
    ) throws -> [JournalEntry.Posting] {
        [posting(component.name, try totals.map(\.amount).sum(run.currency).negated(), to: account)]
    }

    private func posting(_ name: String, _ amount: Money, to account: AccountCode) -> JournalEntry.Posting {
        let payable = plan.payables[account]
        return JournalEntry.Posting(
            account: account, amount: amount, party: payable?.party,
            due: payable.map { $0.term.dueDate(for: run.payDate) }, description: name)
    }

    /// What each employee is owed on the pay date; in one sum where the account is no control account.
    private func netPay(_ payslips: ArraySlice<Payslip>) throws -> [JournalEntry.Posting] {
        guard chart.controlAccounts[plan.netPayAccount] != nil else {
            let sum = try payslips.lazy.map(\.net).sum(run.currency)
            return [
                JournalEntry.Posting(account: plan.netPayAccount, amount: try sum.negated(), description: "Net pay")
            ]
        }
        return try payslips.map { payslip in
            JournalEntry.Posting(
                account: plan.netPayAccount, amount: try payslip.net.negated(),
                party: Party(.employee, payslip.employee.rawValue), due: run.payDate, description: "Net pay")
        }
    }
}
