import Amounts
import Diagnostics

/// The income tax of one payment.
package struct IncomeTaxResult: Hashable, Sendable {
    /// To deduct now; negative is a refund.
    package let due: Money
    /// Tax of the year including this payment. On the week-1 or month-1 basis, what was taken before plus `due`.
    package let toDate: Money
    /// Whether the 50 % limit held the deduction back.
    package let isHeldByLimit: Bool
}

/// What a payment's income tax is computed from.
package struct IncomeTaxInput: Hashable, Sendable {
    /// Taxable pay of this payment, after net-pay pension and salary sacrifice.
    package var pay: Money
    /// Taxable pay from the start of the tax year, this payment included. Not looked at on a week-1 or month-1 basis.
    package var payToDate: Money
    /// Tax taken in the year before this payment, refunds deducted.
    package var taxToDate: Money
    /// Benefits in kind within `pay` that are not money: they do not count for the 50 % limit.
    package var benefitsInKind: Money

    package init(pay: Money, payToDate: Money, taxToDate: Money, benefitsInKind: Money = .zero(.gbp)) {
        self.pay = pay
        self.payToDate = payToDate
        self.taxToDate = taxToDate
        self.benefitsInKind = benefitsInKind
    }
}

extension GBPack {
    /// Income tax under PAYE for one payment.
    ///
    /// Free pay is rounded up to the penny, taxable pay down to the pound, every quotient cut off after four decimal
    /// places, tax down to the penny. The deduction is never more than half of the payment (the overriding limit, down
    /// to the penny); what the limit holds back is found again by the next cumulative payment.
    ///
    /// An extra pay day (week 53, 54 or 56) is taxed by itself with the free pay and bands of one period, whatever the
    /// basis of the code (regulation 31).
    ///
    /// Source: HMRC, "Specification for PAYE tax table routines", v24.0; Income Tax
    /// (Pay As You Earn) Regulations 2003, regulations 2(1), 23 to 31.
    package func incomeTax(
        _ input: IncomeTaxInput, code: TaxCode, period: GBTaxPeriod, explanation: inout Explanation?
    ) throws(GBRuleError) -> IncomeTaxResult {
        let pay = try input.pay.sterlingPence("Pay")
        let taxBefore = try input.taxToDate.sterlingPence("Tax to date")
        let benefits = try input.benefitsInKind.sterlingPence("Benefits in kind")
        let standsAlone = code.isNonCumulative || period.isExtraPayDay
        let base = standsAlone ? pay : try input.payToDate.sterlingPence("Pay to date")
        let periods = standsAlone ? period.length : Int64(period.number)
        explanation?.addBasis(code, period, standsAlone: standsAlone, base: base)

        let liability: Int64
        let bands = incomeTax.bands(of: code.region)
        switch code.rule {
        case .noTax:
            liability = 0
            explanation?.add("Tax", computation: "code NT: no tax", result: "0.00")
        case .basicRate:
            liability = bands.flatTax(on: base, at: bands.rates[bands.basicRateIndex], explanation: &explanation)
        case .higherRate(let steps):
            guard let rate = bands.rate(stepsAboveBasic: steps) else { throw noRate(for: code) }
            liability = bands.flatTax(on: base, at: rate, explanation: &explanation)
        case .allowance(let number):
            let freePay = freePay(number, periods: periods, of: period, "Free pay", explanation: &explanation)
            liability = bands.tax(
                on: base - freePay, periods: periods, perYear: period.periodsPerYear, explanation: &explanation)
        case .additionalPay(let number):
            let added = freePay(number, periods: periods, of: period, "Additional pay", explanation: &explanation)
            liability = bands.tax(
                on: base + added, periods: periods, perYear: period.periodsPerYear, explanation: &explanation)
        }

        let wanted = standsAlone ? liability : liability - taxBefore
        // Half of nothing, or of a pay that is taken back, is nothing; a refund is not limited.
        let limit = max(0, FixedPoint.floor((pay - benefits) * incomeTax.overridingLimit.perMillion, FixedRate.one))
        let due = min(wanted, limit)
        explanation?.addDue(
            wanted: wanted, liability: standsAlone ? nil : liability, before: taxBefore, limit: limit,
            rate: incomeTax.overridingLimit, pay: pay - benefits, source: incomeTax.overridingLimitSource)
        return IncomeTaxResult(
            due: Money(pence: due), toDate: Money(pence: taxBefore + due), isHeldByLimit: due < wanted)
    }

