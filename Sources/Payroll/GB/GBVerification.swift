import Amounts
import Configuration
import Diagnostics
import Interchange

/// Official figures run against the packs: what a file expects and what the rules give.
///
/// ```swift
/// let report = try GBVerification(packs: packs).verify(contentsOf: path, shownAs: "rows.csv")
/// print(report.countText)   // 168/168
/// ```
/// A file has one row for each payment, and is about income tax or about National Insurance; its columns say which.
/// They may come in any order; others are passed over; `#` begins a comment line.
///
/// - Income tax: `id, tax_year, frequency, tax_code, period, gross_pay, taxable_pay_to_date, tax_paid_before,
///   expected_tax_due`, and where they are there `w1m1`, `region` and `expected_tax_to_date`. `period` is the number of
///   the tax month or week, of the last week where a payment is for several.
/// - National Insurance: `id, tax_year, frequency, ni_category, gross_pay, expected_employee_ni, expected_employer_ni`,
///   and where they are there `expected_total_ni`, `earnings_at_lel`, `earnings_lel_to_pt` and `earnings_pt_to_uel`.
package struct GBVerification: Sendable {
    /// Larger files are refused.
    package static let maximumFileBytes = 100_000_000
    /// By how much income tax may differ: HMRC states the tolerance with its test data. In pence.
    package static let incomeTaxTolerancePence: Int64 = 1

    let packs: GBPacks

    package init(packs: GBPacks) {
        self.packs = packs
    }

    /// - Throws: `Failure` that names every cell that cannot be read, or the file where it cannot.
    package func verify(contentsOf path: String, shownAs name: String) throws(Failure) -> GBVerificationReport {
        let bytes = try SourceFile.bytes(of: path, shownAs: name, maximumFileBytes: Self.maximumFileBytes)
        return try verify(bytes: bytes, shownAs: name)
    }

    package func verify(bytes: [UInt8], shownAs name: String) throws(Failure) -> GBVerificationReport {
        var options = CSVOptions()
        options.allowsComments = true
        options.ignoresUnknownColumns = true
        let subject = try Self.subject(of: bytes, shownAs: name, options)
        var problems = ProblemList()
        let table = CSVTable(
            bytes: bytes, shownAs: name, columns: subject.columns, options: options, problems: &problems)
        let rows: [VerifiedRow] = table.map(&problems) { row in
            switch subject {
            case .incomeTax: incomeTax(row)
            case .nationalInsurance: nationalInsurance(row)
            }
        }
        if problems.isEmpty, rows.isEmpty {
            problems.add("\(name) has no rows", expected: "one for each payment")
        }
        try problems.throwIfAny(consequence: "nothing was verified")
        return GBVerificationReport(subject: subject, rows: rows)
    }

    /// What a file is about, by its columns.
    private static func subject(
        of bytes: [UInt8], shownAs name: String, _ options: CSVOptions
    ) throws(Failure) -> GBVerificationReport.Subject {
        var problems = ProblemList()
        let names = CSVTable(bytes: bytes, shownAs: name, columns: [], options: options, problems: &problems)
            .columnNames
        switch (names.contains("tax_code"), names.contains("ni_category")) {
        case (true, false): return .incomeTax
        case (false, true): return .nationalInsurance
        case (let both, _):
            // What keeps the file from being read at all comes before its columns.
            try problems.throwIfAny(consequence: "nothing was verified")
            throw Failure(
                .usage,
                both
                    ? "\(name) has both tax_code and ni_category, so it is not clear what to verify."
                    : "\(name) has neither tax_code nor ni_category, so it is not clear what to verify.",
                advice: GBVerificationReport.Subject.allCases.map { subject in
                    let required = subject.columns.filter(\.isRequired).map(\.name)
                    return "\(subject.name) needs the columns \(required.joined(separator: ","))"
                }.joined(separator: "\n"))
        }
    }
}

// MARK: - Rows

/// One row: what was expected and found.
struct VerifiedRow: Sendable {
    var id: String
    var location: SourceLocation
    var figures: [GBVerificationReport.Figure]
}

extension GBVerification {
    private static let sterling = ScalarReader<Money>.money(.gbp)

