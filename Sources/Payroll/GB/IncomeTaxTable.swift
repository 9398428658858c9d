/// The income tax figures of one tax year.
package struct IncomeTaxTable: Sendable {
    /// The tax-free amount of a year, in whole pounds, and the code that stands for it where no other is known.
    package let personalAllowance: PersonalAllowance
    /// The most of one payment that may be taken in tax: 50 %.
    let overridingLimit: FixedRate
    package let overridingLimitSource: PackSource
    let restOfUK: IncomeTaxBands
    let scotland: IncomeTaxBands
    let wales: IncomeTaxBands

    package struct PersonalAllowance: Sendable {
        package let annualPounds: Int64
        /// `1257L`; Scotland and Wales put their letter before it.
        package let emergencyCode: TaxCode
        package let source: PackSource
    }

    @inline(__always)
    package func bands(of region: GBRegion) -> IncomeTaxBands {
        switch region {
        case .restOfUK: restOfUK
        case .scotland: scotland
        case .wales: wales
        }
    }
}

/// The bands of one region: each rate applies to taxable pay above the limit before it and up to its own.
package struct IncomeTaxBands: Sendable {
    /// Upper limits of taxable pay in a year, whole pounds, ascending; the last rate has none.
    let upperLimits: [Int64]
    /// One more than there are limits.
    let rates: [FixedRate]
    /// Tax on taxable pay up to each limit, in millionths of a pound: exact.
    let taxAtLimits: [Int64]
    /// Where the basic rate is: the rate of BR codes, and the one from which D codes count.
    let basicRateIndex: Int
    package let source: PackSource

    /// - Precondition: there is one more rate than limits, limits ascend, and `basicRateIndex` is a rate.
    init(upperLimits: [Int64], rates: [FixedRate], basicRateIndex: Int, source: PackSource) {
        precondition(rates.count == upperLimits.count + 1 && rates.indices.contains(basicRateIndex))
        self.upperLimits = upperLimits
        self.rates = rates
        self.basicRateIndex = basicRateIndex
        self.source = source
        var taxAtLimits: [Int64] = []
        var lower: Int64 = 0
        var tax: Int64 = 0
        for (limit, rate) in zip(upperLimits, rates) {
            precondition(limit > lower, "the loader has checked that the limits ascend")
            tax += (limit - lower) * rate.perMillion
            taxAtLimits.append(tax)
            lower = limit
        }
        self.taxAtLimits = taxAtLimits
    }

    /// The rate of a D code, or nil when the region has no rate so high.
    @inline(__always)
    func rate(stepsAboveBasic steps: Int8) -> FixedRate? {
        let index = basicRateIndex + Int(steps)
        return index < rates.count ? rates[index] : nil
    }

    /// `D1`: the highest D code that has a rate here; `BR` when basic is the top rate.
    var highestFlatCode: String {
        let steps = rates.count - 1 - basicRateIndex
        return steps == 0 ? "BR" : "D\(steps - 1)"
    }
}
