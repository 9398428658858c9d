import Diagnostics
import Documents

/// The pages of the report as pictures: `payroll-cost-01.png`, `payroll-cost-02.png`, … in a folder.
package final class PictureRenderer: ReportRenderer {
    private let folder: String
    private let dotsPerInch: Int
    private let maximumPages: Int
    private let report: PagedReport
    private var name = ""
    /// The files written, in the order of their pages.
    package private(set) var files: [String] = []

    package static let maximumPages = 100

    /// - Parameter folder: exists; files of the same names are replaced.
    package init(
        folder: String, paper: PageSetup.Paper = .a4, dotsPerInch: Int = 110, maximumPages: Int = maximumPages
    ) {
        self.folder = folder
        self.dotsPerInch = dotsPerInch
        self.maximumPages = maximumPages
        report = PagedReport(paper: paper, typesetter: nil)
    }

    package func begin(_ heading: ReportHeading) throws {
        name = heading.name
        try report.begin(heading)
    }

    package func beginSheet(_ sheet: ReportSheetHeading) throws { try report.beginSheet(sheet) }
    package func row(_ row: ReportRow) throws { try report.row(row) }
    package func endSheet(_ end: ReportSheetEnd) throws { try report.endSheet(end) }

    package func finish(_ end: ReportEnd) throws -> [String] {
        let document = try report.finish(end)
        let count = min(document.pageCount, maximumPages)
        for page in 1...count {
            let number = page < 10 ? "0\(page)" : "\(page)"
            let path = "\(folder)/\(name)-\(number).png"
            let sink = try ReportFileSink(path: path)
            try sink.write(document.picture(ofPage: page, dotsPerInch: dotsPerInch))
            try sink.finish()
            files.append(path)
        }
        var notes = document.notes.map(\.description)
        if count < document.pageCount {
            notes.append("Pictures of the first \(count) of \(document.pageCount) pages were made.")
        }
        return notes
    }

    /// Each picture is whole or not there; those of the pages before stay.
    package func discard() {}
}
