import Amounts
import Diagnostics

/// Class 1 National Insurance of one payment, with the earnings that the tax authority is told.
package struct NIContributions: Hashable, Sendable {
    /// Negative where a director's recalculation gives back.
    package let employee: Money
    package let employer: Money
    package let earnings: NIEarnings

    /// Employee's and employer's together.
    ///
    /// - Note: Both are bounded far below what `Money` holds, so the sum is plain.
    package var total: Money { Money(pence: employee.minorUnits + employer.minorUnits) }
}

/// Earnings by band, as a Full Payment Submission reports them.
package struct NIEarnings: Hashable, Sendable {
    /// The lower earnings limit, once earnings reach it; nothing below it.
    package let atLowerEarningsLimit: Money
    package let lowerEarningsLimitToPrimaryThreshold: Money
    package let primaryThresholdToUpperEarningsLimit: Money

    static let none = NIEarnings(at: 0, toPrimary: 0, toUpper: 0)

    fileprivate init(at limit: Int64, toPrimary: Int64, toUpper: Int64) {
        atLowerEarningsLimit = Money(pence: limit)
        lowerEarningsLimitToPrimaryThreshold = Money(pence: toPrimary)
        primaryThresholdToUpperEarningsLimit = Money(pence: toUpper)
    }
}

extension GBPack {
    /// Class 1 contributions on the earnings of one payment, by the exact percentage method.
    ///
    /// Each band's contribution is the earnings in it × rate, cut off after three decimal places, then to the nearest
    /// penny with half a penny or less dropped; the bands are then added.
    ///
    /// Source: Social Security (Contributions) Regulations 2001, regulations 10 to 12; HMRC, "National Insurance
    /// guidance for software developers".
    package func nationalInsurance(
        on pay: Money, category: NICategory, frequency: PayFrequency, explanation: inout Explanation?
    ) throws(GBRuleError) -> NIContributions {
        let earnings = max(0, try pay.sterlingPence("Earnings for National Insurance"))
        explanation?.add(
            "National Insurance, category \(category.rawValue)",
            computation: "earnings of a \(frequency.rawValue) payment",
            result: Figure.pence(earnings))
        return contributions(
            on: earnings, category: category, thresholds: nationalInsurance.thresholds(frequency),
            explanation: &explanation)
    }

    /// Class 1 contributions on `earnings` (pence, not negative) of one earnings period with these thresholds.
    @inline(__always)
    func contributions(
        on earnings: Int64, category: NICategory, thresholds: NIThresholds, explanation: inout Explanation?
    ) -> NIContributions {
        let rates = nationalInsurance.rates(category)
        let upper = thresholds.upperEarningsLimit
        let from = thresholds[rates.employerFrom]

        let employeeMain = Self.slice(of: earnings, above: thresholds.primary, upTo: upper)
        let employeeUpper = max(0, earnings - upper)
        let employerMain = Self.slice(of: earnings, above: from, upTo: upper)
        let employerUpper = max(0, earnings - max(from, upper))

        let employee =
            Self.contribution(on: employeeMain, rates.employeeMain)
            + Self.contribution(on: employeeUpper, rates.employeeUpper)
        let employer =
            Self.contribution(on: employerMain, rates.employer) + Self.contribution(on: employerUpper, rates.employer)
        if explanation != nil {
            explanation?.addNI(
                "Employee", bands: [(employeeMain, rates.employeeMain), (employeeUpper, rates.employeeUpper)],
                above: thresholds.primary, and: upper, result: employee, source: nationalInsurance.rateSource)
            explanation?.addNI(
                "Employer", bands: [(employerMain, rates.employer), (employerUpper, rates.employer)],
                above: from, and: max(from, upper), result: employer, source: nationalInsurance.rateSource)
        }
        return NIContributions(
            employee: Money(pence: employee), employer: Money(pence: employer),
            earnings: category == .x ? .none : Self.reported(earnings, thresholds))
    }

    private static func reported(_ earnings: Int64, _ thresholds: NIThresholds) -> NIEarnings {
        let limit = thresholds.lowerEarningsLimit
        guard earnings >= limit else { return .none }
        return NIEarnings(
            at: limit, toPrimary: slice(of: earnings, above: limit, upTo: thresholds.primary),
            toUpper: slice(of: earnings, above: thresholds.primary, upTo: thresholds.upperEarningsLimit))
    }

    /// The part of `earnings` between two thresholds.
    @inline(__always)
    private static func slice(of earnings: Int64, above lower: Int64, upTo upper: Int64) -> Int64 {
        max(0, min(earnings, upper) - lower)
    }

    /// One band's contribution in pence: cut off after a tenth of a penny, then half a penny or less dropped.
    @inline(__always)
    static func contribution(on earnings: Int64, _ rate: FixedRate) -> Int64 {
        let tenths = earnings * rate.perMillion / (FixedRate.one / 10)
        return (tenths + 4) / 10
    }
}

extension Explanation {
    fileprivate mutating func addNI(
        _ payer: String, bands: [(earnings: Int64, rate: FixedRate)], above: Int64, and upper: Int64, result: Int64,
        source: PackSource
    ) {
        let lowers = [above, upper]
        let parts = zip(bands, lowers).filter { $0.0.earnings > 0 }.map { band, lower in
            "\(Figure.pence(band.earnings)) above \(Figure.pence(lower)) × \(band.rate.percentText)"
        }
        add(
            "\(payer)'s contribution",
            computation: parts.isEmpty ? "nothing above \(Figure.pence(above))" : parts.joined(separator: " + "),
            result: Figure.pence(result),
            rounding: "each band cut off after 3 decimal places, half a penny or less dropped",
            source: source.description)
    }
}
