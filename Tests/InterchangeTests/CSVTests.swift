import Amounts
import Calendars
import Configuration
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Interchange

private func problems(_ list: ProblemList) -> [String] {
    do throws(Failure) {
        try list.throwIfAny(consequence: "nothing was imported")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

private struct Employee: Equatable {
    var id: String
    var name: String
    var born: CalendarDate
    var pay: Money
    var email: String?
}

private func employees(_ text: String, options: CSVOptions = CSVOptions()) -> (rows: [Employee], problems: [String]) {
    employees(Array(text.utf8), options: options)
}

private func employees(_ bytes: [UInt8], options: CSVOptions = CSVOptions()) -> (rows: [Employee], problems: [String]) {
    var list = ProblemList()
    let table = CSVTable(
        bytes: bytes, shownAs: "employees.csv",
        columns: [
            .required("employee_id"), .required("name"), .required("birth_date"), .required("salary"),
            .optional("email"),
        ], options: options, problems: &list)
    table.reportRepeated(["employee_id"], &list)
    let rows = table.map(&list) { row in
        Employee(
            id: row.required("employee_id", .text), name: row.required("name", .longText),
            born: row.required("birth_date", .date), pay: row.required("salary", .positiveMoney(.gbp)),
            email: row.optional("email", .text))
    }
    return (rows, problems(list))
}

private let header = "employee_id,name,birth_date,salary\n"

@Suite struct CSVTableTests {
    @Test func `a sound file is read, whatever its line ends, quotes and byte order mark`() throws {
        let born = try #require(CalendarDate("1990-02-28"))
        let expected = [
            Employee(
                id: "E1", name: "Müller, \"Jö\"\nrg", born: born, pay: Money(minorUnits: 3_000_050, .gbp),
                email: "j@example.com"),
            Employee(id: "E2", name: "李", born: born, pay: Money(minorUnits: 1, .gbp), email: nil),
        ]
        let text = """
            employee_id,name,birth_date,salary,email
            E1,"Müller, ""Jö""
            rg",1990-02-28,30000.50,"j@example.com"

            E2,李,1990-02-28,0.01,
            """
        for ending in ["\n", "\r\n", "\r"] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: ending)
            let name = expected[0].name.split(separator: "\n").joined(separator: ending)
            for mark in ["", "\u{FEFF}"] {
                for end in ["", ending] {
                    let (rows, problems) = employees(mark + lines + end)
                    #expect(problems == [])
                    var wanted = expected
                    wanted[0].name = name
                    #expect(rows == wanted)
                }
            }
        }
    }

    @Test(arguments: [
        // Form
        ("E1,Ann,1990-01-01\n", [#"employees.csv:2:18: the row has 3 fields (expected 4, as in the header)"#]),
        (
            "E1,\"a\nb\",1990-01-01,5,6,7\n",
            [#"employees.csv:3:17: the row has 6 fields (expected 4, as in the header)"#]
        ),
        ("E1\n", [#"employees.csv:2:3: the row has 1 field (expected 4, as in the header)"#]),
        (
            ",,,\n",
            [
                #"employees.csv:2:1: the row has no values, only commas (expected values; delete the line where there are none)"#
            ]
        ),
        (
            "E1,\"Ann,1990-01-01,5\nE2,Bob,1990-01-01,5\n",
            [
                #"employees.csv:2:4: the quote that opens here is never closed (expected a closing quote; quotes inside a field are doubled)"#
            ]
        ),
        (
            "E1,\"Ann\" Lee,1990-01-01,5\nE2,Bob,1990-01-32,5\n",
            [
                #"employees.csv:2:9: text behind the closing quote of a field (expected a comma or the end of the line; quotes inside a field are doubled)"#,
                #"employees.csv:3:8: birth_date "1990-01-32" is no day of the calendar (expected a day that exists, as YYYY-MM-DD)"#,
            ]
        ),
        (
            "E1, \"Ann\",1990-01-01,5\n",
            [
                #"employees.csv:2:5: a quote inside a field that does not begin with one (expected the whole field in quotes, and each quote inside it doubled)"#
            ]
        ),
        (
            "E1,Ann\u{0}e,1990-01-01,5\n",
            [#"employees.csv:2:7: a NUL byte (expected text; the file is damaged, or no CSV file)"#]
        ),
        (
            "E1,Zoë\u{FEFF},1990-01-01,5\n",
            [
                #"employees.csv:2:7: a byte order mark (U+FEFF) in the middle of the file (expected text; files were joined together, perhaps)"#
            ]
        ),
        // Values
        (",Ann,1990-01-01,5\n", [#"employees.csv:2:1: employee_id is empty (expected text)"#]),
        ("E1,Ann,\"\",5\n", [#"employees.csv:2:8: birth_date is empty (expected a date, e.g. 2026-11-21)"#]),
        (
            "E1,Ann,31.12.1990,5\n",
            [#"employees.csv:2:8: birth_date "31.12.1990" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"#]
        ),
        (
            "E1,👩‍👩‍👧 é,1990-02-29,5\n",
            [
                #"employees.csv:2:8: birth_date "1990-02-29" is no day of the calendar (expected a day that exists, as YYYY-MM-DD)"#
            ]
        ),
        ("E1,Ann,1990-01-01,-5\n", [#"employees.csv:2:19: salary "-5" is not above zero (expected more than zero)"#]),
        (
            "E1,Ann,1990-01-01,£5\n",
            [
                #"employees.csv:2:19: salary "£5" is not an amount of GBP (expected e.g. 1250.00: no separators, no sign of the currency)"#
            ]
        ),
        (
            "E1,Ann,1990-01-01,\"1,5\"\n",
            [
                #"employees.csv:2:19: salary "1,5" is not an amount of GBP (expected e.g. 1250.00: no separators, no sign of the currency)"#
            ]
        ),
        (
            "E1,Ann,1990-01-01,5.001\n",
            [#"employees.csv:2:19: salary "5.001" has more decimal places than GBP (expected at most 2)"#]
        ),
        (
            "E1,Ann,1990-01-01,92233720368547758.08\n",
            [
                #"employees.csv:2:19: salary "92233720368547758.08" is too large an amount (expected at most 92 quadrillion minor units)"#
            ]
        ),
        (
            " E1,Ann,1990-01-01,5\n",
            [
                #"employees.csv:2:1: employee_id " E1" has a space at its start or end (expected text without spaces around it)"#
            ]
        ),
        (
            "E1,Ann,1990-01-01,5\nE2,Bob,1990-01-01,5\nE1,Cid,1990-01-01,5\nE1,Dan,1990-01-01,5\n",
            [
                #"employees.csv:4:1: employee_id "E1" stands here a second time (first on line 2) (expected each once)"#,
                #"employees.csv:5:1: employee_id "E1" stands here a second time (first on line 2) (expected each once)"#,
            ]
        ),
    ]) func `a mistake in a row is named with its place, its value and what was expected`(
        rows: String, expected: [String]
    ) {
        #expect(employees(header + rows).problems == expected)
    }

    @Test(arguments: [
        ("", [#"employees.csv:1: the file is empty (expected a header: employee_id,name,birth_date,salary)"#]),
        (
            "\u{FEFF}\r\n\r\n",
            [#"employees.csv:1: the file is empty (expected a header: employee_id,name,birth_date,salary)"#]
        ),
        (
            "employee_id,name,birthdate,salary,,name,e-mail\n",
            [
                #"employees.csv:1:1: the column "birth_date" is missing (expected a header with it: employee_id,name,birth_date,salary)"#,
                #"employees.csv:1:18: the column "birthdate" is unknown; did you mean "birth_date"? (expected one of: employee_id, name, birth_date, salary, email)"#,
                #"employees.csv:1:35: column 5 has no name (expected a name for each column)"#,
                #"employees.csv:1:36: the column "name" is there twice: columns 2 and 6 (expected each column once)"#,
                #"employees.csv:1:41: the column "e-mail" is unknown; did you mean "email"? (expected one of: employee_id, name, birth_date, salary, email)"#,
            ]
        ),
        (
            "employee_id;name;birth_date;salary\nE1;Ann;x;y\n",
            [
                #"employees.csv:1:1: the fields are separated by semicolons (expected commas; in a spreadsheet program save as "CSV UTF-8 (comma delimited)")"#
            ]
        ),
        (
            "employee_id\tname\n",
            [
                #"employees.csv:1:1: the fields are separated by tabs (expected commas; in a spreadsheet program save as "CSV UTF-8 (comma delimited)")"#
            ]
        ),
    ]) func `a mistake in the header is named`(text: String, expected: [String]) {
        #expect(employees(text).problems == expected)
    }

    @Test func `a missing column does not hide the mistakes in the others`() {
        let (rows, problems) = employees("employee_id,name,birth_date\nE1,Ann,1.1.1990\nE2,Bob,1990-01-01\n")
        #expect(rows == [])
        #expect(
            problems == [
                #"employees.csv:1:1: the column "salary" is missing (expected a header with it: employee_id,name,birth_date,salary)"#,
                #"employees.csv:2:8: birth_date "1.1.1990" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"#,
            ])
    }

    @Test func `ten different mistakes in one file are reported in one go`() {
        let text =
            header + """
                E1,Ann,1990-01-01,1000
                E1,Ann,1990-01-01,1000
                ,Bob,1990-01-01,1000
                E3,Cid,01/02/1990,1000
                E4,Dan,1990-02-30,1000
                E5,Eve,1990-01-01,-1
                E6,Fay,1990-01-01,1e3
                E7,Gus,1990-01-01
                E8,"Hal"x,1990-01-01,1000
                E9,I"da,1990-01-01,1000
                E10,Joe,1990-01-01,1000.005
                E11,"Kim,1990-01-01,1000
                """
        let (rows, problems) = employees(text)
        #expect(rows.map(\.id) == ["E1", "E1"])
        #expect(
            problems.map { $0.split(separator: " ")[0] } == [
                "employees.csv:3:1:", "employees.csv:4:1:", "employees.csv:5:8:", "employees.csv:6:8:",
                "employees.csv:7:19:", "employees.csv:8:19:", "employees.csv:9:18:", "employees.csv:10:9:",
                "employees.csv:11:5:", "employees.csv:12:20:", "employees.csv:13:5:",
            ])
    }

    @Test func `UTF-16 is recognised, with and without a byte order mark, and the command that converts it is told`() {
        func wide(_ text: String, mark: Bool, isLittleEndian: Bool) -> [UInt8] {
            ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
                let high = UInt8(unit >> 8)
                let low = UInt8(unit & 0xFF)
                return isLittleEndian ? [low, high] : [high, low]
            }
        }
        for (mark, isLittleEndian, name) in [
            (true, true, "UTF-16"), (true, false, "UTF-16"), (false, true, "UTF-16LE"), (false, false, "UTF-16BE"),
        ] {
            let bytes = wide(header + "E1,Ann,1990-01-01,5\n", mark: mark, isLittleEndian: isLittleEndian)
            #expect(
                employees(bytes).problems == [
                    "employees.csv:1:1: the file is in \(name) (expected UTF-8; convert it: iconv -f \(name) -t UTF-8 employees.csv > converted-file)"
                ])
        }
    }

    @Test func `bytes that are not UTF-8 are named, and their row is left out`() {
        let bytes =
            Array(header.utf8) + Array("E1,J".utf8) + [0xF6] + Array("rg,1990-01-01,5\nE2,Bob,1990-01-01,5\n".utf8)
        let (rows, problems) = employees(bytes)
        #expect(
            problems == [
                "employees.csv:2:5: the byte 0xF6 is not UTF-8 (expected UTF-8; where the file is Windows-1252: iconv -f WINDOWS-1252 -t UTF-8)"
            ])
        #expect(rows.map(\.id) == ["E2"])
    }

    @Test func `limits are refused, not met by a crash`() {
        var options = CSVOptions()
        options.maximumFieldBytes = 20
        options.maximumColumns = 5
        let long = String(repeating: "x", count: 21)
        #expect(
            employees(header + "E1,\(long),1990-01-01,5\nE2,\"\(long)\",1990-01-01,5\n", options: options).problems == [
                "employees.csv:2:4: a field of 21 bytes (expected at most 20)",
                "employees.csv:3:4: a field of 21 bytes (expected at most 20)",
            ])
        #expect(
            employees("a,b,c,d,e,f\n", options: options).problems == [
                "employees.csv:1:11: the header has 6 columns (expected at most 5)"
            ])
    }

    @Test func `beyond a thousand mistakes they are counted and not kept`() {
        let rows = String(repeating: "E1,Ann\n", count: 1_500)
        var list = ProblemList()
        list.add("another file has a mistake")
        _ = CSVTable(
            bytes: Array((header + rows).utf8), shownAs: "x.csv",
            columns: ["employee_id", "name", "birth_date", "salary"].map { .required($0) }, problems: &list)
        #expect(list.problems.count == 1_000)
        #expect(list.count == 1_501)
    }

    @Test func `a file that is missing, a folder or too large is refused in a sentence`() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.csv")
            try Array("a,b\n1,2\n".utf8).withUnsafeBytes { try Data($0).write(to: file) }
            var problems = ProblemList()
            var options = CSVOptions()
            options.maximumFileBytes = 4
            func summary(_ path: String, _ options: CSVOptions) -> String? {
                do throws(Failure) {
                    _ = try CSVTable(
                        contentsOf: path, shownAs: "a.csv", columns: [.required("a")], options: options,
                        problems: &problems)
                    return nil
                } catch {
                    return "\(error.exitCode): \(error.summary)"
                }
            }
            #expect(summary(file.path + "x", CSVOptions()) == "notFound: There is no file a.csv.")
            #expect(summary(folder.path, CSVOptions()) == "usage: a.csv is a folder, not a file.")
            #expect(summary("/dev/null", CSVOptions()) == "usage: a.csv is not a regular file.")
            #expect(summary(file.path, options) == "usage: a.csv has 8 bytes, more than the 4 that are read.")
            #expect(problems.isEmpty)
            #expect(summary(file.path, CSVOptions()) == nil)
            #expect(!problems.isEmpty)
        }
    }

    @Test func `comment lines are passed over where they are allowed, and only there`() {
        let text = "# Source: HMRC, \"PAYE\n" + header + "# a row\nE1,Ann,1990-01-01,5\nE2,Bob,x,5\n"
        let (rows, problems) = employees(text, options: .withComments)
        #expect(rows.map(\.id) == ["E1"])
        #expect(
            problems == [#"employees.csv:5:8: birth_date "x" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"#])
        #expect(employees(text).problems.count > 1)
    }

    @Test func `an import that sets bad rows aside gets each row with its problems`() {
        var list = ProblemList()
        let table = CSVTable(
            bytes: Array("id,pay\nE1,5\nE2,x\nE3,\n".utf8), shownAs: "pay.csv",
            columns: [.required("id"), .required("pay")], problems: &list)
        let outcomes = table.outcomes { row in
            (row.required("id", .text), row.required("pay", .money(.gbp)).minorUnits)
        }
        #expect(list.isEmpty)
        #expect(outcomes.map { $0.value?.1 } == [500, nil, nil])
        #expect(outcomes.map(\.location.line) == [2, 3, 4])
        #expect(outcomes.map(\.problems.count) == [0, 1, 1])
        #expect(outcomes[1].problems[0].description.hasPrefix("pay.csv:3:4: pay \"x\" is not an amount of GBP"))
    }

    @Test func `columns that were not asked for are passed over where that is wanted`() {
        var list = ProblemList()
        var options = CSVOptions()
        options.ignoresUnknownColumns = true
        let table = CSVTable(
            bytes: Array("a,b,c\n1,2,3\n".utf8), shownAs: "x.csv", columns: [.required("c"), .optional("d")],
            options: options, problems: &list)
        let values = table.map(&list) { ($0.required("c", .integer), $0.optional("d", .integer), $0.text("d")) }
        #expect(list.isEmpty)
        #expect(values.map { $0.0 } == [3])
        #expect(values.map { $0.1 } == [nil])
        #expect(values.map { $0.2 } == [""])
    }
}
