import Amounts
import Diagnostics
import Interchange

/// What became of a file of official figures.
package struct GBVerificationReport: Sendable {
    package enum Subject: Sendable, CaseIterable {
        case incomeTax
        case nationalInsurance

        /// For people: `PAYE`.
        package var name: String {
            switch self {
            case .incomeTax: "PAYE"
            case .nationalInsurance: "National Insurance"
            }
        }

        var columns: [CSVColumn] {
            switch self {
            case .incomeTax:
                [
                    .required("id"), .required("tax_year"), .optional("region"), .required("frequency"),
                    .required("tax_code"), .optional("w1m1"), .required("period"), .required("gross_pay"),
                    .required("taxable_pay_to_date"), .required("tax_paid_before"), .required("expected_tax_due"),
                    .optional("expected_tax_to_date"),
                ]
            case .nationalInsurance:
                [
                    .required("id"), .required("tax_year"), .required("frequency"), .required("ni_category"),
                    .required("gross_pay"), .required("expected_employee_ni"), .required("expected_employer_ni"),
                    .optional("expected_total_ni"), .optional("earnings_at_lel"), .optional("earnings_lel_to_pt"),
                    .optional("earnings_pt_to_uel"),
                ]
            }
        }
    }

    /// One figure of a row.
    package struct Figure: Hashable, Sendable {
        package let column: String
        package let expected: Money
        package let got: Money

        package var isExact: Bool { expected == got }

        func isWithin(pence: Int64) -> Bool {
            let (difference, overflow) = expected.minorUnits.subtractingReportingOverflow(got.minorUnits)
            return !overflow && difference.magnitude <= pence.magnitude
        }
    }

    /// A row that does not agree exactly, with the figures that do not.
    package struct Difference: Hashable, Sendable, CustomStringConvertible {
        package let id: String
        package let location: SourceLocation
        package let figures: [Figure]

        /// `paye25-068: expected_tax_due 5382.96, got 5382.97`.
        package var description: String {
            let texts = figures.map { "\($0.column) \($0.expected.plainText), got \($0.got.plainText)" }
            return "\(id): " + texts.joined(separator: "; ")
        }
    }

    package let subject: Subject
    package let rowCount: Int
    package let exactCount: Int
    /// Rows of income tax that differ by no more than the penny that HMRC allows.
    package let withinTolerance: [Difference]
    package let failed: [Difference]

    init(subject: Subject, rows: [VerifiedRow]) {
        let tolerance = subject == .incomeTax ? GBVerification.incomeTaxTolerancePence : 0
        var within: [Difference] = []
        var failed: [Difference] = []
        for row in rows {
            let different = row.figures.filter { !$0.isExact }
            guard !different.isEmpty else { continue }
            let difference = Difference(id: row.id, location: row.location, figures: different)
            if different.allSatisfy({ $0.isWithin(pence: tolerance) }) {
                within.append(difference)
            } else {
                failed.append(difference)
            }
        }
        self.subject = subject
        rowCount = rows.count
        exactCount = rows.count - within.count - failed.count
        withinTolerance = within
        self.failed = failed
    }

    package var hasPassed: Bool { failed.isEmpty }

    /// Rows that agree, of all rows: `168/168`.
    package var countText: String { "\(rowCount - failed.count)/\(rowCount)" }

    /// `PAYE 168/168 (162 exactly, 6 within 0.01)`, then one line for each row that differs.
    package var text: String {
        var head = "\(subject.name) \(countText)"
        if !withinTolerance.isEmpty { head += " (\(exactCount) exactly, \(withinTolerance.count) within 0.01)" }
        let lines =
            failed.map { "  failed           \($0)" } + withinTolerance.map { "  within 0.01      \($0)" }
        return ([head] + lines).joined(separator: "\n")
    }
}
