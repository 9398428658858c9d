import Foundation
import FoundationXML
import TestSupport

@testable import Spreadsheets

/// A workbook read back from its file, by other means than it was written.
struct WrittenWorkbook {
    /// The members of the zip file: their names and bytes.
    let members: [String: Data]
    private let numberFormats: [Int: String]

    struct WrittenCell: Equatable {
        /// The type as the file has it: `inlineStr`, `s`, `str`, `b`; empty for numbers.
        var type = ""
        var value = ""
        var formula: String?
        var numberFormat = ""
    }

    init(_ file: URL) throws {
        let folder = file.deletingLastPathComponent().appending(path: "unpacked-\(UUID().uuidString)")
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        let script =
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
            + "assert all(i.date_time == (1980, 1, 1, 0, 0, 0) for i in z.infolist()); z.extractall(sys.argv[2])"
        python.arguments = ["-I", "-S", "-c", script, file.path, folder.path]
        try python.run()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw Unreadable(file: file.path) }
        var members: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
            if let data = FileManager.default.contents(atPath: folder.appending(path: name).path), !data.isEmpty {
                members[name] = data
            }
        }
        self.members = members
        numberFormats = Self.numberFormats(members["xl/styles.xml"])
    }

    struct Unreadable: Error { let file: String }

    func text(_ member: String) -> String { String(decoding: members[member] ?? Data(), as: UTF8.self) }

    /// The names of the sheets, in their order.
    var sheetNames: [String] {
        Elements(members["xl/workbook.xml"]).all.filter { $0.name == "sheet" }.compactMap { $0.attributes["name"] }
    }

    /// The cells of a sheet, counted from 1, by their names.
    func cells(_ sheet: Int = 1) -> [String: WrittenCell] {
        let strings = Elements(members["xl/sharedStrings.xml"]).all.filter { $0.name == "t" }.map(\.text)
        var cells: [String: WrittenCell] = [:]
        var place = ""
        for element in Elements(members["xl/worksheets/sheet\(sheet).xml"]).all {
            switch element.name {
            case "c":
                place = element.attributes["r"] ?? ""
                let style = element.attributes["s"].flatMap { Int($0) } ?? 0
                cells[place] = WrittenCell(
                    type: element.attributes["t"] ?? "", numberFormat: numberFormats[style] ?? "General")
            case "t": cells[place]?.value = element.text
            case "f": cells[place]?.formula = element.text
            case "v":
                let isShared = cells[place]?.type == "s"
                cells[place]?.value = isShared ? strings[Int(element.text) ?? 0] : element.text
            default: break
            }
        }
        return cells
    }

    private static func numberFormats(_ styles: Data?) -> [Int: String] {
        var codes: [String: String] = [:]
        var formats: [Int: String] = [:]
        var isInCellFormats = false
        var count = 0
        for element in Elements(styles).all {
            switch element.name {
            case "numFmt": codes[element.attributes["numFmtId"] ?? ""] = element.attributes["formatCode"]
            case "cellXfs": isInCellFormats = true
            case "cellStyles": isInCellFormats = false
            case "xf" where isInCellFormats:
                formats[count] = codes[element.attributes["numFmtId"] ?? ""]
                count += 1
            default: break
            }
        }
        return formats
    }
}

/// The elements of an XML file, in the order in which they begin.
private final class Elements: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""
    }

    private(set) var all: [Element] = []
    private var open: [Int] = []

    init(_ data: Data?) {
        super.init()
        guard let data else { return }
        let parser = XMLParser(data: data)
        parser.delegate = self
        if !parser.parse() { all = [] }
    }

    func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
    ) {
        open.append(all.count)
        all.append(Element(name: name, attributes: attributes))
    }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        open.removeLast()
    }

    func parser(_: XMLParser, foundCharacters text: String) {
        if let index = open.last { all[index].text += text }
    }
}
