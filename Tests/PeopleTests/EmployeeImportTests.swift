import CompanyFixtures
import Diagnostics
import Testing

@testable import People

@Suite struct EmployeeImportTests {
    private static let header = "employee_id,name,start_date,pay_group,annual_salary,tax_code\n"
    private static let ann = "E1,Ann Lee,2026-04-01,monthly,36000,1257L\n"
    private static let bob = "E2,Bob Ray,2026-04-06,weekly,28000,S1257L M1\n"

    private static let annsFacts = [
        "E1 name=Ann Lee 2026-04-01… (employees.csv:2)",
        "E1 start_date=2026-04-01 2026-04-01… (employees.csv:2)",
        "E1 pay_group=monthly 2026-04-01… (employees.csv:2)",
        "E1 tax_code=1257L 2026-04-01… (employees.csv:2)",
        "E1 annual_salary=36000.00 2026-04-01… (employees.csv:2)",
    ]

    @Test(arguments: Database.available)
    func `employees are imported with what is known of them, and where it was read`(database: Database) throws {
        try Office.with(database) { office in
            let plan = try office.importFile(.employees, Self.header + Self.ann)
            #expect(plan.employeeCount == 1 && plan.factCount == 5 && plan.knownFacts == 0)
            #expect(try office.employees() == ["E1"])
            #expect(try office.facts().sorted() == Self.annsFacts.sorted())
        }
    }

    @Test(arguments: Database.available)
    func `the same file a second time says nothing new`(database: Database) throws {
        try Office.with(database) { office in
            let file = Self.header + Self.ann + Self.bob
            try office.importFile(.employees, file)
            let before = try office.facts()
            let plan = try office.importFile(.employees, file)
            #expect(plan.isEmpty && plan.knownFacts == 10)
            #expect(try office.facts() == before)
        }
    }

    @Test func `the same file says nothing new after a later change either`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + Self.ann)
            try office.importFile(
                .facts, "employee_id,field,value,effective_from\nE1,annual_salary,40000,2026-07-01\n")
            #expect(try office.importFile(.employees, Self.header + Self.ann).isEmpty)
        }
    }

    @Test func `a new employee in a known file is imported, and only that one`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + Self.ann)
            let plan = try office.importFile(.employees, Self.header + Self.ann + Self.bob)
            #expect(plan.employeeCount == 1 && plan.factCount == 5 && plan.knownFacts == 5)
            #expect(try office.facts().contains("E2 tax_code=S1257L X 2026-04-06… (employees.csv:3)"))
        }
    }

    @Test func `a change without its day is refused, and with it is recorded`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + Self.ann)
            let changed = Self.ann.replacing("36000", with: "40000").replacing("1257L", with: "BR")
            #expect(
                try office.refusal(.employees, Array((Self.header + changed).utf8)) == [
                    """
                    employees.csv:2:31: annual_salary of E1 changes (expected a column effective_from that says since when)
                    """,
                    "employees.csv:2:37: tax_code of E1 changes (expected a column effective_from that says since when)",
                ])
            let plan = try office.importFile(
                .employees,
                Self.header.replacing("\n", with: ",effective_from\n")
                    + changed.replacing("\n", with: ",2026-07-01\n"))
            #expect(plan.factCount == 2 && plan.knownFacts == 3)
            #expect(
                try office.facts().suffix(2).sorted() == [
                    "E1 annual_salary=40000.00 2026-07-01… (employees.csv:2)",
                    "E1 tax_code=BR 2026-07-01… (employees.csv:2)",
                ])
        }
    }

    @Test func `something new of a known employee needs no day`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + Self.ann)
            let plan = try office.importFile(
                .employees, Self.header.replacing("\n", with: ",ni_category\n") + Self.ann.replacing("\n", with: ",A\n")
            )
            #expect(plan.factCount == 1 && plan.knownFacts == 5)
            #expect(try office.facts().last == "E1 ni_category=A 2026-04-01… (employees.csv:2)")
        }
    }

    @Test func `an empty cell says nothing`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + "E1,Ann Lee,2026-04-01,monthly,,\n")
            #expect(try office.facts().count == 3)
        }
    }

    @Test func `values are kept in one form, so that equal ones are equal`() throws {
        try Office.with { office in
            try office.importFile(.employees, Self.header + "E1,Ann Lee,2026-04-01,monthly,36000.0,s1257l m1\n")
            #expect(
                try office.importFile(.employees, Self.header + "E1,Ann Lee,2026-04-01,monthly,36000.00,S1257LX\n")
                    .isEmpty)
        }
    }

    @Test(arguments: [
        ("a byte order mark", "\u{FEFF}" + header + ann),
        ("CR LF", (header + ann).replacing("\n", with: "\r\n")),
        ("quotes", header + "\"E1\",\"Ann Lee\",\"2026-04-01\",\"monthly\",\"36000\",\"1257L\"\n"),
        ("no line break at the end", String((header + ann).dropLast())),
        ("an empty line", header + "\n" + ann),
    ])
    func `the form of a file does not matter`(name: String, text: String) throws {
        try Office.with { office in
            let plan = try office.importFile(.employees, text)
            #expect(plan.employeeCount == 1 && plan.factCount == 5, "\(name)")
            let line = name == "an empty line" ? "3" : "2"
            #expect(
                try office.facts().sorted()
                    == Self.annsFacts.map { $0.replacing(".csv:2", with: ".csv:\(line)") }.sorted(), "\(name)")
        }
    }

    @Test func `a name with commas, quotes and letters of any script is kept as it is`() throws {
        try Office.with { office in
            try office.importFile(
                .employees, Self.header + "E1,\"Nguyễn \"\"Mai\"\" Thị, the younger\",2026-04-01,monthly,,\n")
            #expect(try office.facts().first?.hasPrefix("E1 name=Nguyễn \"Mai\" Thị, the younger 2026") == true)
        }
    }
}