    private func incomeTax(_ row: CSVRow) -> VerifiedRow? {
        let id = row.required("id", .text)
        let pack = pack(row)
        let frequency = row.required("frequency", .payFrequency)
        let number = row.required("period", .integer(1...56))
        var code = row.required("tax_code", .taxCode)
        let isNonCumulative = row.optional("w1m1", .zeroOrOne, default: false)
        let region = row.optional("region", .gbRegion)
        let pay = row.required("gross_pay", Self.sterling)
        let taxBefore = row.optional("tax_paid_before", Self.sterling, default: .zero(.gbp))
        let expectedDue = row.required("expected_tax_due", Self.sterling)
        let expectedToDate = row.optional("expected_tax_to_date", Self.sterling)
        if isNonCumulative { code = code.onNonCumulativeBasis }
        let payToDate =
            code.isNonCumulative
            ? row.optional("taxable_pay_to_date", Self.sterling, default: pay)
            : row.required("taxable_pay_to_date", Self.sterling)
        guard !row.hasProblems, let pack else { return nil }

        guard let period = GBTaxPeriod(frequency, number) else {
            row.report(
                "period \"\(number)\" is no \(frequency.rawValue) period",
                expected: GBTaxPeriod.expectedNumbers(frequency), at: "period")
            return nil
        }
        if let region, code.rule != .noTax, code.region != region {
            guard let moved = code.inRegion(region) else {
                row.report(
                    "region \"\(region.rawValue)\" does not fit tax_code \"\(code.codeText)\"",
                    expected: code.region.rawValue, at: "region")
                return nil
            }
            code = moved
        }
        if let problem = pack.problem(with: code) {
            row.report(problem.message, expected: problem.expected, at: "tax_code")
            return nil
        }
        var none: Explanation?
        do {
            let result = try pack.incomeTax(
                IncomeTaxInput(pay: pay, payToDate: payToDate, taxToDate: taxBefore), code: code, period: period,
                explanation: &none)
            return VerifiedRow(
                id: id, location: row.location,
                figures: [
                    GBVerificationReport.Figure(column: "expected_tax_due", expected: expectedDue, got: result.due),
                    expectedToDate.map {
                        GBVerificationReport.Figure(column: "expected_tax_to_date", expected: $0, got: result.toDate)
                    },
                ].compactMap(\.self))
        } catch {
            row.report(error.failure.summary)
            return nil
        }
    }

    private func nationalInsurance(_ row: CSVRow) -> VerifiedRow? {
        let id = row.required("id", .text)
        let pack = pack(row)
        let frequency = row.required("frequency", .payFrequency)
        let category = row.required("ni_category", .niCategory)
        let pay = row.required("gross_pay", Self.sterling)
        let employee = row.required("expected_employee_ni", Self.sterling)
        let employer = row.required("expected_employer_ni", Self.sterling)
        let total = row.optional("expected_total_ni", Self.sterling)
        let atLimit = row.optional("earnings_at_lel", Self.sterling)
        let toPrimary = row.optional("earnings_lel_to_pt", Self.sterling)
        let toUpper = row.optional("earnings_pt_to_uel", Self.sterling)
        guard !row.hasProblems, let pack else { return nil }
        var none: Explanation?
        do {
            let result = try pack.nationalInsurance(
                on: pay, category: category, frequency: frequency, explanation: &none)
            let earnings = result.earnings
            let pairs: [(column: String, expected: Money?, got: Money)] = [
                ("expected_employee_ni", employee, result.employee),
                ("expected_employer_ni", employer, result.employer),
                ("expected_total_ni", total, result.total),
                ("earnings_at_lel", atLimit, earnings.atLowerEarningsLimit),
                ("earnings_lel_to_pt", toPrimary, earnings.lowerEarningsLimitToPrimaryThreshold),
                ("earnings_pt_to_uel", toUpper, earnings.primaryThresholdToUpperEarningsLimit),
            ]
            return VerifiedRow(
                id: id, location: row.location,
                figures: pairs.compactMap { pair in
                    pair.expected.map {
                        GBVerificationReport.Figure(column: pair.column, expected: $0, got: pair.got)
                    }
                })
        } catch {
            row.report(error.failure.summary)
            return nil
        }
    }

    private func pack(_ row: CSVRow) -> GBPack? {
        let before = row.hasProblems
        let year = row.required("tax_year", .gbTaxYear)
        guard before || !row.hasProblems else { return nil }
        if let pack = try? packs.pack(of: year) { return pack }
        if row.text("tax_year") == year.description {
            row.report(
                "tax_year \"\(year)\" has no GB pack",
                expected: "one of " + packs.packs.map(\.taxYear.description).joined(separator: ", "), at: "tax_year")
        }
        return nil
    }
}
