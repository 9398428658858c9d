import Diagnostics

/// The steps of `GBPack.incomeTax` in words.
extension Explanation {
    mutating func addBasis(_ code: TaxCode, _ period: GBTaxPeriod, standsAlone: Bool, base: Int64) {
        let basis =
            if !standsAlone {
                "cumulative, \(period): taxable pay to date"
            } else if code.isNonCumulative {
                "\(period.frequency == .monthly ? "month" : "week")-1 basis: taxable pay of this payment"
            } else {
                "\(period), an extra pay day (regulation 31): taxable pay of this payment"
            }
        add("Tax code \(code.codeText)", computation: "\(code.region.name), \(basis)", result: Figure.pence(base))
    }

    mutating func addFreePay(
        _ label: String, number: Int32, blocks: Int64, rest: Int64, ofRest: Int64, ofBlock: Int64, periods: Int64,
        period: GBTaxPeriod, amount: Int64
    ) {
        let one = "(\(rest) × 10 + 9) ÷ \(period.periodsPerYear) = \(Figure.pence(ofRest))"
        let block = blocks == 0 ? "" : " + \(blocks) × 5,000 ÷ \(period.periodsPerYear) (\(Figure.pence(ofBlock)) each)"
        let unit = period.frequency.periodUnit
        add(
            label, computation: "number \(number): \(one)\(block), × \(periods) \(unit)\(periods == 1 ? "" : "s")",
            result: Figure.pence(amount), rounding: "each quotient up to the penny",
            source: "HMRC, Specification for PAYE tax table routines, v24.0")
    }

    mutating func addBandTax(
        _ bands: IncomeTaxBands, band: Int, taxable: Int64, pounds: Int64, lower: Int64, taxBelow: Int64, tax: Int64,
        share: String
    ) {
        add(
            "Taxable pay", computation: Figure.pence(taxable), result: Figure.pounds(pounds),
            rounding: "down to the pound")
        let limit = band < bands.upperLimits.count ? "up to \(Figure.pounds(bands.upperLimits[band]))" : "no limit"
        let rate = bands.rates[band].percentText
        let computation =
            band == 0
            ? "\(Figure.pounds(pounds)) × \(rate) (band \(limit) a year, \(share) of it)"
            : "\(Figure.units(taxBelow)) + (\(Figure.pounds(pounds)) − \(Figure.units(lower))) × \(rate) "
                + "(band above \(Figure.pounds(bands.upperLimits[band - 1])), \(limit) a year, \(share) of it)"
        add(
            "Tax", computation: computation, result: Figure.pence(tax),
            rounding: "cut off after 4 decimal places, down to the penny", source: bands.source.description)
    }

    mutating func addDue(
        wanted: Int64, liability: Int64?, before: Int64, limit: Int64, rate: FixedRate, pay: Int64, source: PackSource
    ) {
        if let liability {
            add(
                "Tax less tax already taken", computation: "\(Figure.pence(liability)) − \(Figure.pence(before))",
                result: Figure.pence(wanted))
        }
        guard wanted > limit else { return }
        add(
            "Overriding limit", computation: "at most \(rate.percentText) of \(Figure.pence(pay))",
            result: Figure.pence(limit), rounding: "down to the penny", source: source.description)
    }
}
