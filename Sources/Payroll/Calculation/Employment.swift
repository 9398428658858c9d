import Calendars
import Diagnostics
import People

/// The part of a pay period on which an employee was employed, and what was known of them then.
struct Employment {
    /// The days of the pay period on which the employee was employed.
    let days: ClosedRange<CalendarDate>
    /// By the number of the field: the value on the last of those days.
    let values: [String?]
    let leaveDate: CalendarDate?

    /// Nil when the employee is not paid with this group in this period.
    ///
    /// The values are those of the last day of employment in the period, so a rise in mid-period counts for the whole
    /// of it.
    init?(
        _ employee: EmployeeFacts, in period: PayPeriod, group: PayGroup, fields: PayrollFieldIndices
    ) throws(PayslipError) {
        let atEnd = employee.values(on: period.days.upperBound, fieldCount: fields.count)
        guard atEnd[fields.payGroup] == group.code else { return nil }
        guard let startText = atEnd[fields.startDate], let start = CalendarDate(startText) else {
            throw .missingFact(field: "start_date", why: "pay is for days of employment")
        }
        let leave = atEnd[fields.leaveDate].flatMap { CalendarDate($0) }
        let first = max(start, period.days.lowerBound)
        let last = min(leave ?? period.days.upperBound, period.days.upperBound)
        let values =
            last < period.days.upperBound && last >= period.days.lowerBound
            ? employee.values(on: last, fieldCount: fields.count) : atEnd
        guard first <= last else {
            if let leave, leave < period.days.lowerBound {
                try Self.requireNothingEarned(employee, in: period, after: leave, fields: fields)
            }
            return nil
        }
        days = first...last
        self.values = values
        leaveDate = leave
    }

    /// What was earned after leaving must not be lost silently.
    private static func requireNothingEarned(
        _ employee: EmployeeFacts, in period: PayPeriod, after leave: CalendarDate, fields: PayrollFieldIndices
    ) throws(PayslipError) {
        for index in fields.occurrences where !employee.occurrences(of: index, in: period.days).isEmpty {
            throw .paidAfterLeaving(field: fields.names[index], leaveDate: leave)
        }
    }
}

/// Mondays to Fridays in a range of days.
enum Weekdays {
    static func count(in days: ClosedRange<CalendarDate>) -> Int {
        let total = days.lowerBound.days(until: days.upperBound) + 1
        let (weeks, rest) = total.quotientAndRemainder(dividingBy: 7)
        let first = days.lowerBound.weekday.rawValue
        let partial = (0..<rest).count { (first - 1 + $0) % 7 < 5 }
        return weeks * 5 + partial
    }
}

/// The numbers of the fields that the rules read.
struct PayrollFieldIndices: Sendable {
    let names: [String]
    let occurrences: [Int]
    let startDate, leaveDate, birthDate, payGroup, taxCode, niCategory, director, directorSince, studentLoan: Int
    let postgraduateLoan, pensionMethod, pensionBasis, pensionEmployeeRate, pensionEmployerRate: Int
    let previousPay, previousTax, costCentre: Int

    var count: Int { names.count }

    init(_ catalog: FieldCatalog) {
        func index(_ name: String) -> Int {
            guard let index = catalog.index(of: name) else {
                preconditionFailure("the catalog lacks the field \(name), which every catalog has")
            }
            return index
        }
        names = catalog.names
        occurrences = catalog.fields.indices.filter { catalog.fields[$0].nature == .occurrence }
        startDate = index("start_date")
        leaveDate = index("leave_date")
        birthDate = index("birth_date")
        payGroup = index("pay_group")
        taxCode = index("tax_code")
        niCategory = index("ni_category")
        director = index("director")
        directorSince = index("director_since")
        studentLoan = index("student_loan")
        postgraduateLoan = index("postgraduate_loan")
        pensionMethod = index("pension_method")
        pensionBasis = index("pension_basis")
        pensionEmployeeRate = index("pension_employee_rate")
        pensionEmployerRate = index("pension_employer_rate")
        previousPay = index("previous_pay")
        previousTax = index("previous_tax")
        costCentre = index("cost_centre")
    }
}
