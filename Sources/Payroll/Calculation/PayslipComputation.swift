import Amounts
import Calendars
import Diagnostics
import Formulas
import People

/// The computation of one payslip: the components in their order, each seeing those before it.
struct PayslipComputation {
    let calculator: PayslipCalculator
    let employee: EmployeeFacts
    let employment: Employment
    let yearToDate: YearToDate
    private let isExplaining: Bool
    private var inputs: FormulaInputs
    private var amounts: [Money?]
    private var bases: [Money]
    private var gross: Money
    var statutory = StatutoryResults()
    private(set) var explanations: [String: Explanation] = [:]

    private var plan: PayPlan { calculator.plan }
    var currency: Currency { calculator.plan.currency }

    init(
        calculator: PayslipCalculator, employee: EmployeeFacts, employment: Employment, yearToDate: YearToDate,
        isExplaining: Bool
    ) {
        self.calculator = calculator
        self.employee = employee
        self.employment = employment
        self.yearToDate = yearToDate
        self.isExplaining = isExplaining
        let zero = Money.zero(calculator.plan.currency)
        inputs = calculator.formulaInputs.common
        amounts = Array(repeating: nil, count: calculator.plan.components.count)
        bases = Array(repeating: zero, count: calculator.plan.baseNames.count)
        gross = zero
    }

    /// - Throws: `PayslipError`: the employee is set aside.
    mutating func payslip(inputHash: String) throws(PayslipError) -> Payslip {
        try setFieldInputs()
        calculator.formulaInputs.set(employment.days, into: &inputs)
        var baseOfLine = [Money?](repeating: nil, count: plan.components.count)
        for index in plan.order {
            let component = plan.components[index]
            var explanation: Explanation? = isExplaining ? Explanation() : nil
            let amount: Money
            switch component.computation {
            case .formula(let formula, let when, let rounding):
                amount = try evaluate(formula, when: when, rounding: rounding, of: component, explanation: &explanation)
            case .statutory(let method):
                let base = bases[plan.effects[index].computedOn ?? 0]
                baseOfLine[index] = base
                do {
                    amount = try statutoryAmount(method, on: base, explanation: &explanation)
                } catch let error as GBRuleError {
                    throw .statutory(component: component.name, error)
                } catch let error as ArithmeticError {
                    throw .arithmetic(component: component.name, error)
                } catch let error as PayslipError {
                    throw error
                } catch {
                    preconditionFailure("a statutory rule threw \(error), which it does not declare")
                }
            }
            do {
                try take(amount, of: component, at: index)
            } catch {
                throw .arithmetic(component: component.name, error)
            }
            if let explanation { explanations[component.code] = explanation }
        }
        do {
            return try total(baseOfLine, inputHash: inputHash)
        } catch let error as ArithmeticError {
            throw .arithmetic(component: "the total", error)
        } catch let error as PayslipError {
            throw error
        } catch {
            preconditionFailure("adding up threw \(error), which it does not declare")
        }
    }

    // MARK: - Inputs

    private mutating func setFieldInputs() throws(PayslipError) {
        for field in calculator.formulaInputs.fields {
            switch field.nature {
            case .state:
                guard let text = employment.values[field.index] else { continue }
                guard let value = Self.value(text, of: field.slot.type) else { throw invalidFact(field.index) }
                inputs.set(field.slot, value)
            case .occurrence:
                if let total = try sum(of: field) { inputs.set(field.slot, total) }
            }
        }
    }

    private func invalidFact(_ index: FieldCatalog.FieldIndex) -> PayslipError {
        let field = calculator.catalogFields[index]
        return .invalidFact(field: field.name, expected: field.type.reader.expected)
    }

