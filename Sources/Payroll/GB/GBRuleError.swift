import Amounts
import Calendars
import Diagnostics

/// Why a statutory figure cannot be computed from what was given.
package enum GBRuleError: Error, Hashable, Sendable {
    /// An amount that is not in pounds sterling.
    case notSterling(field: String, Currency)
    /// An amount beyond £100,000,000 either way. The value is pay, so it is not repeated.
    case amountOutOfRange(field: String)
    /// A D code above the top rate of its region: D2 in England.
    case noRate(code: TaxCode, taxYear: GBTaxYear, highest: String)
    /// No pack is valid on the pay date.
    case noPack(payDate: CalendarDate, available: [String])
    /// No pack for a tax year that a file names.
    case noPackOfYear(GBTaxYear, available: [String])
    /// The earnings period of a director must be 1 to 52 weeks.
    case earningsPeriodOutOfRange(weeks: Int)
}

extension GBRuleError: ReportableError {
    package var failure: Failure {
        switch self {
        case .notSterling(let field, let currency):
            Failure(.failed, "\(field) is in \(currency.code) and the GB rules need GBP.")
        case .amountOutOfRange(let field):
            Failure(
                .failed, "\(field) is beyond the £100,000,000 that the GB rules accept for one person and one year.",
                advice: "Look for a figure in pence where pounds are meant, or pay the amount by hand.")
        case .noRate(let code, let year, let highest):
            Failure(
                .failed,
                "Tax code \(code.codeText) has no rate in \(year) (the highest of \(code.region.name) is "
                    + "\(highest)).",
                advice: "Check the code against the employee's latest notice (P6 or P9).")
        case .noPack(let date, let available):
            Failure(
                .refused, "No GB pack is valid on the pay date \(date) (there are: \(Self.list(available))).",
                advice: "Add the pack of that tax year to config/packs/gb; it is data only.")
        case .noPackOfYear(let year, let available):
            Failure(
                .refused, "No GB pack for the tax year \(year) (there are: \(Self.list(available))).",
                advice: "Add the pack of that tax year to config/packs/gb; it is data only.")
        case .earningsPeriodOutOfRange(let weeks):
            Failure(.failed, "A director's earnings period of \(weeks) weeks does not exist (1 to 52).")
        }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}

extension Money {
    /// The pence of an amount that a GB rule was given.
    @inline(__always)
    func sterlingPence(_ field: @autoclosure () -> String) throws(GBRuleError) -> Int64 {
        guard currency == .gbp else { throw .notSterling(field: field(), currency) }
        guard -FixedPoint.maximumPence <= minorUnits, minorUnits <= FixedPoint.maximumPence else {
            throw .amountOutOfRange(field: field())
        }
        return minorUnits
    }

    @inline(__always)
    init(pence: Int64) {
        self.init(minorUnits: pence, .gbp)
    }
}

/// How explanations write figures.
enum Figure {
    /// `1,257.00`, from pence.
    static func pence(_ pence: Int64) -> String { Money(pence: pence).groupedText }

    /// `37,700`, from pounds.
    static func pounds(_ pounds: Int64) -> String { String(Money(pence: pounds * 100).groupedText.dropLast(3)) }

    /// `12,566.6666`, from four-decimal units.
    static func units(_ units: Int64) -> String {
        let (whole, rest) = units.quotientAndRemainder(dividingBy: FixedPoint.unitsPerPound)
        let digits = String(rest.magnitude)
        return pounds(whole) + "." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
