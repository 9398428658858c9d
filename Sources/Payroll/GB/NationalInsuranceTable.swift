/// The National Insurance figures that hold from one day to another: thresholds, and rates by category letter.
package struct NationalInsuranceTable: Sendable {
    /// Where the thresholds of one earnings period stand, by pay frequency in the order of `PayFrequency.allCases`.
    private let byFrequency: [NIThresholds]
    /// The thresholds of a year: a director's earnings period.
    let annual: NIThresholds
    /// By `NICategory.index`.
    private let rates: [NIRates]
    package let thresholdSource: PackSource
    package let rateSource: PackSource

    /// - Precondition: `rates` has every category, in the order of `NICategory.allCases`.
    init(
        weekly: NIThresholds, monthly: NIThresholds, annual: NIThresholds, rates: [NIRates],
        thresholdSource: PackSource, rateSource: PackSource
    ) {
        precondition(rates.count == NICategory.allCases.count)
        self.annual = annual
        byFrequency = [weekly, annual.prorated(weeks: 2), annual.prorated(weeks: 4), monthly]
        self.rates = rates
        self.thresholdSource = thresholdSource
        self.rateSource = rateSource
    }

    @inline(__always)
    func thresholds(_ frequency: PayFrequency) -> NIThresholds {
        switch frequency {
        case .weekly: byFrequency[0]
        case .fortnightly: byFrequency[1]
        case .fourWeekly: byFrequency[2]
        case .monthly: byFrequency[3]
        }
    }

    @inline(__always)
    func rates(_ category: NICategory) -> NIRates { rates[category.index] }
}

/// The thresholds of one earnings period, in pence.
struct NIThresholds: Hashable, Sendable {
    /// From here earnings count for benefits (LEL).
    var lowerEarningsLimit: Int64
    /// Above this the employee pays (PT).
    var primary: Int64
    /// Above this the employee pays the upper rate (UEL).
    var upperEarningsLimit: Int64
    /// Where the employer begins to pay, by `NISecondaryThreshold`.
    var secondary: [Int64]

    @inline(__always)
    subscript(threshold: NISecondaryThreshold) -> Int64 { secondary[threshold.rawValue] }

    /// These annual thresholds for an earnings period of so many weeks: × weeks ÷ 52, up to the pound.
    ///
    /// Source: Social Security (Contributions) Regulations 2001, regulation 11; it gives the published fortnightly and
    /// four-weekly figures and the ones of a director appointed in the year.
    func prorated(weeks: Int64) -> NIThresholds {
        func share(_ pence: Int64) -> Int64 { FixedPoint.ceiling(pence * weeks, 52 * 100) * 100 }
        return NIThresholds(
            lowerEarningsLimit: share(lowerEarningsLimit), primary: share(primary),
            upperEarningsLimit: share(upperEarningsLimit), secondary: secondary.map(share))
    }
}

/// The threshold above which the employer pays for a category.
package enum NISecondaryThreshold: Int, CaseIterable, Sendable, Hashable {
    /// ST: most employees.
    case standard
    /// UST: employees under 21.
    case under21
    /// AUST: apprentices under 25.
    case apprentice
    /// VUST: veterans.
    case veteran
    /// FUST: freeports.
    case freeport
    /// IZUST: investment zones.
    case investmentZone

    /// Its name in a pack.
    var packKey: String {
        switch self {
        case .standard: "secondary_threshold"
        case .under21: "upper_secondary_threshold"
        case .apprentice: "apprentice_upper_secondary_threshold"
        case .veteran: "veteran_upper_secondary_threshold"
        case .freeport: "freeport_upper_secondary_threshold"
        case .investmentZone: "investment_zone_upper_secondary_threshold"
        }
    }
}

/// What one category pays.
struct NIRates: Hashable, Sendable {
    /// The employee, between the primary threshold and the upper earnings limit.
    var employeeMain: FixedRate
    /// The employee, above the upper earnings limit.
    var employeeUpper: FixedRate
    var employer: FixedRate
    var employerFrom: NISecondaryThreshold
}
