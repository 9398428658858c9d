import Amounts
import Diagnostics

/// What is deducted from one payment for loans; whole pounds.
package struct StudentLoanDeductions: Hashable, Sendable {
    package let studentLoan: Money
    package let postgraduateLoan: Money
    /// The plan whose threshold was used; nil when none of the employee's plans is collected in this year.
    package let plan: StudentLoanPlan?
}

extension GBPack {
    /// Student and postgraduate loan deductions from the earnings of one payment.
    ///
    /// Both are computed on the earnings for employer's National Insurance, each by itself, down to the pound. Of
    /// several plans only the one with the lowest threshold is deducted; a postgraduate loan is deducted beside it.
    ///
    /// Source: Education (Student Loans) (Repayment) Regulations 2009, part 4; GOV.UK, "Student and postgraduate loan
    /// repayments: guidance for employers", employees with more than one plan.
    package func studentLoans(
        on pay: Money, plans: [StudentLoanPlan], hasPostgraduateLoan: Bool, frequency: PayFrequency,
        explanation: inout Explanation?
    ) throws(GBRuleError) -> StudentLoanDeductions {
        let earnings = try pay.sterlingPence("Earnings for student loans")
        var plan: StudentLoanPlan?
        var lowest: StudentLoanThreshold?
        for candidate in plans {
            guard let threshold = studentLoans.threshold(candidate) else {
                explanation?.add(
                    "Student loan, \(candidate.name)", computation: "not collected in \(taxYear)", result: "0.00",
                    source: studentLoans.source.description)
                continue
            }
            if let found = lowest, found.annualPounds <= threshold.annualPounds { continue }
            (plan, lowest) = (candidate, threshold)
        }
        var studentLoan: Int64 = 0
        if let plan, let lowest {
            studentLoan = Self.deduction(
                "Student loan, \(plan.name)\(plans.count > 1 ? " (the lowest threshold)" : "")", on: earnings,
                above: lowest.pence(frequency), at: studentLoans.rate, source: studentLoans.source,
                explanation: &explanation)
        }
        var postgraduate: Int64 = 0
        if hasPostgraduateLoan {
            postgraduate = Self.deduction(
                "Postgraduate loan", on: earnings, above: studentLoans.postgraduateThreshold.pence(frequency),
                at: studentLoans.postgraduateRate, source: studentLoans.source, explanation: &explanation)
        }
        return StudentLoanDeductions(
            studentLoan: Money(pence: studentLoan), postgraduateLoan: Money(pence: postgraduate), plan: plan)
    }

    /// (Earnings − threshold) × rate, down to the pound; in pence.
    static func deduction(
        _ label: @autoclosure () -> String, on earnings: Int64, above threshold: Int64, at rate: FixedRate,
        source: @autoclosure () -> PackSource, explanation: inout Explanation?
    ) -> Int64 {
        let excess = max(0, earnings - threshold)
        let pence = excess * rate.perMillion / (FixedRate.one * 100) * 100
        explanation?.add(
            label(), computation: "(\(Figure.pence(earnings)) − \(Figure.pence(threshold))) × \(rate.percentText)",
            result: Figure.pence(pence), rounding: "down to the pound", source: source().description)
        return pence
    }
}
