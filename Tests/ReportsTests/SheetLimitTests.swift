import Amounts
import Calendars
import Foundation
import TestSupport
import Testing

@testable import Reports

struct SheetLimitTests {
    /// At Excel's own limit, 1,048,576 rows.
    @Test func `rows beyond the last of a sheet go on in the next, and the file says so`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "long.xlsx").path
            let renderer = WorkbookRenderer(path: path)
            // The header takes one row of each sheet.
            let count = 1_048_576 + 3
            let column = ReportColumn("n", "N", .integer, total: .sum)
            try renderer.begin(ReportHeading(name: "long", title: "Long", company: "A", asOf: Instant(microseconds: 0)))
            try renderer.beginSheet(ReportSheetHeading(name: "Rows", title: "Rows", columns: [column]))
            for number in 1...count {
                try renderer.row(ReportRow(.row, values: [.integer(Int64(number))]))
            }
            let sum = Int64(count) * Int64(count + 1) / 2
            try renderer.row(ReportRow(.total, text: "Total", values: [.integer(sum)]))
            try renderer.endSheet(ReportSheetEnd(rowCount: count))
            let notes = try renderer.finish(ReportEnd(digest: "0", rowCount: count))
            #expect(notes.contains { $0.contains("its rows go on in sheet") }, "\(notes)")
            let python = Process()
            python.executableURL = URL(filePath: "/usr/bin/python3")
            python.arguments = [
                "-I", "-S", "-c",
                """
                import re, sys, zipfile
                book = zipfile.ZipFile(sys.argv[1])
                names = re.findall('sheet name="([^"]*)"', book.read('xl/workbook.xml').decode())
                for number, name in enumerate(names, 1):
                    text = book.read('xl/worksheets/sheet%d.xml' % number)
                    print(name, text.count(b'<row '), re.findall(b'<f>([^<]*)</f><v>([^<]*)', text))
                """, path,
            ]
            let output = Pipe()
            python.standardOutput = output
            try python.run()
            let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                .split(separator: "\n")
            python.waitUntilExit()
            #expect(lines.count == 3 && lines[1].hasPrefix("Rows 1048576 []"), "\(lines)")
            // The four that are left, the header and the total, which is of both sheets.
            #expect(lines[2].contains(" 6 ") && lines[2].contains("!A2:A1048576)+SUBTOTAL(109,A2:A5)"), "\(lines)")
            #expect(lines[2].contains("b'\(sum)'"), "\(lines)")
        }
    }
}
