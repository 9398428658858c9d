import Amounts
import Calendars
import Diagnostics
import Foundation
import Jobs
import TestSupport

@testable import Payroll
@testable import People

/// The demo's components, accounts, pay groups and packs, and employees made up for one test.
enum PayDesk {
    private static let loaded = Result {
        try PayrollConfiguration.load(for: try Company.load(from: repositoryRoot.path))
    }

    static func configuration() throws -> PayrollConfiguration { try loaded.get() }

    static func calculator(_ period: String, group: String = "monthly") throws -> PayslipCalculator {
        let configuration = try configuration()
        let group = try configuration.payGroup(group)
        guard let period = Period(period) else { throw Failure(.failed, "\(period) is no period") }
        return try PayslipCalculator(
            configuration: configuration, group: group, period: try group.payPeriod(period))
    }

    /// An employee by facts: `field: value` since the start, `field@day: value` from a day on.
    static func employee(_ facts: [String: String], id: String = "E1") throws -> EmployeeFacts {
        let catalog = try configuration().catalog
        var all = [
            "name": "Ann Lee", "start_date": "2020-01-06", "pay_group": "monthly", "tax_code": "1257L",
            "ni_category": "A",
        ]
        all.merge(facts) { _, given in given }
        let start = all["start_date"] ?? ""
        return EmployeeFacts(
            id: EmployeeID(stored: id),
            facts: try all.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { key, value in
                let parts = key.split(separator: "@").map(String.init)
                let field = try index(of: parts[0], in: catalog)
                guard let day = CalendarDate(parts.count > 1 ? parts[1] : start) else {
                    throw Failure(.failed, "\(key) has no day")
                }
                return EmployeeFact(field: field, value: value, effectiveFrom: day)
            })
    }

    private static func index(of name: String, in catalog: FieldCatalog) throws -> Int {
        guard let index = catalog.index(of: name) else { throw Failure(.failed, "there is no field \(name)") }
        return index
    }

    /// The payslip of one employee: `amounts` by component, pounds as text.
    static func outcome(
        _ facts: [String: String], _ period: String = "2026-04", group: String = "monthly",
        yearToDate: YearToDate = YearToDate()
    ) throws -> PayslipCalculator.Outcome {
        try calculator(period, group: group).payslip(for: try employee(facts), yearToDate: yearToDate)
    }

    /// The payslips of every month from April, each with the year to date of those before it.
    static func year(
        _ facts: [String: String], months: [String] = PayDesk.months2026, directorSince: CalendarDate? = nil
    ) throws -> [Payslip] {
        var yearToDate = YearToDate()
        return try months.compactMap { month in
            let calculator = try calculator(month)
            let outcome = calculator.payslip(for: try employee(facts), yearToDate: yearToDate)
            if let exception = outcome.exception { throw Failure(.failed, "\(month): \(exception.message)") }
            guard let payslip = outcome.payslip else { return nil }
            let isDirector = directorSince.map { $0 <= calculator.period.payDate } ?? false
            yearToDate.add(payslip, isDirector: isDirector)
            return payslip
        }
    }

    static let months2026 = (4...12).map { "2026-\($0 < 10 ? "0" : "")\($0)" } + (1...3).map { "2027-0\($0)" }
}

extension YearToDate {
    mutating func add(_ payslip: Payslip, isDirector: Bool = false) {
        func add(_ component: String, to total: inout Total) {
            for line in payslip.lines where line.component == component {
                total.base += line.base?.minorUnits ?? 0
                total.amount += line.amount.minorUnits
            }
        }
        add("income_tax", to: &incomeTax)
        add("employee_ni", to: &employeeNI)
        add("employer_ni", to: &employerNI)
        guard isDirector else { return }
        add("employee_ni", to: &directorEmployeeNI)
        add("employer_ni", to: &directorEmployerNI)
    }
}

extension Payslip {
    /// `basic_pay 3000.00, income_tax 390.20, …`
    var text: String {
        (lines.map { "\($0.component) \($0.amount.plainText)" } + ["net \(net.plainText)"]).joined(separator: ", ")
    }

    func amount(_ component: String) -> Money {
        lines.first { $0.component == component }?.amount ?? .zero(.gbp)
    }
}

extension [Payslip] {
    func total(_ component: String) throws -> Money { try map { $0.amount(component) }.sum(.gbp) }
}
