import Calendars
import Testing

@testable import People

/// What holds of an employee on a day, from all that was recorded.
@Suite struct FactRulesTests {
    private static let salary = 0
    private static let bonus = 1

    private static func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? .earliest }

    private static func employee(_ facts: [(String, String, String?)], field: Int = salary) -> EmployeeFacts {
        EmployeeFacts(
            id: EmployeeID(stored: "E1"),
            facts: facts.map {
                EmployeeFact(field: field, value: $0.0, effectiveFrom: day($0.1), effectiveTo: $0.2.map(day))
            })
    }

    private static let cases: [(String, [(String, String, String?)], [(String, String?)])] = [
        (
            "one fact holds from its first day on", [("100", "2026-03-01", nil)],
            [("2026-02-28", nil), ("2026-03-01", "100"), ("9999-12-31", "100")]
        ),
        (
            "a later change takes its place from its own day on",
            [("100", "2026-03-01", nil), ("120", "2026-07-01", nil)],
            [("2026-06-30", "100"), ("2026-07-01", "120")]
        ),
        (
            "the order of recording does not matter for different days",
            [("120", "2026-07-01", nil), ("100", "2026-03-01", nil)],
            [("2026-06-30", "100"), ("2026-07-01", "120")]
        ),
        (
            "a correction replaces what began the same day and leaves later changes alone",
            [("100", "2026-03-01", nil), ("120", "2026-07-01", nil), ("105", "2026-03-01", nil)],
            [("2026-03-01", "105"), ("2026-06-30", "105"), ("2026-07-01", "120")]
        ),
        (
            "a fact with an end holds on its last day, and then what held before",
            [("100", "2026-03-01", nil), ("90", "2026-05-01", "2026-05-31")],
            [("2026-04-30", "100"), ("2026-05-01", "90"), ("2026-05-31", "90"), ("2026-06-01", "100")]
        ),
        (
            "an empty value withdraws the field from a day on",
            [("100", "2026-03-01", nil), ("", "2026-05-01", nil), ("130", "2026-09-01", nil)],
            [("2026-04-30", "100"), ("2026-05-01", nil), ("2026-08-31", nil), ("2026-09-01", "130")]
        ),
        (
            "an empty value with an end withdraws it for a time",
            [("100", "2026-03-01", nil), ("", "2026-05-01", "2026-05-02")],
            [("2026-05-01", nil), ("2026-05-02", nil), ("2026-05-03", "100")]
        ),
        (
            "a correction to nothing takes a value back",
            [("100", "2026-03-01", nil), ("120", "2026-07-01", nil), ("", "2026-07-01", nil)],
            [("2026-06-30", "100"), ("2026-07-01", nil)]
        ),
    ]

    @Test func `the fact that began last counts, and of those the one recorded last`() {
        for (name, facts, expected) in Self.cases {
            let employee = Self.employee(facts)
            for (text, value) in expected {
                #expect(employee.value(of: Self.salary, on: Self.day(text)) == value, "\(name), on \(text)")
                #expect(
                    employee.values(on: Self.day(text), fieldCount: 2) == [value, nil], "\(name), on \(text), in bulk")
            }
        }
    }

    @Test func `what happened counts in the days that hold it, once for each day, as corrected`() {
        let employee = Self.employee(
            [
                ("10", "2026-03-31", nil), ("20", "2026-04-01", nil), ("30", "2026-04-30", nil),
                ("40", "2026-05-01", nil), ("25", "2026-04-01", nil), ("7", "2026-04-15", nil), ("", "2026-04-15", nil),
            ], field: Self.bonus)
        let found = employee.occurrences(of: Self.bonus, in: Self.day("2026-04-01")...Self.day("2026-04-30"))
        #expect(found.map { "\($0.day) \($0.value)" } == ["2026-04-01 25", "2026-04-30 30"])
        #expect(employee.occurrences(of: Self.salary, in: Self.day("2026-01-01")...Self.day("2026-12-31")).isEmpty)
    }

    @Test func `an employee number is 1 to 32 plain characters`() {
        for right in ["1", "E001", "a-b_c.d", String(repeating: "x", count: 32)] {
            #expect(EmployeeID(right)?.rawValue == right)
        }
        for wrong in ["", " E1", "E 1", "É1", "E/1", "E\n", String(repeating: "x", count: 33)] {
            #expect(EmployeeID(wrong) == nil, "\(wrong)")
        }
    }
}
