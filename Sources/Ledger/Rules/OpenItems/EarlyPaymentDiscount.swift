import Amounts
import Calendars
import Diagnostics

/// A discount for who pays within some days of the invoice.
package struct EarlyPaymentDiscount: Hashable, Sendable {
    package let rate: Rate
    /// The last day is the document date and so many days.
    package let windowDays: Int
    package let tax: TaxMode

    package static let maximumWindowDays = 365

    /// What becomes of the tax on the discount.
    package enum TaxMode: String, CaseIterable, Sendable {
        /// It is reduced with the discount when that is taken.
        case included
        /// It stays as it was invoiced.
        case excluded
        /// It is invoiced on the discounted amount from the start, whether the discount is taken or not.
        case always
    }

    /// - Throws: for a rate outside 0 to 100% or a window outside 0 to 365 days.
    package init(rate: Rate, windowDays: Int, tax: TaxMode) throws(Failure) {
        var problems = ProblemList()
        if rate < .zero || rate > .one {
            problems.add("the discount is \(rate.percentText)", expected: "0% to 100%")
        }
        if !(0...Self.maximumWindowDays).contains(windowDays) {
            problems.add("the discount is for \(windowDays) days", expected: "0 to \(Self.maximumWindowDays)")
        }
        try problems.throwIfAny(consequence: "the discount cannot be used")
        self.rate = rate
        self.windowDays = windowDays
        self.tax = tax
    }

    /// A line of an invoice as far as a discount is concerned.
    package struct Line: Hashable, Sendable {
        package let net: Money
        package let taxRate: Rate
        /// A tax by piece, which no discount reduces.
        package let fixedTax: Money

        package init(net: Money, taxRate: Rate, fixedTax: Money? = nil) {
            self.net = net
            self.taxRate = taxRate
            self.fixedTax = fixedTax ?? .zero(net.currency)
        }
    }

    /// What is offered with an invoice.
    package struct Offer: Hashable, Sendable {
        package let invoiceTotal: Money
        /// By line; they add up to the rate of the whole.
        package let discounts: [Money]
        /// By tax rate, where it is not zero: how much less tax there is when the discount is taken.
        package let taxCorrections: [TaxCorrection]
        package let discount: Money
        package let taxCorrection: Money
        /// What settles the invoice through `lastDay`.
        package let payable: Money
        package let lastDay: CalendarDate
    }

    package struct TaxCorrection: Hashable, Sendable {
        package let rate: Rate
        package let amount: Money
    }

    /// The offer for an invoice.
    ///
    /// Tax is that of all lines of a rate together, rounded once; so is what it is reduced by, as the difference between
    /// the tax on the full and on the discounted amount. The discount is that of the whole, rounded once; each line gets
    /// what the lines up to it come to, less what the lines before it got, so that they add up whatever their signs.
    ///
    /// - Throws: `ArithmeticError` for lines of several currencies, or of none.
    package func offer(
        for lines: [Line], of documentDate: CalendarDate, rounding: Rounding = .halfAwayFromZero
    ) throws(ArithmeticError) -> Offer {
        guard let currency = lines.first?.net.currency else { throw .unusableWeights }
        var discounts: [Money] = []
        var (net, given, fixed) = (Money.zero(currency), Money.zero(currency), Money.zero(currency))
        var groups: [(rate: Rate, net: Money, discount: Money)] = []
        for line in lines {
            net = try net + line.net
            fixed = try fixed + line.fixedTax
            let discount = try net.multiplied(by: rate, rounding: rounding) - given
            given = try given + discount
            discounts.append(discount)
            if let index = groups.firstIndex(where: { $0.rate == line.taxRate }) {
                groups[index].net = try groups[index].net + line.net
                groups[index].discount = try groups[index].discount + discount
            } else {
                groups.append((line.taxRate, line.net, discount))
            }
        }
        var total = try net + fixed
        var corrections: [TaxCorrection] = []
        for group in groups {
            let full = try group.net.multiplied(by: group.rate, rounding: rounding)
            let reduced = try (try group.net - group.discount).multiplied(by: group.rate, rounding: rounding)
            total = try total + (tax == .always ? reduced : full)
            let correction = try full - reduced
            if tax == .included, !correction.isZero {
                corrections.append(TaxCorrection(rate: group.rate, amount: correction))
            }
        }
        let taxCorrection = try corrections.map(\.amount).sum(currency)
        return Offer(
            invoiceTotal: total, discounts: discounts, taxCorrections: corrections, discount: given,
            taxCorrection: taxCorrection, payable: try total - given - taxCorrection,
            lastDay: documentDate.adding(days: windowDays))
    }
}
