import Amounts
import Calendars
import Diagnostics

/// What an employer owes a worker under automatic enrolment.
package enum WorkerCategory: String, Sendable, Hashable, CaseIterable {
    /// To be enrolled without asking.
    case eligibleJobholder = "eligible_jobholder"
    /// May opt in, and the employer then pays too.
    case nonEligibleJobholder = "non_eligible_jobholder"
    /// May join a scheme; the employer need not pay.
    case entitledWorker = "entitled_worker"
    /// Below 16 or from 75: no duty.
    case none
}

/// How an employee's contribution reaches the scheme.
package enum PensionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// Taken from pay before tax: the taxable pay falls by all of it.
    case netPay = "net_pay"
    /// Taken from taxed pay: the employee pays it less basic-rate tax, which the provider claims and adds.
    case reliefAtSource = "relief_at_source"
    /// Given up as pay: taxable pay and pay for National Insurance fall, and the employer pays it in.
    case salarySacrifice = "salary_sacrifice"
}

/// What contributions are a share of.
package enum PensionBasis: String, Sendable, Hashable, CaseIterable, Codable {
    /// The part of pay between the two limits of the Pensions Act 2008, section 13.
    case qualifyingEarnings = "qualifying_earnings"
    /// All pensionable pay.
    case pensionablePay = "pensionable_pay"
}

/// What an employee's scheme says.
package struct PensionTerms: Hashable, Sendable {
    package let method: PensionMethod
    package let basis: PensionBasis
    let employeeFixed: FixedRate
    let employerFixed: FixedRate

    /// Nil when a rate is negative, above 100 %, or finer than four decimal places of a per cent.
    package init?(method: PensionMethod, basis: PensionBasis, employeeRate: Rate, employerRate: Rate) {
        guard let employee = FixedRate(employeeRate), let employer = FixedRate(employerRate) else { return nil }
        self.method = method
        self.basis = basis
        employeeFixed = employee
        employerFixed = employer
    }
}

/// The pension contributions of one payment.
package struct PensionContributions: Hashable, Sendable {
    /// What the rates were applied to.
    package let base: Money
    /// What the employee gives: from pay before tax, from taxed pay, or as pay given up.
    package let employee: Money
    /// What the provider claims from the tax authority (relief at source only).
    package let taxRelief: Money
    /// What the employer pays in, with what the employee gave up under salary sacrifice.
    package let employer: Money
    /// By how much taxable pay falls.
    package let taxablePayReduction: Money
    /// By how much pay for National Insurance (and student loans) falls.
    package let niablePayReduction: Money
    /// What is deducted from the payslip after gross pay; nothing under salary sacrifice, where gross pay is lower.
    package let deduction: Money
}

extension GBPack {
    /// What the employer owes a worker, on the day of a payment.
    ///
    /// - Parameter earnings: gross earnings of the pay reference period, which is one pay period.
    ///
    /// Source: Pensions Act 2008, sections 1, 3, 7, 9, 13 and 15A; The Pensions Regulator, "Earnings thresholds". The
    /// trigger and the lower limit must be exceeded, not only reached.
    package func workerCategory(
        bornOn birth: CalendarDate, on day: CalendarDate, earnings: Money, frequency: PayFrequency,
        explanation: inout Explanation?
    ) throws(GBRuleError) -> WorkerCategory {
        let pence = try earnings.sterlingPence("Earnings for automatic enrolment")
        let trigger = pensions.trigger.pence(frequency)
        let lower = pensions.lowerQualifyingEarnings.pence(frequency)
        let isOldEnough = birth.adding(years: pensions.minimumAge) <= day
        let isTooOld = birth.adding(years: pensions.maximumAge) <= day
        let isOfEligibleAge =
            birth.adding(years: pensions.eligibleAge) <= day && day < pensions.statePensionDay(bornOn: birth)
        let category: WorkerCategory =
            if !isOldEnough || isTooOld {
                .none
            } else if pence > trigger {
                isOfEligibleAge ? .eligibleJobholder : .nonEligibleJobholder
            } else {
                pence > lower ? .nonEligibleJobholder : .entitledWorker
            }
        explanation?.add(
            "Automatic enrolment",
            computation: "earnings \(Figure.pence(pence)), trigger \(Figure.pence(trigger)), lower limit "
                + "\(Figure.pence(lower)); \(isOfEligibleAge ? "of" : "not of") the age to be enrolled",
            result: category.rawValue, source: pensions.source.description)
        return category
    }

