import Diagnostics
import Interchange

/// The rows of data of one sheet as CSV, for programs: no headings of groups, no sums, numbers plain.
package final class CSVRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private let wanted: String?
    private var csv = CSVWriter(for: .programs)
    private var isWriting = false
    private var names: [String] = []
    private var hasWritten = false

    /// - Parameter sheet: the sheet that is written; nil: the only one.
    package init(to sink: ReportFileSink, sheet: String? = nil) {
        self.sink = sink
        wanted = sheet
    }

    package func begin(_ heading: ReportHeading) throws {}

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        names.append(sheet.name)
        isWriting = wanted.map { $0 == sheet.name } ?? true
        guard isWriting else { return }
        guard !hasWritten else {
            throw Failure(
                .usage, "The report has more than one sheet, and CSV is of one.",
                advice: "Name one of its sheets with --sheet.")
        }
        hasWritten = true
        csv.write(sheet.columns.map(\.key))
    }

    package func row(_ row: ReportRow) throws {
        guard isWriting, row.kind == .row else { return }
        csv.write(row.values.map(Self.field))
        if csv.bytes.count > 65_536 { try sink.write(csv.takeBytes()) }
    }

    private static func field(_ value: ReportValue) -> CSVWriter.Field {
        switch value {
        case .empty: .empty
        case .text(let text): .text(text)
        default: .number(value.plainText)
        }
    }

    package func endSheet(_ end: ReportSheetEnd) throws { isWriting = false }

    package func finish(_ end: ReportEnd) throws -> [String] {
        guard hasWritten else {
            throw Failure(
                .usage, "The report has no sheet \"\(wanted ?? "")\".",
                advice: "Its sheets are: \(names.joined(separator: ", ")).")
        }
        try sink.write(csv.takeBytes())
        try sink.finish()
        return []
    }

    package func discard() { sink.discard() }
}

extension ReportValue {
    /// For programs: `1250.00`, `0.08`, `true`, `2026-04-28`.
    var plainText: String {
        switch self {
        case .empty: ""
        case .text(let text): text
        case .date(let date): "\(date)"
        case .instant(let instant): "\(instant)"
        case .money(let money): money.plainText
        case .number(let decimal), .percent(let decimal): "\(decimal)"
        case .integer(let integer): "\(integer)"
        case .boolean(let boolean): "\(boolean)"
        }
    }
}
