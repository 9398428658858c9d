import Calendars
import Testing

@testable import Reports

struct RenderingAheadTests {
    private struct Full: Error, Equatable {
        var row: Int
    }

    /// Writes down what it is told.
    private final class Recorder: ReportRenderer {
        private(set) var calls: [String] = []
        private(set) var isDiscarded = false
        /// The row at which the disk is full.
        let last: Int?
        private var rows = 0

        init(last: Int? = nil) { self.last = last }

        func begin(_ heading: ReportHeading) { calls.append("begin \(heading.name)") }
        func beginSheet(_ sheet: ReportSheetHeading) { calls.append("sheet \(sheet.name)") }
        func row(_ row: ReportRow) throws {
            rows += 1
            if rows == last { throw Full(row: rows) }
            calls.append(row.text)
        }
        func endSheet(_ end: ReportSheetEnd) { calls.append("end of \(end.rowCount)") }
        func finish(_ end: ReportEnd) -> [String] {
            calls.append("finish \(end.digest)")
            return ["a note"]
        }
        func discard() { isDiscarded = true }
    }

    private static let heading = ReportHeading(
        name: "postings", title: "", company: "", asOf: Instant(microseconds: 0))

    private func tell(_ renderer: any ReportRenderer, rows: Int) throws -> [String] {
        try renderer.begin(Self.heading)
        for sheet in ["A", "B"] {
            try renderer.beginSheet(ReportSheetHeading(name: sheet, title: "", columns: []))
            for row in 0..<rows { try renderer.row(ReportRow(.note, text: "\(sheet)\(row)")) }
            try renderer.endSheet(ReportSheetEnd(rowCount: rows))
        }
        return try renderer.finish(ReportEnd(digest: "d", rowCount: 2 * rows, figures: []))
    }

    @Test(arguments: [0, 1, 29, 30, 31, 62, 1_000])
    func `a renderer is told everything in order, however much it is`(rows: Int) throws {
        let (here, elsewhere) = (Recorder(), Recorder())
        #expect(try tell(here, rows: rows) == tell(RenderingAhead(elsewhere), rows: rows))
        #expect(here.calls == elsewhere.calls)
    }

    @Test(arguments: [1, 40, 64, 65, 150, 2_000])
    func `an error of the renderer is told, at the latest at the end, and nothing follows it`(last: Int) {
        let renderer = Recorder(last: last)
        let ahead = RenderingAhead(renderer)
        #expect(throws: Full(row: last)) { _ = try tell(ahead, rows: 1_000) }
        ahead.discard()
        #expect(renderer.isDiscarded)
        #expect(!renderer.calls.contains("finish d"))
        #expect(renderer.calls.count == last + (last > 1_000 ? 3 : 1))
    }
}
