import Calendars
import CompanyFixtures
import Diagnostics
import Testing

@testable import People

@Suite struct FactImportTests {
    private static let header = "employee_id,field,value,effective_from,effective_to\n"
    private static let people =
        "employee_id,name,start_date,pay_group,annual_salary\nE1,Ann Lee,2026-04-01,monthly,36000\n"
        + "E2,Bob Ray,2026-04-01,monthly,28000\n"

    private func withPeople<T>(_ database: Database = .sqlite, _ body: (Office) throws -> T) throws -> T {
        try Office.with(database) { office in
            try office.importFile(.employees, Self.people)
            return try body(office)
        }
    }

    @Test(arguments: Database.available)
    func `facts are imported once, with their days and their place`(database: Database) throws {
        try withPeople(database) { office in
            let file =
                Self.header + "E1,annual_salary,40000,2026-07-01,\nE1,bonus,250.5,2026-04-20,\n"
                + "E2,annual_salary,,2026-09-01,2026-09-30\n"
            let plan = try office.importFile(.facts, file)
            #expect(plan.factCount == 3 && plan.knownFacts == 0 && plan.employeeCount == 0)
            #expect(
                try office.facts().suffix(3) == [
                    "E1 annual_salary=40000.00 2026-07-01… (facts.csv:2)", "E1 bonus=250.50 2026-04-20… (facts.csv:3)",
                    "E2 annual_salary= 2026-09-01…2026-09-30 (facts.csv:4)",
                ])
            let again = try office.importFile(.facts, file)
            #expect(again.isEmpty && again.knownFacts == 3)
        }
    }

    @Test func `a correction is recorded beside what it corrects, and the past is known as it was`() throws {
        try withPeople { office in
            let later = Office.now.adding(seconds: 86_400)
            try office.importFile(.facts, Self.header + "E1,annual_salary,40000,2026-07-01,\n")
            try office.importFile(.facts, Self.header + "E1,annual_salary,41000,2026-07-01,\n", at: later)
            let records = EmployeeRecords(catalog: office.catalog)
            func salary(knownAt: Instant) throws -> String? {
                try office.store.read { connection in
                    let id = EmployeeID(stored: "E1")
                    let employee = try records.facts(from: id, through: id, knownAt: knownAt, in: connection).first
                    let field = try #require(office.catalog.index(of: "annual_salary"))
                    return employee?.value(of: field, on: try #require(CalendarDate("2026-08-01")))
                }
            }
            #expect(try salary(knownAt: Office.now) == "40000.00")
            #expect(try salary(knownAt: later) == "41000.00")
        }
    }

    @Test(arguments: [
        (
            "E9,bonus,1,2026-04-20,\n",
            ["facts.csv:2:1: employee_id \"E9\" is not known (expected an employee that was imported before)"]
        ),
        (
            "E1,bonnus,1,2026-04-20,\n",
            ["facts.csv:2:4: field \"bonnus\" is not one of the choices; did you mean \"bonus\"?"]
        ),
        ("E1,bonus,-1,2026-04-20,\n", ["facts.csv:2:10: value \"-1\" is negative"]),
        (
            "E1,annual_salary,1,2026-04-20,2026-04-19\n",
            ["facts.csv:2:31: effective_to 2026-04-19 is before effective_from 2026-04-20 (expected a later day)"]
        ),
        (
            "E1,bonus,1,2026-04-20,\nE1,bonus,2,2026-04-20,\n",
            [
                """
                facts.csv:3:1: employee_id "E1", field "bonus", effective_from "2026-04-20" stands here a second time (first \
                on line 2) (expected each once)
                """
            ]
        ),
        (
            "E9,bonus,1,2026-04-20,\nE1,tax_code,QQ,2026-04-20,\nE1,bonus,1,20 April,\n",
            [
                "facts.csv:2:1: employee_id \"E9\" is not known", "facts.csv:3:13: value \"QQ\" is not a UK tax code",
                "facts.csv:4:12: effective_from \"20 April\" is not a date",
            ]
        ),
    ])
    func `bad facts are refused with every mistake in its place, and none is imported`(
        rows: String, expected: [String]
    ) throws {
        try withPeople { office in
            let found = try office.refusal(.facts, Array((Self.header + rows).utf8))
            #expect(found.count == expected.count, "\(found)")
            for (found, expected) in zip(found, expected) { #expect(found.hasPrefix(expected), "\(found)") }
        }
    }
}
