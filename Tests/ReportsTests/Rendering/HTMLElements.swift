import Foundation
import FoundationXML

/// The elements of a page, read by a parser that knows nothing of how it was made.
final class HTMLElements: NSObject, XMLParserDelegate {
    private(set) var names: [String: Int] = [:]
    /// The words of the cells of each row.
    private(set) var rows: [[String]] = []
    private var cell: String?

    struct NotWellFormed: Error { let words: String }

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw NotWellFormed(words: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")")
        }
    }

    func count(_ name: String) -> Int { names[name] ?? 0 }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names[name, default: 0] += 1
        if name == "tr" { rows.append([]) }
        if name == "td" || name == "th" { cell = "" }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { cell? += characters }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard name == "td" || name == "th", let words = cell, !rows.isEmpty else { return }
        rows[rows.count - 1].append(words)
        cell = nil
    }
}
