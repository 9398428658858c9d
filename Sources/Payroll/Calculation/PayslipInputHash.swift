import Calendars
import Crypto
import Jobs
import People

/// The fingerprint of all that a payslip is computed from.
struct PayslipInputHash: Sendable {
    private let payPeriod: ClosedRange<CalendarDate>
    private let taxYear: ClosedRange<CalendarDate>
    /// What every payslip of the run has in common, one a line.
    private let commonInputs: [UInt8]
    /// By the number of the field, with a line break before it.
    private let fieldNames: [[UInt8]]
    private let isOccurrence: [Bool]

    init(
        catalog: FieldCatalog, payPeriod: ClosedRange<CalendarDate>, taxYear: ClosedRange<CalendarDate>,
        commonInputs: [String]
    ) {
        self.payPeriod = payPeriod
        self.taxYear = taxYear
        self.commonInputs = Array(commonInputs.joined(separator: "\n").utf8)
        fieldNames = catalog.fields.map { Array("\n\($0.name)".utf8) }
        isOccurrence = catalog.fields.map { $0.nature == .occurrence }
    }

    /// SHA-256 of the common inputs, the employee's values, what happened in the period and the tax year, and the year
    /// to date, in hexadecimal.
    func hash(of employee: EmployeeFacts, _ employment: Employment, _ yearToDate: YearToDate) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(commonInputs.count + 1_024)
        text += commonInputs
        text.append(line: employee.id.rawValue)
        text.append(line: employment.days.lowerBound.description)
        text.append(line: employment.days.upperBound.description)
        for (index, value) in employment.values.enumerated() {
            guard let value else { continue }
            text += fieldNames[index]
            text.append(UInt8(ascii: "="))
            text += value.utf8
        }
        for fact in employee.facts where isOccurrence[fact.field] {
            guard payPeriod.contains(fact.effectiveFrom) || taxYear.contains(fact.effectiveFrom) else { continue }
            text += fieldNames[fact.field]
            text.append(UInt8(ascii: "@"))
            text += fact.effectiveFrom.description.utf8
            text.append(UInt8(ascii: "="))
            text += fact.value.utf8
        }
        for total in [
            yearToDate.incomeTax, yearToDate.employeeNI, yearToDate.employerNI, yearToDate.directorEmployeeNI,
            yearToDate.directorEmployerNI,
        ] {
            text.append(line: total.base.description)
            text.append(UInt8(ascii: " "))
            text += total.amount.description.utf8
        }
        return SHA256.hash(data: text).hexText
    }
}

extension [UInt8] {
    fileprivate mutating func append(line: String) {
        append(UInt8(ascii: "\n"))
        self += line.utf8
    }
}
