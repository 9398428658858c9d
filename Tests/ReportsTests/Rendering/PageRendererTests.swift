import Amounts
import Calendars
import Crypto
import Documents
import Foundation
import TestSupport
import Testing

@testable import Reports

/// What a renderer made of a report, read from its file.
func rendered(
    _ format: ReportFormat, _ report: (any ReportRenderer) throws -> Void
) throws -> [UInt8] {
    try withTemporaryDirectory { directory in
        let file = directory.appending(path: "report.\(format.fileExtension)")
        let renderer = try format.renderer(path: file.path)
        try report(renderer)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == [file.lastPathComponent])
        return try Array(Data(contentsOf: file))
    }
}

func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A report of one sheet with one column of texts.
func tell(_ renderer: any ReportRenderer, _ texts: [String], title: String = "List") throws {
    try renderer.begin(ReportHeading(name: "list", title: title, company: "C", asOf: SampleReport.heading.asOf))
    try renderer.beginSheet(
        ReportSheetHeading(name: "List", title: "List", columns: [ReportColumn("text", "Text", .text)]))
    for text in texts { try renderer.row(ReportRow(.row, values: [.text(text)])) }
    try renderer.endSheet(ReportSheetEnd(rowCount: texts.count))
    _ = try renderer.finish(ReportEnd(digest: "00", rowCount: texts.count))
}

@Suite(.enabled(if: WrittenPDF.isReaderInstalled)) struct PDFRendererTests {
    @Test func `the sample has its heading, figures, rows, sums and notes`() throws {
        let pdf = try WrittenPDF(rendered(.pdf) { try SampleReport.render(to: $0) })
        let lines = (1...pdf.pages.count).flatMap { pdf.lines(ofPage: $0) }
        for line in [
            "Payroll cost", "Thistle & Tide Ltd · April 2026, in GBP", "Gross Employer Payslips",
            "GBP 5,626.55 GBP 786.60 3", "Digest sha256 \(SampleReport.digest)", "Cost by cost centre",
            "0001 =1+1 Ailsa Munro 2019-03-04 162.5 3,250.00 448.50 47.1% 1 no",
            "Workshop 312.5 3,126.55 448.50 57.1% 2", "Total 464.2 5,626.55 786.60 100.0% 3",
            "Hours are those of the time sheets.", "Gross profit 8,500.00 7,499.50",
            "Those set aside are paid by the next run.", "Shops & <stalls>",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(lines.contains { $0.contains("Zoë 🌊 O'Neill") || $0.contains("O'Neill") })
        #expect(pdf.properties["Title"] == "Payroll cost")
        #expect(pdf.properties["Author"] == "Thistle & Tide Ltd")
        #expect(pdf.properties["Keywords"] == "sha256 \(SampleReport.digest)")
        #expect(pdf.properties["CreationDate"] == "2026-04-28T07:00:00Z")
        for number in 1...pdf.pages.count {
            #expect(
                pdf.lines(ofPage: number).last
                    == "payroll-cost, run 12, as of 2026-04-28T07:00:00Z Page \(number) of \(pdf.pages.count)")
        }
    }

    /// With Debian 12's cairo, pango and DejaVu Sans. A change of what is drawn changes it, and is looked at then.
    @Test(.enabled(if: Typesetter.isReference)) func `the sample has its golden bytes`() throws {
        func bytes() throws -> [UInt8] {
            // Without the emoji, whose font is not the same everywhere.
            try rendered(.pdf) { try tell($0, ["Ann Lee", "=1+1", "עמר", "Zoë & <x>"]) }
        }
        let once = try bytes()
        #expect(try once == bytes())
        #expect(sha256(once) == "3ab5c15aedf06a1e71c3f8fb7119c26ee7afdeb3bf9e5e8c4ddefd6d1ed6bc2b")
    }

    @Test func `pictures of the pages go into a folder`() throws {
        try withTemporaryDirectory { directory in
            let renderer = PictureRenderer(folder: directory.path, dotsPerInch: 50, maximumPages: 1)
            let notes = try SampleReport.render(to: renderer)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["payroll-cost-01.png"])
            #expect(
                renderer.files.map { URL(filePath: $0).lastPathComponent } == ["payroll-cost-01.png"])
            #expect(notes.last == "Pictures of the first 1 of 2 pages were made.")
        }
    }
}

