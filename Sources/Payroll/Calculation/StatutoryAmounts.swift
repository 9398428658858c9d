import Amounts
import Calendars
import Diagnostics

/// What the statutory rules said for one payslip, each computed once though two components show it.
struct StatutoryResults {
    var nationalInsurance: (employee: Money, employer: Money)?
    var loans: StudentLoanDeductions?
    var pension: PensionContributions?
    var hasNoPension = false
}

extension PayslipComputation {
    private var fields: PayrollFieldIndices { calculator.fields }

    /// The amount of a statutory component on its base.
    mutating func statutoryAmount(
        _ method: StatutoryMethod, on base: Money, explanation: inout Explanation?
    ) throws -> Money {
        switch method {
        case .incomeTax: return try incomeTax(on: base, explanation: &explanation)
        case .employeeNI: return try nationalInsurance(on: base, explanation: &explanation).employee
        case .employerNI: return try nationalInsurance(on: base, explanation: &explanation).employer
        case .studentLoan: return try loans(on: base, explanation: &explanation).studentLoan
        case .postgraduateLoan: return try loans(on: base, explanation: &explanation).postgraduateLoan
        case .pensionSacrifice:
            guard let pension = try pension(on: base, explanation: &explanation), pension.terms == .salarySacrifice
            else { return .zero(currency) }
            return try pension.contributions.niablePayReduction.negated()
        case .pensionNetPay, .pensionReliefAtSource:
            let wanted: PensionMethod = method == .pensionNetPay ? .netPay : .reliefAtSource
            guard let pension = try pension(on: base, explanation: &explanation), pension.terms == wanted
            else { return .zero(currency) }
            return pension.contributions.deduction
        case .employerPension:
            return try pension(on: base, explanation: &explanation)?.contributions.employer ?? .zero(currency)
        }
    }

    // MARK: - Income tax

    private func incomeTax(on base: Money, explanation: inout Explanation?) throws -> Money {
        let text = try required(fields.taxCode, why: "income tax is computed by it")
        guard let code = TaxCode(text) else {
            throw PayslipError.invalidFact(field: "tax_code", expected: TaxCode.expected)
        }
        let previousPay = try previous(fields.previousPay)
        let previousTax = try previous(fields.previousTax)
        let paidBefore = try Money(minorUnits: yearToDate.incomeTax.base, currency) + previousPay
        let taxBefore = try Money(minorUnits: yearToDate.incomeTax.amount, currency) + previousTax
        if !previousPay.isZero {
            explanation?.add(
                "Earlier employments of the year (P45)", computation: "pay \(previousPay.groupedText)",
                result: "tax \(previousTax.groupedText)")
        }
        let input = IncomeTaxInput(pay: base, payToDate: try paidBefore + base, taxToDate: taxBefore)
        return try calculator.pack.incomeTax(input, code: code, period: calculator.taxPeriod, explanation: &explanation)
            .due
    }

    /// Pay or tax of earlier employments that belongs to this tax year and was known by the pay date.
    private func previous(_ field: Int) throws -> Money {
        let days = calculator.pack.taxYear.firstDay...calculator.period.payDate
        return try employee.occurrences(of: field, in: days).map { day, text in
            guard let money = Money(text, currency) else {
                throw PayslipError.invalidFact(field: fields.names[field], expected: "an amount")
            }
            return money
        }.sum(currency)
    }

    // MARK: - National Insurance

    private mutating func nationalInsurance(
        on base: Money, explanation: inout Explanation?
    ) throws -> (employee: Money, employer: Money) {
        // Explained again for each of its two components.
        if let known = statutory.nationalInsurance, explanation == nil { return known }
        let text = try required(fields.niCategory, why: "National Insurance is computed by it")
        guard let category = NICategory(text) else {
            throw PayslipError.invalidFact(field: "ni_category", expected: NICategory.expectedLetters)
        }
        let result: (employee: Money, employer: Money)
        if let text = employment.values[fields.director], let method = DirectorNIMethod(rawValue: text) {
            result = try directorNationalInsurance(
                on: base, method: method, category: category, explanation: &explanation)
        } else {
            let contributions = try calculator.pack.nationalInsurance(
                on: base, category: category, frequency: calculator.group.frequency, explanation: &explanation)
            result = (contributions.employee, contributions.employer)
        }
        statutory.nationalInsurance = result
        return result
    }

