import Amounts
import Formulas
import Ledger

/// The components of a payslip, compiled and in the order in which they are computed.
///
/// Shared by all payslips of a run, never changed.
package final class PayPlan: Sendable {
    /// In the order of the file, which is the order of a payslip.
    package let components: [PayComponent]
    /// Indices of `components`: each stands behind all that it is computed from.
    package let order: [Int]
    package let baseNames: [String]
    let scope: FormulaScope
    let slots: Slots
    /// What employees are owed once a run is posted.
    package let netPayAccount: AccountCode
    /// To whom what stands on an account is owed, and by when it is paid.
    package let payables: [AccountCode: Payable]
    package let currency: Currency
    /// By the number of the component: the numbers of the bases that it adds to and takes from, and of the base that
    /// its statutory method computes on.
    let effects: [Effect]

    /// Who is owed what a run leaves on an account.
    package struct Payable: Hashable, Sendable {
        package let party: Party
        /// Counted from the pay date.
        package let term: PaymentTerm

        package init(party: Party, term: PaymentTerm = .immediate) {
            self.party = party
            self.term = term
        }
    }

    struct Effect: Sendable {
        var adds: [Int]
        var takes: [Int]
        var computedOn: Int?
    }

    init(
        components: [PayComponent], order: [Int], baseNames: [String], scope: FormulaScope, slots: Slots,
        netPayAccount: AccountCode, payables: [AccountCode: Payable] = [:], currency: Currency
    ) {
        self.components = components
        self.order = order
        self.baseNames = baseNames
        self.scope = scope
        self.slots = slots
        self.netPayAccount = netPayAccount
        self.payables = payables
        self.currency = currency
        effects = components.map { component in
            func numbers(_ names: [String]) -> [Int] { baseNames.indices.filter { names.contains(baseNames[$0]) } }
            var effect = Effect(adds: numbers(component.bases), takes: numbers(component.reduces))
            if case .statutory(let method) = component.computation {
                effect.computedOn = baseNames.firstIndex(of: method.base)
            }
            return effect
        }
    }

    /// Where the values of formulas go. Every name was declared when the plan was made.
    struct Slots: Sendable {
        /// By the number of the field.
        var fields: [FormulaSlot?]
        /// By the number of the component.
        var components: [FormulaSlot?]
        /// By the number of the base.
        var bases: [FormulaSlot?]
        var period: [PeriodInput: FormulaSlot]
        var gross: FormulaSlot?
    }

    /// The names that formulas of the plan read.
    var namesRead: Set<String> {
        Set(
            components.flatMap { component -> [String] in
                guard case .formula(let formula, let when, _) = component.computation else { return [] }
                return formula.inputNames + (when?.inputNames ?? [])
            })
    }

    package func component(_ code: String) -> PayComponent? {
        components.first { $0.code == code }
    }

    /// The code of the component that a statutory method computes.
    package func code(of method: StatutoryMethod) -> String? {
        components.first { if case .statutory(method) = $0.computation { true } else { false } }?.code
    }
}

/// What formulas can read of the pay period and of the employment in it.
enum PeriodInput: String, CaseIterable {
    case periodsPerYear = "periods_per_year"
    case daysInPeriod = "days_in_period"
    case daysEmployed = "days_employed"
    case weekdaysInPeriod = "weekdays_in_period"
    case weekdaysEmployed = "weekdays_employed"
    case periodStart = "period_start"
    case periodEnd = "period_end"
    case payDate = "pay_date"

    var type: FormulaType {
        switch self {
        case .periodsPerYear, .daysInPeriod, .daysEmployed, .weekdaysInPeriod, .weekdaysEmployed: .quantity
        case .periodStart, .periodEnd, .payDate: .date
        }
    }

    var description: String {
        switch self {
        case .periodsPerYear: "pay periods in a year: 52, 26, 13 or 12"
        case .daysInPeriod: "calendar days of the pay period"
        case .daysEmployed: "calendar days of the pay period on which the employee was employed"
        case .weekdaysInPeriod: "Mondays to Fridays of the pay period"
        case .weekdaysEmployed: "Mondays to Fridays of the pay period on which the employee was employed"
        case .periodStart: "first day of the pay period"
        case .periodEnd: "last day of the pay period"
        case .payDate: "day of payment"
        }
    }
}
