import Amounts
import Calendars
import Testing

@testable import Payroll

/// Directors over the whole tax year 2026-27: twelve payments add up to the computation on the year.
@Suite struct DirectorTests {
    private static let pay = ["annual_salary": "60000", "bonus@2026-10-15": "5000", "director_since": "2018-01-01"]

    // 12 × 5,000 + 5,000 = 65,000. Employee: (50,270 − 12,570) × 8 % = 3,016.00; (65,000 − 50,270) × 2 % = 294.60.
    // Employer: (65,000 − 5,000) × 15 % = 9,000.00.
    @Test(arguments: ["annual", "alternative"])
    func `twelve payments by either method add up to the contributions of the year`(method: String) throws {
        let year = try PayDesk.year(Self.pay.merging(["director": method]) { _, given in given })
        #expect(year.count == 12)
        #expect(try year.total("employee_ni").plainText == "3310.60")
        #expect(try year.total("employer_ni").plainText == "9000.00")
    }

    // Nothing until 12,570 is passed: 10,000 after two months. The third: (15,000 − 12,570) × 8 % = 194.40.
    // Employer from the first: nothing up to 5,000; then (10,000 − 5,000) × 15 % = 750.
    @Test func `the annual method takes nothing until the annual threshold is passed`() throws {
        let year = try PayDesk.year(Self.pay.merging(["director": "annual"]) { _, given in given })
        #expect(year.prefix(3).map { $0.amount("employee_ni").plainText } == ["0.00", "0.00", "194.40"])
        #expect(year.prefix(2).map { $0.amount("employer_ni").plainText } == ["0.00", "750.00"])
    }

    // Each month like anyone else: 3,141 × 8 % + 811 × 2 % = 267.50; October: + 5,000 × 2 % = 367.50.
    // March settles: 3,310.60 − (10 × 267.50 + 367.50) = 268.10.
    @Test func `the alternative method settles with the last payment of the year`() throws {
        let year = try PayDesk.year(Self.pay.merging(["director": "alternative"]) { _, given in given })
        let amounts = year.map { $0.amount("employee_ni").plainText }
        #expect(
            amounts == Array(repeating: "267.50", count: 6) + ["367.50"] + Array(repeating: "267.50", count: 4) + [
                "268.10"
            ])
    }

    // Appointed on 15 June 2026, in week 11: 42 weeks are left, with their week. Thresholds × 42 ÷ 52 ↑:
    // 12,570 → 10,153; 50,270 → 40,603; 5,000 → 4,039. Ten payments since, 50,000:
    // (40,603 − 10,153) × 8 % + (50,000 − 40,603) × 2 % = 2,436.00 + 187.94 = 2,623.94; (50,000 − 4,039) × 15 % = 6,894.15.
    // April and May like anyone else: 2 × 267.50 and 2 × (5,000 − 417) × 15 % = 2 × 687.45.
    @Test func `a director appointed in the year has the thresholds of the weeks that are left`() throws {
        let year = try PayDesk.year(
            ["annual_salary": "60000", "director@2026-06-15": "annual", "director_since@2026-06-15": "2026-06-15"],
            directorSince: CalendarDate("2026-06-15"))
        #expect(year.prefix(2).map { $0.amount("employee_ni").plainText } == ["267.50", "267.50"])
        #expect(try year.total("employee_ni").plainText == "3158.94")
        #expect(try year.total("employer_ni").plainText == "8269.05")
    }

    // A leaver's last payment is the last of the year: June is it. 3 × 5,000: (15,000 − 12,570) × 8 % = 194.40 in all,
    // of which 2 × 267.50 were taken: −340.60.
    @Test func `the alternative method settles with a leaver's last payment`() throws {
        let year = try PayDesk.year([
            "annual_salary": "60000", "director": "alternative", "director_since": "2018-01-01",
            "leave_date": "2026-06-30",
        ])
        #expect(year.map { $0.amount("employee_ni").plainText } == ["267.50", "267.50", "-340.60"])
    }
}
