import Diagnostics

/// The forms that a report can be made into.
package enum ReportFormat: String, CaseIterable, Sendable {
    case xlsx, pdf, html, csv, json, text

    /// By the extension of a file's name.
    package init(of path: String) throws(Failure) {
        let name = path.split(separator: "/").last ?? ""
        let word = name.split(separator: ".").count > 1 ? name.split(separator: ".").last.map(String.init) ?? "" : ""
        guard let format = Self(extension: word) else {
            throw Failure(
                .usage, "\(path) does not say what form the report is to have.",
                advice: "Let the name end in one of: "
                    + Self.allCases.map { "." + $0.fileExtension }.joined(separator: ", ") + "; or give --format.")
        }
        self = format
    }

    /// By the extension alone: `xlsx`, `txt`.
    init?(extension word: String) {
        self.init(rawValue: word.lowercased() == "txt" ? "text" : word.lowercased())
    }

    package var fileExtension: String { self == .text ? "txt" : rawValue }

    /// A renderer that writes a file.
    package func renderer(path: String, sheet: String? = nil) throws -> any ReportRenderer {
        switch self {
        case .xlsx: WorkbookRenderer(path: path)
        case .pdf: PDFRenderer(to: try ReportFileSink(path: path))
        case .html, .csv, .json, .text: try renderer(to: ReportFileSink(path: path), sheet: sheet)
        }
    }

    /// A renderer of text.
    ///
    /// - Parameter lineCharacters: those of a line of the terminal that shows it; nil: lines are as long as they are.
    package func renderer(
        to sink: ReportFileSink, sheet: String? = nil, lineCharacters: Int? = nil
    ) throws(Failure) -> any ReportRenderer {
        switch self {
        case .csv: return CSVRenderer(to: sink, sheet: sheet)
        case .json: return JSONRenderer(to: sink)
        case .text: return TextRenderer(to: sink, lineCharacters: lineCharacters)
        case .html: return HTMLRenderer(to: sink)
        case .xlsx, .pdf:
            throw Failure(.usage, "A report as \(rawValue) needs a file.", advice: "Name it with -o FILE.")
        }
    }
}