    /// The contributions of one payment. Every contribution is to the nearest penny, half up; under relief at source
    /// the employee's is first computed whole, then the part that the employee pays (80 %) is rounded, and the relief
    /// is the rest, so that the parts add up.
    ///
    /// - Parameter pensionablePay: pay before any salary sacrifice.
    ///
    /// Source: Pensions Act 2008, section 13 (qualifying earnings); Finance Act 2004, sections 192 and 193 (relief at
    /// source, net pay). The law does not say how a contribution is rounded; the nearest penny is our choice.
    package func pensionContributions(
        on pensionablePay: Money, terms: PensionTerms, frequency: PayFrequency, explanation: inout Explanation?
    ) throws(GBRuleError) -> PensionContributions {
        let pay = max(0, try pensionablePay.sterlingPence("Pensionable pay"))
        let base: Int64
        switch terms.basis {
        case .pensionablePay: base = pay
        case .qualifyingEarnings:
            let lower = pensions.lowerQualifyingEarnings.pence(frequency)
            let upper = pensions.upperQualifyingEarnings.pence(frequency)
            base = max(0, min(pay, upper) - lower)
            explanation?.add(
                "Qualifying earnings",
                computation: "\(Figure.pence(pay)), at most \(Figure.pence(upper)), less \(Figure.pence(lower))",
                result: Figure.pence(base), source: pensions.source.description)
        }
        let whole = Self.nearestPenny(base, terms.employeeFixed)
        let employer = Self.nearestPenny(base, terms.employerFixed)
        explanation?.addPension("Employee's contribution", base, terms.employeeFixed, whole)
        explanation?.addPension("Employer's contribution", base, terms.employerFixed, employer)
        switch terms.method {
        case .netPay:
            return PensionContributions(
                base: base, employee: whole, relief: 0, employer: employer, taxable: whole, niable: 0, deduction: whole)
        case .reliefAtSource:
            let paid = Self.nearestPenny(whole, FixedRate(perMillion: FixedRate.one - pensions.reliefRate.perMillion))
            explanation?.add(
                "Employee pays", computation: "\(Figure.pence(whole)) less \(pensions.reliefRate.percentText) relief",
                result: Figure.pence(paid), rounding: "to the nearest penny, half up",
                source: pensions.reliefSource.description)
            return PensionContributions(
                base: base, employee: paid, relief: whole - paid, employer: employer, taxable: 0, niable: 0,
                deduction: paid)
        case .salarySacrifice:
            explanation?.add(
                "Pay given up", computation: "gross pay falls, the employer pays it in", result: Figure.pence(whole))
            return PensionContributions(
                base: base, employee: whole, relief: 0, employer: employer + whole, taxable: whole, niable: whole,
                deduction: 0)
        }
    }

    /// What falls short in a scheme that uses qualifying earnings: less than the least that the law asks. The minimum
    /// is on the whole contribution, tax relief included.
    package func problem(with terms: PensionTerms) -> Problem? {
        guard terms.basis == .qualifyingEarnings else { return nil }
        let total = terms.employeeFixed.perMillion + terms.employerFixed.perMillion
        guard
            total < pensions.minimumTotalRate.perMillion
                || terms.employerFixed.perMillion < pensions.minimumEmployerRate.perMillion
        else { return nil }
        return Problem(
            "pension of \(terms.employeeFixed.percentText) by the employee and \(terms.employerFixed.percentText) by the "
                + "employer is below the minimum of \(taxYear)",
            expected: "\(pensions.minimumTotalRate.percentText) together, at least "
                + "\(pensions.minimumEmployerRate.percentText) by the employer")
    }

    /// To the nearest penny, half up; `pence` is not negative.
    private static func nearestPenny(_ pence: Int64, _ rate: FixedRate) -> Int64 {
        (pence * rate.perMillion + FixedRate.one / 2) / FixedRate.one
    }
}

extension PensionContributions {
    fileprivate init(
        base: Int64, employee: Int64, relief: Int64, employer: Int64, taxable: Int64, niable: Int64, deduction: Int64
    ) {
        self.base = Money(pence: base)
        self.employee = Money(pence: employee)
        taxRelief = Money(pence: relief)
        self.employer = Money(pence: employer)
        taxablePayReduction = Money(pence: taxable)
        niablePayReduction = Money(pence: niable)
        self.deduction = Money(pence: deduction)
    }
}

extension Explanation {
    fileprivate mutating func addPension(_ label: String, _ base: Int64, _ rate: FixedRate, _ result: Int64) {
        add(
            label, computation: "\(Figure.pence(base)) × \(rate.percentText)", result: Figure.pence(result),
            rounding: "to the nearest penny, half up")
    }
}