    /// What is wrong with a code in the year of this pack although it is well formed: a D code without a rate.
    package func problem(with code: TaxCode) -> Problem? {
        guard case .higherRate(let steps) = code.rule,
            incomeTax.bands(of: code.region).rate(stepsAboveBasic: steps) == nil
        else { return nil }
        let highest = code.region.codePrefix + incomeTax.bands(of: code.region).highestFlatCode
        return Problem("tax code \"\(code.codeText)\" has no rate in \(taxYear)", expected: "at most \(highest)")
    }

    private func noRate(for code: TaxCode) -> GBRuleError {
        let highest = code.region.codePrefix + incomeTax.bands(of: code.region).highestFlatCode
        return .noRate(code: code, taxYear: taxYear, highest: highest)
    }

    /// The pay that a code makes free (or adds) in so many weeks or months, in pence.
    ///
    /// The number is split into blocks of 500 and a rest; the amount of one week or month of each is rounded up to the
    /// penny, then multiplied.
    private func freePay(
        _ number: Int32, periods: Int64, of period: GBTaxPeriod, _ label: String, explanation: inout Explanation?
    ) -> Int64 {
        guard number > 0 else {
            explanation?.add(label, computation: "code number 0", result: "0.00")
            return 0
        }
        let (blocks, index) = (Int64(number) - 1).quotientAndRemainder(dividingBy: 500)
        let rest = index + 1
        let perYear = period.periodsPerYear
        let ofRest = FixedPoint.ceilPenny(FixedPoint.trunc4(pounds: rest * 10 + 9, times: 1, over: perYear))
        let ofBlock = FixedPoint.ceilPenny(FixedPoint.trunc4(pounds: 5_000, times: 1, over: perYear))
        let amount = (ofRest + blocks * ofBlock) * periods
        explanation?.addFreePay(
            label, number: number, blocks: blocks, rest: rest, ofRest: ofRest, ofBlock: ofBlock, periods: periods,
            period: period, amount: amount)
        return amount
    }
}

extension IncomeTaxBands {
    /// All of the pay at one rate. Pay down to the pound, tax down to the penny.
    func flatTax(on base: Int64, at rate: FixedRate, explanation: inout Explanation?) -> Int64 {
        let pounds = max(0, FixedPoint.floorPound(pence: base))
        let tax = FixedPoint.floorPenny(rate.trunc4(of: pounds * FixedPoint.unitsPerPound))
        explanation?.add(
            "Tax", computation: "\(Figure.pounds(pounds)) × \(rate.percentText)", result: Figure.pence(tax),
            rounding: "pay down to the pound, tax down to the penny", source: source.description)
        return tax
    }

    /// Tax on taxable pay (in pence) through the bands of so many weeks or months.
    func tax(on taxable: Int64, periods: Int64, perYear: Int64, explanation: inout Explanation?) -> Int64 {
        guard taxable > 0 else {
            explanation?.add("Tax", computation: "no taxable pay (\(Figure.pence(taxable)))", result: "0.00")
            return 0
        }
        var lower: Int64 = 0
        var taxBelow: Int64 = 0
        var band = 0
        while band < upperLimits.count {
            let upper = FixedPoint.trunc4(pounds: upperLimits[band], times: periods, over: perYear)
            if taxable <= FixedPoint.ceilPound(upper) * 100 { break }
            lower = upper
            // The annual tax is in millionths; a four-decimal unit is a hundred of them.
            taxBelow = FixedPoint.floor(taxAtLimits[band] * periods, perYear * 100)
            band += 1
        }
        let pounds = FixedPoint.floorPound(pence: taxable)
        let inBand = pounds * FixedPoint.unitsPerPound - lower
        let tax = FixedPoint.floorPenny(taxBelow + rates[band].trunc4(of: inBand))
        explanation?.addBandTax(
            self, band: band, taxable: taxable, pounds: pounds, lower: lower, taxBelow: taxBelow, tax: tax,
            share: "\(periods)/\(perYear)")
        return tax
    }
}
