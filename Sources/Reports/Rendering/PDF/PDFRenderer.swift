import Documents

/// The report as a PDF: pages with their numbers, repeated headers, groups, sums, charts and notes.
package final class PDFRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private let report: PagedReport

    /// - Parameter typesetter: keeps fonts from one report to the next; belongs to one thread.
    package init(to sink: ReportFileSink, paper: PageSetup.Paper = .a4, typesetter: Typesetter? = nil) {
        self.sink = sink
        report = PagedReport(paper: paper, typesetter: typesetter)
    }

    package func begin(_ heading: ReportHeading) throws { try report.begin(heading) }
    package func beginSheet(_ sheet: ReportSheetHeading) throws { try report.beginSheet(sheet) }
    package func row(_ row: ReportRow) throws { try report.row(row) }
    package func endSheet(_ end: ReportSheetEnd) throws { try report.endSheet(end) }

    package func finish(_ end: ReportEnd) throws -> [String] {
        let document = try report.finish(end)
        try document.writePDF { [sink] in try sink.write(Array($0)) }
        try sink.finish()
        return document.notes.map(\.description)
    }

    package func discard() { sink.discard() }
}
