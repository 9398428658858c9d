import Amounts
import Calendars
import Formulas
import People

/// What the formulas of a run read of the pay period and of employees, and where each value goes.
struct PayslipFormulaInputs: Sendable {
    /// With all that is the same for every employee; what did not happen to one is zero.
    let common: FormulaInputs
    let fields: [Field]
    private let daysEmployed: FormulaSlot?
    private let weekdaysEmployed: FormulaSlot?

    /// One field of an employee as formulas see it.
    struct Field: Sendable {
        let index: FieldCatalog.FieldIndex
        let slot: FormulaSlot
        let nature: EmployeeField.Nature
    }

    init(plan: PayPlan, catalog: FieldCatalog, group: PayGroup, period: PayPeriod) {
        var common = FormulaInputs(for: plan.scope, currency: plan.currency)
        var fields: [Field] = []
        let namesRead = plan.namesRead
        for (index, (field, slot)) in zip(catalog.fields, plan.slots.fields).enumerated() {
            guard let slot else { continue }
            // Any text is a text: those that no formula reads need not be looked at.
            if slot.type == .text, field.nature == .state, !namesRead.contains(field.name) { continue }
            fields.append(Field(index: index, slot: slot, nature: field.nature))
            if field.nature == .occurrence {
                common.set(slot, slot.type == .money ? .money(.zero) : .quantity(.zero))
            }
        }
        for slot in plan.slots.bases.compactMap(\.self) { common.set(slot, .money(.zero)) }
        for (input, slot) in plan.slots.period {
            switch input {
            case .periodsPerYear: common.set(slot, .quantity(Quantity(ExactDecimal(group.frequency.periodsPerYear))))
            case .daysInPeriod: common.set(slot, Self.days(period.dayCount))
            case .weekdaysInPeriod: common.set(slot, Self.days(Weekdays.count(in: period.days)))
            case .periodStart: common.set(slot, .date(period.days.lowerBound))
            case .periodEnd: common.set(slot, .date(period.days.upperBound))
            case .payDate: common.set(slot, .date(period.payDate))
            case .daysEmployed, .weekdaysEmployed: break
            }
        }
        self.common = common
        self.fields = fields
        daysEmployed = plan.slots.period[.daysEmployed]
        weekdaysEmployed = plan.slots.period[.weekdaysEmployed]
    }

    func set(_ days: ClosedRange<CalendarDate>, into inputs: inout FormulaInputs) {
        if let daysEmployed { inputs.set(daysEmployed, Self.days(days.lowerBound.days(until: days.upperBound) + 1)) }
        if let weekdaysEmployed { inputs.set(weekdaysEmployed, Self.days(Weekdays.count(in: days))) }
    }

    private static func days(_ count: Int) -> FormulaValue { .quantity(Quantity(ExactDecimal(Int64(count)))) }
}

extension PayFrequency {
    fileprivate var periodsPerYear: Int64 {
        switch self {
        case .weekly: 52
        case .fortnightly: 26
        case .fourWeekly: 13
        case .monthly: 12
        }
    }
}