@Suite struct HTMLRendererTests {
    private func html(_ report: (any ReportRenderer) throws -> Void) throws -> String {
        String(decoding: try rendered(.html, report), as: UTF8.self)
    }

    @Test func `the sample has its golden bytes`() throws {
        let bytes = try rendered(.html) { try SampleReport.render(to: $0) }
        #expect(try bytes == rendered(.html) { try SampleReport.render(to: $0) })
        #expect(sha256(bytes) == "61c09c483301a627b33c7fe9e4260da256a20bc9f8c8b6aa4469a2443d90dc86")
    }

    /// Its elements, as a strict reader of XML sees them once the few that HTML does not close are closed.
    private func elements(_ html: String) throws -> HTMLElements {
        var text = html
        for name in ["meta", "br"] {
            text = text.replacing(try Regex("<\(name)([^>]*)>")) { "<\(name)\($0[1].substring ?? "")/>" }
        }
        text = text.replacing("<!DOCTYPE html>\n", with: "").replacing("&nbsp;", with: "&#160;")
        return try HTMLElements(text)
    }

    @Test func `the sample is well formed, needs nothing from outside and says every figure`() throws {
        let text = try html { try SampleReport.render(to: $0) }
        let page = try elements(text)
        #expect(page.count("table") == 6)
        #expect(page.count("thead") == 3)
        #expect(page.count("section") == 3)
        for name in ["script", "link", "img", "iframe", "object", "a"] { #expect(page.count(name) == 0) }
        #expect(!text.contains("http"))
        #expect(!text.contains("url("))
        let rows = page.rows
        for row in [
            ["Employee", "Name", "Started", "Hours", "Gross", "Employer", "Share", "Payslips", "Leaver"],
            ["0001", "=1+1 Ailsa Munro", "2019-03-04", "162.5", "3,250.00", "448.50", "47.1%", "1", "no"],
            ["0002", "عمر خالد", "2019-03-04", "150.0", "-123.45", "0.00", "10.0%", "1", "yes"],
            ["Workshop", "312.5", "3,126.55", "448.50", "57.1%", "2", ""],
            ["Total", "464.2", "5,626.55", "786.60", "100.0%", "3", ""], ["Gross profit", "8,500.00", "7,499.50"],
            ["GrossGBP 5,626.55", "EmployerGBP 786.60", "Payslips3"], ["Digest", "sha256 \(SampleReport.digest)"],
            ["Shops & <stalls>"], ["Shops & <stalls>", "", "2,500.00"],
        ] {
            #expect(rows.contains(row), "\(row)")
        }
    }

    @Test func `nothing of the data is ever markup`() throws {
        let hostile = [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&lt;b&gt;", "</td></tr></table>", "'",
            "a\u{0}b\u{1B}c", "line\nbreak", "\u{202E}txt.exe", "=HYPERLINK(\"x\")", "]]>", "<!--",
        ]
        for title in hostile {
            let text = try html { try tell($0, hostile, title: title) }
            let page = try elements(text)
            #expect(page.count("script") == 0)
            #expect(page.count("img") == 0)
            #expect(page.count("tr") == hostile.count + 3)
            let shown = page.rows.filter { $0.count == 1 }.map { $0[0] }
            let expected =
                ["Text"]
                + hostile.map {
                    $0.replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1B}", with: "\u{FFFD}").replacing(
                        "\n", with: "")
                }
            #expect(shown == expected)
        }
    }

    @Test func `a text of 32,767 characters stands whole, a longer one is cut`() throws {
        let whole = String(repeating: "x", count: 32_767)
        #expect(try html { try tell($0, [whole]) }.contains(">\(whole)</td>"))
        #expect(try html { try tell($0, [whole + "y"]) }.contains("… [cut]</td>"))
    }
}
