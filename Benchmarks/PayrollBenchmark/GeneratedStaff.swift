import Calendars
import People

/// Employees made up from a seed: the same ones each time, of all kinds that payroll tells apart.
///
/// Of 100 about: 62 salaried and 38 paid by the hour; 70 on 1257L, the rest on Scottish, Welsh, K, BR, D, 0T and
/// non-cumulative codes; 25 with student and 4 with postgraduate loans; 90 in a pension scheme of one of the three
/// methods; a director in 200, a starter or leaver in 100, one in 5,000 whose tax code is missing.
struct GeneratedStaff: Sequence {
    let count: Int
    let catalog: FieldCatalog

    func makeIterator() -> AnyIterator<EmployeeFacts> {
        var number = 0
        return AnyIterator {
            guard number < count else { return nil }
            number += 1
            return employee(number)
        }
    }

    /// The employee of a number, counted from 1.
    func employee(_ number: Int) -> EmployeeFacts {
        var draw = Draw(seed: number)
        let digits = "\(number)"
        let id = "E" + String(repeating: "0", count: Swift.max(0, 6 - digits.count)) + digits
        var facts = FactList(catalog: catalog, start: Self.day(2015, 1, 5).adding(days: draw.below(3_600)))
        if draw.chance(per: 200) { facts.start = Self.day(2026, 4, 1).adding(days: draw.below(30)) }
        facts.add("name", "\(draw.of(Self.firstNames)) \(draw.of(Self.lastNames)) \(number)")
        facts.add("email", "\(id.lowercased())@staff.example")
        facts.add("birth_date", "\(Self.day(1961, 1, 1).adding(days: draw.below(16_000)))")
        facts.add("start_date", "\(facts.start)")
        facts.add("pay_group", "monthly")
        facts.add("job_title", draw.of(["Machinist", "Cutter", "Clerk", "Buyer", "Designer", "Shop assistant"]))
        facts.add("cost_centre", draw.of(["EDI-SHOP", "BRS-SHOP", "EDI-WORKS", "BRS-SALES"]))
        if draw.chance(per: 200) { facts.add("leave_date", "\(Self.day(2026, 4, 10).adding(days: draw.below(50)))") }
        addPay(&facts, &draw)
        addTax(&facts, &draw, number)
        addPension(&facts, &draw)
        return EmployeeFacts(id: EmployeeID(stored: id), facts: facts.facts)
    }

    private func addPay(_ facts: inout FactList, _ draw: inout Draw) {
        if draw.below(100) < 62 {
            let salary = draw.below(10) == 0 ? 60_000 + draw.below(140_000) : 22_000 + draw.below(38_000)
            facts.add("annual_salary", "\(salary).00")
            facts.add("weekly_hours", "37.5")
            if draw.chance(per: 2) {
                facts.add("annual_salary", "\(salary + salary / 25).00", from: Self.day(2026, 4, 1))
            }
            if draw.chance(per: 25) { facts.add("unpaid_leave_days", "2", from: Self.day(2026, 4, 20)) }
            if draw.chance(per: 20) { facts.add("car_allowance", "4800.00") }
        } else {
            facts.add("hourly_rate", "\(12 + draw.below(14)).\(10 + draw.below(90))")
            facts.add("weekly_hours", "\(16 + draw.below(22))")
            for month in 4...5 {
                facts.add(
                    "hours_worked", "\(60 + draw.below(110)).\(draw.of(["25", "5", "75"]))",
                    from: Self.day(2026, month, 28))
            }
            if draw.chance(per: 4) { facts.add("overtime_hours", "\(1 + draw.below(12))", from: Self.day(2026, 4, 25)) }
        }
        if draw.chance(per: 8) { facts.add("bonus", "\(50 + draw.below(900)).00", from: Self.day(2026, 4, 15)) }
        if draw.chance(per: 30) { facts.add("salary_sacrifice_cycle", "83.33", from: Self.day(2026, 4, 1)) }
    }

    private func addTax(_ facts: inout FactList, _ draw: inout Draw, _ number: Int) {
        if number % 5_000 != 0 {
            facts.add("tax_code", draw.below(100) < 70 ? "1257L" : draw.of(Self.rarerTaxCodes))
        }
        facts.add("ni_category", draw.below(100) < 80 ? "A" : draw.of(["B", "C", "H", "M", "J", "Z"]))
        if draw.chance(per: 200) {
            facts.add("director", draw.of(["annual", "alternative"]))
            facts.add("director_since", "\(facts.start)")
        }
        if draw.below(100) < 25 { facts.add("student_loan", draw.of(["plan1", "plan2", "plan4", "plan1+plan2"])) }
        if draw.below(100) < 4 { facts.add("postgraduate_loan", "true") }
        if draw.chance(per: 100) {
            facts.add("previous_pay", "1850.00", from: Self.day(2026, 4, 8))
            facts.add("previous_tax", "160.40", from: Self.day(2026, 4, 8))
        }
    }

    private func addPension(_ facts: inout FactList, _ draw: inout Draw) {
        guard draw.below(100) < 90 else { return }
        facts.add("pension_method", draw.of(["net_pay", "net_pay", "relief_at_source", "salary_sacrifice"]))
        facts.add("pension_basis", draw.of(["qualifying_earnings", "pensionable_pay"]))
        facts.add("pension_employee_rate", "0.05")
        facts.add("pension_employer_rate", draw.of(["0.03", "0.05"]))
    }

    // MARK: - What is drawn from

    private static let rarerTaxCodes = [
        "S1257L", "C1257L", "K475", "BR", "D0", "0T X", "1257L X", "S1100M", "SD1", "1383M", "1131N", "NT",
    ]
    private static let firstNames = ["Ailsa", "Bryn", "Catrin", "Dougal", "Eilidh", "Femi", "Grace", "Hamish"]
    private static let lastNames = ["Abara", "Bevan", "Campbell", "Davies", "Evans", "Fraser", "Gill", "Hughes"]

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDate {
        guard let date = CalendarDate(year: year, month: month, day: day) else {
            preconditionFailure("\(year)-\(month)-\(day) is no day")
        }
        return date
    }
}

/// The facts of one employee as they are made up.
private struct FactList {
    let catalog: FieldCatalog
    /// Since when a fact holds that says nothing else.
    var start: CalendarDate
    var facts: [EmployeeFact] = []

    init(catalog: FieldCatalog, start: CalendarDate) {
        self.catalog = catalog
        self.start = start
    }

    mutating func add(_ field: String, _ value: String, from day: CalendarDate? = nil) {
        guard let index = catalog.index(of: field) else { preconditionFailure("the company has no field \(field)") }
        facts.append(EmployeeFact(field: index, value: value, effectiveFrom: day ?? start))
    }
}

/// Numbers that look random and are the same each time (SplitMix64).
private struct Draw {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 33) % bound
    }

    /// True once in so many times.
    mutating func chance(per count: Int) -> Bool { below(count) == 0 }

    mutating func of<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}
