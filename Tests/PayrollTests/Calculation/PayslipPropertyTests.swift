import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import People
import TestSupport
import Testing

@testable import Payroll

/// What holds for every payslip, over employees made up at random from a fixed seed.
@Suite struct PayslipPropertyTests {
    private static let seed: UInt64 = 20_260_406
    private static let employeeCount = 400

    /// Anything that an employee may have, from a generator.
    private static func facts(_ random: inout some RandomNumberGenerator) -> [String: String] {
        func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
        var facts = [
            "annual_salary": "\(Int.random(in: 0...250_000, using: &random)).\(pick(["00", "37", "99"]))",
            "weekly_hours": "37.5",
            "tax_code": pick([
                "1257L", "S1257L", "C1257L", "K475", "SK99", "BR", "SBR", "D0", "SD1", "NT", "0T", "1257L M1", "S0T X",
                "9999L",
            ]),
            "ni_category": pick(["A", "B", "C", "H", "J", "M", "V", "X", "Z", "F"]),
            "start_date": pick(["2010-05-01", "2026-04-01", "2026-04-15"]),
        ]
        if Bool.random(using: &random) { facts["leave_date"] = pick(["2026-04-20", "2026-04-30", "2027-01-01"]) }
        if Bool.random(using: &random) {
            facts["pension_method"] = pick(["net_pay", "relief_at_source", "salary_sacrifice"])
            facts["pension_basis"] = pick(["qualifying_earnings", "pensionable_pay"])
            facts["pension_employee_rate"] = pick(["0", "0.05", "0.123"])
            facts["pension_employer_rate"] = pick(["0.03", "0.1"])
        }
        if Int.random(in: 0..<5, using: &random) == 0 {
            facts["director"] = pick(["annual", "alternative"])
            facts["director_since"] = pick(["2012-01-01", "2026-04-10"])
        }
        if Bool.random(using: &random) { facts["student_loan"] = pick(["plan_1", "plan_2", "plan_4+plan_5"]) }
        if Bool.random(using: &random) { facts["postgraduate_loan"] = pick(["true", "false"]) }
        for (field, values) in [
            ("bonus", ["0.01", "1234.56"]), ("overtime_hours", ["0.25", "12"]), ("unpaid_leave_days", ["1", "3.5"]),
            ("expenses", ["9.99"]), ("staff_purchases", ["5", "4000"]), ("commission", ["333.33"]),
        ] where Bool.random(using: &random) {
            facts["\(field)@2026-04-16"] = pick(values)
        }
        for (field, values) in [
            ("salary_sacrifice_cycle", ["19.23"]), ("payroll_giving", ["10"]), ("car_allowance", ["4800"]),
        ] where Int.random(in: 0..<4, using: &random) == 0 {
            facts[field] = pick(values)
        }
        return facts
    }

    private static func employees() throws -> [EmployeeFacts] {
        var random = SplitMix64(state: seed)
        return try (1...employeeCount).map { try PayDesk.employee(facts(&random), id: "E\(10_000 + $0)") }
    }