    /// What happened in the period, added up; nil when nothing did.
    private func sum(of field: PayslipFormulaInputs.Field) throws(PayslipError) -> FormulaValue? {
        let occurrences = employee.occurrences(of: field.index, in: calculator.period.days)
        guard !occurrences.isEmpty else { return nil }
        var total = ExactDecimal.zero
        for (_, text) in occurrences {
            guard let value = ExactDecimal(text) else { throw invalidFact(field.index) }
            do {
                total = try total.adding(value)
            } catch {
                throw .arithmetic(component: calculator.catalogFields[field.index].name, error)
            }
        }
        return field.slot.type == .money ? .money(total) : .quantity(Quantity(total))
    }

    /// A stored value as formulas see it; nil when it is none of its type.
    private static func value(_ text: String, of type: FormulaType) -> FormulaValue? {
        switch type {
        case .money: ExactDecimal(text).map(FormulaValue.money)
        case .quantity: Quantity(text).map(FormulaValue.quantity)
        case .rate: Rate(text).map(FormulaValue.rate)
        case .bool: text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case .date: CalendarDate(text).map(FormulaValue.date)
        case .text: .text(text)
        }
    }

    // MARK: - Components

    private func evaluate(
        _ formula: Formula, when: Formula?, rounding: Rounding, of component: PayComponent,
        explanation: inout Explanation?
    ) throws(PayslipError) -> Money {
        do {
            if let when, try when.evaluate(inputs, explanation: &explanation).bool != true {
                return .zero(currency)
            }
            let value = try formula.evaluate(inputs, explanation: &explanation)
            guard let amount = try? value.money(currency, rounding: rounding) else {
                throw PayslipError.arithmetic(component: component.name, .overflow)
            }
            if value.decimal != amount.decimal {
                explanation?.add(
                    component.name, computation: "\(value)", result: amount.groupedText,
                    rounding: "\(rounding.rawValue), \(currency.exponent) places")
            }
            return amount
        } catch let error as FormulaError {
            throw .formula(component: component.name, error)
        } catch let error as PayslipError {
            throw error
        } catch {
            preconditionFailure("a formula threw \(error), which it does not declare")
        }
    }

    /// Keeps a component's amount and adds it to the bases that it counts towards.
    private mutating func take(_ amount: Money, of component: PayComponent, at index: Int) throws(ArithmeticError) {
        amounts[index] = amount
        if let slot = plan.slots.components[index] { try inputs.set(slot, amount) }
        if case .earning = component.kind {
            gross = try gross + amount
            if let slot = plan.slots.gross { try inputs.set(slot, gross) }
        }
        for base in plan.effects[index].adds { try setBase(base, bases[base] + amount) }
        for base in plan.effects[index].takes { try setBase(base, bases[base] - amount) }
    }

    private mutating func setBase(_ base: Int, _ amount: Money) throws(ArithmeticError) {
        bases[base] = amount
        if let slot = plan.slots.bases[base] { try inputs.set(slot, amount) }
    }

    // MARK: - Total

    private func total(_ baseOfLine: [Money?], inputHash: String) throws -> Payslip {
        var deductions = Money.zero(currency)
        var employerCost = Money.zero(currency)
        var lines: [Payslip.Line] = []
        lines.reserveCapacity(plan.components.count)
        for (index, component) in plan.components.enumerated() {
            let amount = amounts[index] ?? .zero(currency)
            switch component.kind {
            case .earning: break
            case .deduction: deductions = try deductions + amount
            case .employer: employerCost = try employerCost + amount
            }
            let base = baseOfLine[index]
            // A cumulative line of nothing still says what it was nothing of: the next payslip adds to it.
            guard !amount.isZero || (component.isCumulative && base?.isZero == false) else { continue }
            lines.append(Payslip.Line(component: component.code, base: base, amount: amount))
        }
        let net = try gross - deductions
        guard !net.isNegative else { throw PayslipError.negativeNetPay(net) }
        return Payslip(
            employee: employee.id, lines: lines, gross: gross, deductions: deductions, net: net,
            employerCost: employerCost, costCentre: employment.values[calculator.fields.costCentre],
            inputHash: inputHash)
    }
}

extension PayComponent {
    var isCumulative: Bool {
        guard case .statutory(let method) = computation else { return false }
        return method.isCumulative
    }
}