    private func directorNationalInsurance(
        on base: Money, method: DirectorNIMethod, category: NICategory, explanation: inout Explanation?
    ) throws -> (employee: Money, employer: Money) {
        var weeks = 52
        var employeeBefore = yearToDate.employeeNI
        var employerBefore = yearToDate.employerNI
        if let since = employment.values[fields.directorSince].flatMap({ CalendarDate($0) }),
            calculator.pack.taxYear.contains(since),
            let remaining = calculator.pack.taxYear.weeksRemaining(from: since), remaining < 52
        {
            weeks = max(1, remaining)
            employeeBefore = yearToDate.directorEmployeeNI
            employerBefore = yearToDate.directorEmployerNI
        }
        let input = DirectorNIInput(
            pay: base, payToDate: try Money(minorUnits: employeeBefore.base, currency) + base,
            employeeToDate: Money(minorUnits: employeeBefore.amount, currency),
            employerToDate: Money(minorUnits: employerBefore.amount, currency), weeks: weeks,
            isLastPayment: isLastPaymentOfTaxYear)
        let contributions = try calculator.pack.directorNationalInsurance(
            input, method: method, category: category, frequency: calculator.group.frequency,
            explanation: &explanation)
        return (contributions.employee, contributions.employer)
    }

    /// Whether the employee's next pay day would be in the next tax year, or there is none.
    private var isLastPaymentOfTaxYear: Bool {
        if let leave = employment.leaveDate, leave <= calculator.period.days.upperBound { return true }
        return calculator.nextPayDate.map { !calculator.pack.taxYear.contains($0) } ?? true
    }

    // MARK: - Loans

    private mutating func loans(on base: Money, explanation: inout Explanation?) throws -> StudentLoanDeductions {
        if let known = statutory.loans, explanation == nil { return known }
        let plans = (employment.values[fields.studentLoan] ?? "").split(separator: "+").compactMap {
            StudentLoanPlan(rawValue: String($0))
        }
        let result = try calculator.pack.studentLoans(
            on: base, plans: plans, hasPostgraduateLoan: employment.values[fields.postgraduateLoan] == "true",
            frequency: calculator.group.frequency, explanation: &explanation)
        statutory.loans = result
        return result
    }

    // MARK: - Pension

    private mutating func pension(
        on base: Money, explanation: inout Explanation?
    ) throws -> (terms: PensionMethod, contributions: PensionContributions)? {
        guard let methodText = employment.values[fields.pensionMethod],
            let method = PensionMethod(rawValue: methodText)
        else { return nil }
        if let known = statutory.pension, explanation == nil { return (method, known) }
        let basisText = try required(fields.pensionBasis, why: "pension_method is set")
        guard let basis = PensionBasis(rawValue: basisText),
            let employeeRate = Rate(try required(fields.pensionEmployeeRate, why: "pension_method is set")),
            let employerRate = Rate(try required(fields.pensionEmployerRate, why: "pension_method is set")),
            let terms = PensionTerms(
                method: method, basis: basis, employeeRate: employeeRate, employerRate: employerRate)
        else { throw PayslipError.invalidFact(field: "pension_employee_rate", expected: "a rate like 5%") }
        let contributions = try calculator.pack.pensionContributions(
            on: base, terms: terms, frequency: calculator.group.frequency, explanation: &explanation)
        statutory.pension = contributions
        return (method, contributions)
    }

    private func required(_ field: Int, why: String) throws(PayslipError) -> String {
        guard let value = employment.values[field] else {
            throw .missingFact(field: fields.names[field], why: why)
        }
        return value
    }
}