    @Test func `gross less deductions is net, and the lines add up to each`() throws {
        let calculator = try PayDesk.calculator("2026-04")
        var paid = 0
        for employee in try Self.employees() {
            let outcome = calculator.payslip(for: employee, yearToDate: YearToDate())
            guard let payslip = outcome.payslip else {
                // These employees lack nothing: they can only owe more than they earn, or have left.
                #expect(
                    outcome.exception.map { ["negative_net_pay", "paid_after_leaving"].contains($0.reason) } ?? true,
                    "\(outcome)")
                continue
            }
            paid += 1
            var sums = (gross: Int64(0), deductions: Int64(0), employer: Int64(0))
            for line in payslip.lines {
                switch calculator.plan.component(line.component)?.kind {
                case .earning: sums.gross += line.amount.minorUnits
                case .deduction: sums.deductions += line.amount.minorUnits
                case .employer: sums.employer += line.amount.minorUnits
                case nil: Issue.record("\(line.component) is no component")
                }
            }
            #expect(sums.gross == payslip.gross.minorUnits, "\(employee)")
            #expect(sums.deductions == payslip.deductions.minorUnits, "\(employee)")
            #expect(sums.employer == payslip.employerCost.minorUnits, "\(employee)")
            #expect(payslip.gross.minorUnits - payslip.deductions.minorUnits == payslip.net.minorUnits)
            #expect(!payslip.net.isNegative)
            #expect(Set(payslip.lines.map(\.component)).count == payslip.lines.count, "each component once")
        }
        #expect(paid > Self.employeeCount / 2)
    }

    @Test func `an explained payslip is the same payslip, and every line has its steps`() throws {
        let calculator = try PayDesk.calculator("2026-04")
        for employee in try Self.employees() {
            guard let payslip = calculator.payslip(for: employee, yearToDate: YearToDate()).payslip else { continue }
            let explained = try calculator.explain(employee, yearToDate: YearToDate())
            #expect(explained?.payslip == payslip)
            for line in payslip.lines {
                #expect(explained?.explanations[line.component]?.steps.isEmpty == false, "\(line.component)")
            }
        }
    }

    @Test func `the same inputs have the same hash, and another input another`() throws {
        let calculator = try PayDesk.calculator("2026-04")
        func hash(_ facts: [String: String], _ yearToDate: YearToDate = YearToDate()) throws -> String? {
            calculator.payslip(for: try PayDesk.employee(facts), yearToDate: yearToDate).payslip?.inputHash
        }
        let salary = ["annual_salary": "36000"]
        var earlier = YearToDate()
        earlier.incomeTax.amount = 1
        let hashes = [
            try hash(salary), try hash(["annual_salary": "36000.01"]), try hash(salary, earlier),
            try hash(salary.merging(["bonus@2026-04-16": "1"]) { $1 }),
            try hash(salary.merging(["start_date": "2026-04-02"]) { $1 }),
        ]
        #expect(Set(hashes.compactMap(\.self)).count == hashes.count)
        #expect(try hash(salary) == hashes[0])
        // What happens later is no input.
        #expect(try hash(salary.merging(["bonus@2027-04-16": "1"]) { $1 }) == hashes[0])
    }

    @Test func `the journal entry of any payslips balances, and owes the employees their net pay`() throws {
        let calculator = try PayDesk.calculator("2026-04")
        var payslips: [Payslip] = []
        var totals: [PayrollRecords.CostCentreTotal] = []
        for employee in try Self.employees() {
            guard let payslip = calculator.payslip(for: employee, yearToDate: YearToDate()).payslip else { continue }
            payslips.append(payslip)
            for line in payslip.lines {
                totals.append(
                    .init(component: line.component, costCentre: payslip.employee.rawValue, amount: line.amount))
            }
        }
        let record = PayrollRunRecord(
            run: RunID(rawValue: 1), payGroup: "monthly", period: calculator.period, taxYear: "2026-27", taxPeriod: 1,
            currency: .gbp, pack: "", packChecksum: "", componentsChecksum: "")
        let posting = PayrollPosting(
            run: record, plan: calculator.plan, chart: try PayDesk.configuration().chart)
        let entry = try #require(try posting.entries(of: payslips) { _ in totals }.first)
        #expect(entry.postings.map(\.amount.minorUnits).reduce(0, +) == 0)
        let owed = entry.postings.filter { $0.account == calculator.plan.netPayAccount }.map(\.amount.minorUnits)
        #expect(owed == payslips.map { -$0.net.minorUnits }.filter { $0 != 0 })
        #expect(entry.date == calculator.period.payDate && entry.key == "payroll/monthly/2026-04")
    }

    @Test func `lines of a component that is no longer configured are not posted silently`() throws {
        let calculator = try PayDesk.calculator("2026-04")
        let record = PayrollRunRecord(
            run: RunID(rawValue: 1), payGroup: "monthly", period: calculator.period, taxYear: "2026-27", taxPeriod: 1,
            currency: .gbp, pack: "", packChecksum: "", componentsChecksum: "")
        let failure = #expect(throws: Failure.self) {
            let payslip = Payslip(
                employee: EmployeeID(stored: "E1"), lines: [], gross: .zero(.gbp), deductions: .zero(.gbp),
                net: .zero(.gbp), employerCost: .zero(.gbp), costCentre: nil, inputHash: "")
            _ = try PayrollPosting(run: record, plan: calculator.plan, chart: try PayDesk.configuration().chart)
                .entries(of: [payslip]) { _ in
                    [.init(component: "old_bonus", costCentre: nil, amount: Money(minorUnits: 1, .gbp))]
                }
        }
        #expect(failure?.summary.contains("no longer configured: old_bonus") == true)
    }

    /// Over the year, cumulative tax is the tax on the year's pay, but for the rounding of free pay up to the penny a
    /// month and of taxable pay down to the pound: less than a pound of taxable pay, at 45 % at most, and a penny.
    @Test(arguments: 1...12)
    func `the tax of twelve payments is the tax on the year's pay`(round: Int) throws {
        var random = SplitMix64(state: Self.seed &+ UInt64(round))
        var facts = ["annual_salary": "\(Int.random(in: 8_000...95_000, using: &random))"]
        for (index, month) in PayDesk.months2026.enumerated() where Bool.random(using: &random) {
            facts["bonus@\(month)-15"] = "\(Int.random(in: 0...400 * (index + 1), using: &random)).\(10 + index)"
        }
        let year = try PayDesk.year(facts)
        #expect(year.count == 12)
        let tax = try year.total("income_tax").minorUnits
        let pay = year.map(\.gross.minorUnits).reduce(0, +)
        // By the law, not by the routines: 12,579 free (the most of code 1257L); 37,700 at 20 %, to 125,140 at 40 %.
        let taxable = max(0, pay - 1_257_900)
        let basic = min(taxable, 3_770_000)
        let higher = min(max(0, taxable - 3_770_000), 12_514_000 - 3_770_000)
        let additional = max(0, taxable - 12_514_000)
        let expected = basic * 20 / 100 + higher * 40 / 100 + additional * 45 / 100
        #expect((expected - 60...expected + 1).contains(tax), "\(tax) for \(expected); \(facts)")
    }
}
