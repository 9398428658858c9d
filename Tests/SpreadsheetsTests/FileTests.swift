import Amounts
import Calendars
import Foundation
import TestSupport
import Testing

@testable import Spreadsheets

@Suite struct FileTests {
    private func writeRegister(_ workbook: Workbook) throws {
        let summary = try workbook.addSummary(named: "Summary", title: "Payroll")
        let table = try workbook.addTable(named: "Register", columns: [.text("Employee"), .money("Gross", .gbp)])
        for index in 1...200 {
            try table.append([.text("E\(index)"), .money(Money(minorUnits: Int64(index) * 7_919, .gbp))])
        }
        try table.appendTotals(label: "Total")
        let block = try summary.addTable(
            "By team", columns: [.text("Team"), .money("Gross", .gbp)],
            rows: [[.text("A"), .money(Money(minorUnits: 1, .gbp))]])
        try summary.addChart(.column, "Pay", of: block, categories: "Team", values: ["Gross"])
    }

    private func names(in directory: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    @Test func `the same data give the same bytes, wherever they are written`() throws {
        let bytes = try ["a.xlsx", "another name.xlsx"].map { name in
            try withTemporaryDirectory { directory in
                let file = directory.appending(path: name)
                try Workbook.write(to: file.path, testProperties, writeRegister)
                #expect(try names(in: directory) == [name])
                return try Data(contentsOf: file)
            }
        }
        #expect(bytes[0] == bytes[1])
    }

    @Test func `the properties and the moment are those given, not the clock's`() throws {
        // The reader has checked that every member of the zip file carries 1980-01-01.
        let (workbook, _) = try written(writeRegister)
        let core = workbook.text("docProps/core.xml")
        #expect(core.contains("<dcterms:created xsi:type=\"dcterms:W3CDTF\">2026-11-21T20:14:04Z</dcterms:created>"))
        #expect(core.contains("<dcterms:modified xsi:type=\"dcterms:W3CDTF\">2026-11-21T20:14:04Z</dcterms:modified>"))
        #expect(core.contains("<dc:title>Payroll register</dc:title>"))
        #expect(core.contains("<dc:creator>Steward</dc:creator>"))
        #expect(workbook.text("docProps/app.xml").contains("<Company>Harbour &amp; Vale Ltd</Company>"))
        let custom = workbook.text("docProps/custom.xml")
        for part in [
            "name=\"Run\"><vt:lpwstr>payroll@2026-11</vt:lpwstr>", "name=\"Employees\"><vt:i4>40</vt:i4>",
            "name=\"Final\"><vt:bool>true</vt:bool>",
            "name=\"Pay date\"><vt:filetime>2026-11-27T00:00:00Z</vt:filetime>",
        ] { #expect(custom.contains(part), "\(part)") }
    }

    @Test func `properties too long or with control characters are made to fit`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "a.xlsx")
            var properties = testProperties
            properties.title = String(repeating: "é", count: 1_000) + "\u{0}"
            properties.custom = [
                (String(repeating: "n", count: 300), .text("a\u{1}" + String(repeating: "b", count: 300)))
            ]
            try Workbook.write(to: file.path, properties) { _ = try $0.addTable(named: "A", columns: [.text("A")]) }
            let custom = try WrittenWorkbook(file).text("docProps/custom.xml")
            #expect(custom.contains("<vt:lpwstr>a\u{FFFD}bbb"))
        }
    }

    @Test func `an error leaves the old file and nothing else`() throws {
        struct Stop: Error {}
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "register.xlsx")
            try Data("old".utf8).write(to: file)
            #expect(throws: Stop.self) {
                try Workbook.write(to: file.path, testProperties) { workbook in
                    try writeRegister(workbook)
                    throw Stop()
                }
            }
            #expect(throws: SpreadsheetError.noSheet(path: file.path)) {
                try Workbook.write(to: file.path, testProperties) { _ in }
            }
            #expect(try Data(contentsOf: file) == Data("old".utf8))
            #expect(try names(in: directory) == ["register.xlsx"])
            // No temporary file of the library is left open either.
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            #expect(open.filter { $0.hasPrefix(directory.path) } == [])
        }
    }

    @Test func `a file is complete under its name only after it is closed`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "register.xlsx")
            let workbook = try Workbook(path: file.path, testProperties)
            try writeRegister(workbook)
            #expect(try names(in: directory) == [".register.xlsx.partial"])
            try workbook.close()
            #expect(try names(in: directory) == ["register.xlsx"])
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try workbook.close() }
            #expect(throws: SpreadsheetError.closed(path: file.path)) {
                _ = try workbook.addTable(named: "B", columns: [.text("A")])
            }
        }
    }

    @Test func `a table cannot be written after its workbook is closed`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "a.xlsx")
            let workbook = try Workbook(path: file.path, testProperties)
            let table = try workbook.addTable(named: "A", columns: [.text("A")])
            let summary = try workbook.addSummary(named: "S", title: "T")
            try workbook.close()
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try table.append([.text("late")]) }
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try table.appendTotals(label: "Total") }
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try summary.addFacts([("a", .integer(1))]) }
        }
    }

    @Test func `after an error in a row the workbook cannot be finished`() throws {
        struct Stop: Error {}
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "a.xlsx")
            let workbook = try Workbook(path: file.path, testProperties)
            let table = try workbook.addTable(named: "A", columns: [.text("A"), .money("B", .gbp)])
            #expect(throws: Stop.self) {
                try table.append { row in
                    row.text("half")
                    throw Stop()
                }
            }
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try table.append([.text("next")]) }
            #expect(throws: SpreadsheetError.closed(path: file.path)) { try workbook.close() }
            #expect(try names(in: directory) == [])
        }
    }

    @Test func `one file has one writer`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "register.xlsx")
            let first = try Workbook(path: file.path, testProperties)
            try writeRegister(first)
            #expect(throws: SpreadsheetError.beingWritten(path: file.path)) {
                _ = try Workbook(path: file.path, testProperties)
            }
            try first.close()
            try Workbook.write(to: file.path, testProperties, writeRegister)
            #expect(try names(in: directory) == ["register.xlsx"])
        }
    }

    @Test func `what a killed process left is taken over`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "register.xlsx")
            try Data(repeating: 7, count: 1_000_000).write(to: directory.appending(path: ".register.xlsx.partial"))
            try Workbook.write(to: file.path, testProperties, writeRegister)
            #expect(try names(in: directory) == ["register.xlsx"])
            #expect(try WrittenWorkbook(file).sheetNames == ["Summary", "Register"])
        }
    }

    @Test func `a path that cannot be written is named with the reason`() throws {
        try withTemporaryDirectory { directory in
            let missing = directory.appending(path: "nowhere/a.xlsx").path
            #expect(throws: SpreadsheetError.cannotWrite(path: missing, reason: "No such file or directory")) {
                _ = try Workbook(path: missing, testProperties)
            }
            for path in [directory.path, "", "/", directory.path + "/..", directory.path + "/a\u{0}b.xlsx"] {
                let error = try #require(throws: SpreadsheetError.self) { _ = try Workbook(path: path, testProperties) }
                #expect("\(error)".contains("cannotWrite"))
            }
            #expect(try names(in: directory) == [])
        }
    }

    @Test func `the sizes of the members are found, and a cut file has none`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "a.xlsx")
            try Workbook.write(to: file.path, testProperties, writeRegister)
            let sizes = try #require(ZipDirectory.sizes(of: file.path))
            let members = try WrittenWorkbook(file).members
            #expect(sizes == members.mapValues { Int64($0.count) })
            let bytes = try Data(contentsOf: file)
            for length in [0, 10, bytes.count / 2, bytes.count - 1] {
                try bytes.prefix(length).write(to: file)
                #expect(ZipDirectory.sizes(of: file.path) == nil)
            }
        }
    }

    @Test func `errors say what happened and what is left`() {
        let error = SpreadsheetError.cannotWrite(path: "out/a.xlsx", reason: "No space left on device")
        #expect(
            error.failure.description == """
                out/a.xlsx cannot be written: No space left on device.
                Nothing was written there; a file that was there before is unchanged. Check the folder, its permissions \
                and its disk.
                """)
    }
}
