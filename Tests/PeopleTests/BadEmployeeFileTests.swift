import CompanyFixtures
import Diagnostics
import Testing

@testable import People

/// Bad input is named by file, line and column, all of it at once, and nothing is imported.
@Suite struct BadEmployeeFileTests {
    private static let header = "employee_id,name,start_date,pay_group,annual_salary,tax_code"

    private struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var expected: [String]
    }

    private static func file(_ name: String, _ rows: [String], _ expected: [String]) -> Row {
        Row(testDescription: name, text: ([header] + rows).joined(separator: "\n") + "\n", expected: expected)
    }

    private static let files: [Row] = [
        Row(
            testDescription: "a missing column", text: "employee_id,name,pay_group\nE1,Ann Lee,monthly\n",
            expected: [
                """
                employees.csv:1:1: the column "start_date" is missing (expected a header with it: \
                employee_id,name,start_date,pay_group)
                """
            ]),
        Row(
            testDescription: "an unknown column",
            text: "employee_id,name,start_date,pay_group,anual_salary\nE1,Ann Lee,2026-04-01,monthly,1\n",
            expected: [
                """
                employees.csv:1:39: the column "anual_salary" is unknown; did you mean "annual_salary"? (expected one of: \
                employee_id, effective_from, name, email, birth_date, start_date, leave_date, cost_centre, job_title, \
                pay_group, tax_code, ni_category, director, director_since, student_loan, postgraduate_loan, \
                pension_method, pension_basis, pension_employee_rate, pension_employer_rate, annual_salary, weekly_hours)
                """
            ]),
        file(
            "a wrong date", ["E1,Ann Lee,01/04/2026,monthly,36000,1257L"],
            [
                """
                employees.csv:2:12: start_date "01/04/2026" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)
                """
            ]),
        file(
            "a day that is none", ["E1,Ann Lee,2026-02-29,monthly,36000,1257L"],
            [
                """
                employees.csv:2:12: start_date "2026-02-29" is no day of the calendar (expected a day that exists, as \
                YYYY-MM-DD)
                """
            ]),
        file(
            "a duplicate id", ["E1,Ann Lee,2026-04-01,monthly,1,1257L", "E1,Ann Lee,2026-04-01,monthly,1,1257L"],
            ["employees.csv:3:1: employee_id \"E1\" stands here a second time (first on line 2) (expected each once)"]),
        file(
            "an unknown tax code", ["E1,Ann Lee,2026-04-01,monthly,36000,12S7L"],
            ["employees.csv:2:37: tax_code \"12S7L\" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)"]),
        file(
            "a negative salary", ["E1,Ann Lee,2026-04-01,monthly,-36000,1257L"],
            ["employees.csv:2:31: annual_salary \"-36000\" is negative (expected zero or more)"]),
        file(
            "a salary with separators", ["E1,Ann Lee,2026-04-01,monthly,\"36,000\",1257L"],
            [
                """
                employees.csv:2:31: annual_salary "36,000" is not an amount of GBP (expected e.g. 1250.00: no separators, \
                no sign of the currency)
                """
            ]),
        file(
            "an unknown pay group", ["E1,Ann Lee,2026-04-01,montly,36000,1257L"],
            [
                """
                employees.csv:2:23: pay_group "montly" is not one of the choices; did you mean "monthly"? (expected \
                monthly or weekly)
                """
            ]),
        file(
            "an empty required value", ["E1,,2026-04-01,monthly,36000,1257L"],
            ["employees.csv:2:4: name is empty (expected text)"]),
        file(
            "a wrong employee number", ["E 1,Ann Lee,2026-04-01,monthly,36000,1257L"],
            [
                """
                employees.csv:2:1: employee_id "E 1" is not an employee number (expected 1 to 32 letters, digits, full stops, - or _)
                """
            ]),
        Row(
            testDescription: "a leaver before the start",
            text: "employee_id,name,start_date,leave_date,pay_group\nE1,Ann Lee,2026-04-01,2026-03-31,monthly\n",
            expected: [
                """
                employees.csv:2:23: leave_date 2026-03-31 is before start_date 2026-04-01 (expected a later day)
                """
            ]),
        Row(
            testDescription: "two wrong dates",
            text: "employee_id,name,start_date,leave_date,pay_group\nE1,Ann Lee,soon,later,monthly\n",
            expected: [
                "employees.csv:2:12: start_date \"soon\" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)",
                "employees.csv:2:17: leave_date \"later\" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)",
            ]),
        Row(
            testDescription: "an empty file", text: "",
            expected: [
                "employees.csv:1: the file is empty (expected a header: employee_id,name,start_date,pay_group)"
            ]),
        Row(
            testDescription: "semicolons",
            text: "employee_id;name;start_date;pay_group\nE1;Ann Lee;2026-04-01;monthly\n",
            expected: [
                """
                employees.csv:1:1: the fields are separated by semicolons (expected commas; in a spreadsheet program save as \
                "CSV UTF-8 (comma delimited)")
                """
            ]),
        file(
            "several at once",
            [
                "E1,Ann Lee,2026-04-31,monthly,36000,1257L", "E2,Bob Ray,2026-04-06,weekly,-1,XYZ",
                "E3,Cy Orr,2026-04-06,weekly,100,1257L", "E3,Cy Orr,2026-04-06,daily,100,1257L",
            ],
            [
                """
                employees.csv:2:12: start_date "2026-04-31" is no day of the calendar (expected a day that exists, as \
                YYYY-MM-DD)
                """,
                "employees.csv:3:30: annual_salary \"-1\" is negative (expected zero or more)",
                "employees.csv:3:33: tax_code \"XYZ\" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)",
                "employees.csv:5:1: employee_id \"E3\" stands here a second time (first on line 4) (expected each once)",
                """
                employees.csv:5:22: pay_group "daily" is not one of the choices (expected monthly or weekly)
                """,
            ]),
    ]

    @Test(arguments: files)
    private func `a bad file is refused with every mistake in its place`(row: Row) throws {
        let found = try Office.with { try $0.refusal(.employees, Array(row.text.utf8)) }
        #expect(found == row.expected)
    }

    @Test(arguments: [true, false])
    func `a file in UTF-16 is refused with the command that converts it`(hasMark: Bool) throws {
        let text = Self.header + "\nE1,Ann Lee,2026-04-01,monthly,36000,1257L\n"
        var bytes: [UInt8] = hasMark ? [0xFF, 0xFE] : []
        for unit in text.utf16 { bytes += [UInt8(unit & 255), UInt8(unit >> 8)] }
        let encoding = hasMark ? "UTF-16" : "UTF-16LE"
        let found = try Office.with { try $0.refusal(.employees, bytes) }
        #expect(
            found == [
                """
                employees.csv:1:1: the file is in \(encoding) (expected UTF-8; convert it: iconv -f \(encoding) -t UTF-8 \
                employees.csv > converted-file)
                """
            ])
    }

    @Test func `a file in Windows-1252 is refused at the byte that shows it`() throws {
        let bytes = Array((Self.header + "\nE1,Si").utf8) + [0xE2] + Array("n,2026-04-01,monthly,36000,1257L\n".utf8)
        try Office.with { office in
            let found = try office.refusal(.employees, bytes)
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("employees.csv:2:6: the byte 0xE2 is not UTF-8") == true, "\(found)")
        }
    }

    @Test func `a quote that is not closed is refused at its place`() throws {
        let text = Self.header + "\nE1,\"Ann Lee,2026-04-01,monthly,36000,1257L\nE2,Bob,2026-04-01,monthly,1,1257L\n"
        try Office.with { office in
            let found = try office.refusal(.employees, Array(text.utf8))
            #expect(found.first?.hasPrefix("employees.csv:2:4: ") == true, "\(found)")
        }
    }

    @Test func `a file that is not there is told by its name`() throws {
        try Office.with { office in
            let failure = refusal {
                _ = try office.store.read {
                    try EmployeeImport(catalog: office.catalog).plan(
                        path: "/nowhere/people.csv", shownAs: "people.csv", knownAt: Office.now, in: $0)
                }
            }
            #expect(failure?.exitCode == .usage || failure?.exitCode == .notFound, "\(failure as Any)")
            #expect(failure?.description.contains("people.csv") == true)
        }
    }
}
