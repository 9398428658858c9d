import Calendars
import Diagnostics

/// The statutory figures of one tax year of the United Kingdom: data, read from `config/packs/gb/*.yaml`.
///
/// The rules are its methods (`incomeTax`, `nationalInsurance`, `studentLoans`, `pensionContributions`); they take
/// every number from here, so that a new year is a new file and no new code.
package struct GBPack: Sendable {
    /// `gb-2026-27`: what a run records.
    package let name: String
    package let taxYear: GBTaxYear
    /// The pay dates for which these figures hold; a year whose figures change has two packs.
    package let validity: ClosedRange<CalendarDate>
    package let incomeTax: IncomeTaxTable
    package let nationalInsurance: NationalInsuranceTable
    package let studentLoans: StudentLoanTable
    package let pensions: PensionTable
    package let employmentAllowance: EmploymentAllowance
    /// The bytes of its file, for the checksum that a run records.
    package let fileBytes: [UInt8]

    /// What an employer may keep back of its National Insurance in a year, in whole pounds.
    package struct EmploymentAllowance: Sendable {
        package let annualPounds: Int64
        package let source: PackSource
    }
}

/// The packs that are there, to choose from by pay date.
package struct GBPacks: Sendable {
    /// By validity, the earliest first; no two hold for the same day.
    package let packs: [GBPack]

    /// - Precondition: no two packs hold for the same day; the loader has checked it.
    package init(_ packs: [GBPack]) {
        self.packs = packs.sorted { $0.validity.lowerBound < $1.validity.lowerBound }
        precondition(
            zip(self.packs, self.packs.dropFirst()).allSatisfy { $0.validity.upperBound < $1.validity.lowerBound },
            "two packs hold for the same day")
    }

    /// The pack of a payment: the figures that hold on its pay date.
    package func pack(payDate: CalendarDate) throws(GBRuleError) -> GBPack {
        guard let pack = packs.first(where: { $0.validity.contains(payDate) }) else {
            throw .noPack(payDate: payDate, available: names)
        }
        return pack
    }

    /// The pack of a tax year; where its figures changed in the year, the last.
    package func pack(of year: GBTaxYear) throws(GBRuleError) -> GBPack {
        guard let pack = packs.last(where: { $0.taxYear == year }) else {
            throw .noPackOfYear(year, available: names)
        }
        return pack
    }

    private var names: [String] { packs.map(\.name) }
}
