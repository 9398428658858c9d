/// A plan of student loans that is repaid through payroll at the rate of undergraduate loans.
package enum StudentLoanPlan: String, CaseIterable, Sendable, Hashable, Codable {
    case plan1 = "plan_1"
    case plan2 = "plan_2"
    /// Scotland.
    case plan4 = "plan_4"
    /// Courses in England from August 2023; repaid from April 2026.
    case plan5 = "plan_5"

    @inline(__always)
    var index: Int {
        switch self {
        case .plan1: 0
        case .plan2: 1
        case .plan4: 2
        case .plan5: 3
        }
    }

    /// For people: `Plan 1`.
    package var name: String { "Plan " + rawValue.dropFirst(5) }
}

/// Thresholds and rates of student and postgraduate loans in one tax year.
package struct StudentLoanTable: Sendable {
    /// Above what pay of a year a plan is repaid, by `StudentLoanPlan.index`; nil where it is not yet collected.
    private let thresholds: [StudentLoanThreshold?]
    let rate: FixedRate
    let postgraduateThreshold: StudentLoanThreshold
    let postgraduateRate: FixedRate
    package let source: PackSource

    /// - Precondition: `annualPounds` has every plan in the order of `StudentLoanPlan.allCases`.
    init(
        annualPounds: [Int64?], rate: FixedRate, postgraduateAnnualPounds: Int64, postgraduateRate: FixedRate,
        source: PackSource
    ) {
        precondition(annualPounds.count == StudentLoanPlan.allCases.count)
        thresholds = annualPounds.map { $0.map(StudentLoanThreshold.init(annualPounds:)) }
        self.rate = rate
        postgraduateThreshold = StudentLoanThreshold(annualPounds: postgraduateAnnualPounds)
        self.postgraduateRate = postgraduateRate
        self.source = source
    }

    /// Nil where the plan is not collected in this year.
    @inline(__always)
    func threshold(_ plan: StudentLoanPlan) -> StudentLoanThreshold? { thresholds[plan.index] }
}

/// A repayment threshold, by pay frequency, in pence.
///
/// The annual figure × weeks ÷ 52, or ÷ 12, cut off at the penny: 21,000 a year is 1,615.38 in four weeks.
struct StudentLoanThreshold: Hashable, Sendable {
    let annualPounds: Int64

    @inline(__always)
    func pence(_ frequency: PayFrequency) -> Int64 {
        let share = frequency.shareOfYear
        return FixedPoint.floor(annualPounds * 100 * share.numerator, share.denominator)
    }
}
