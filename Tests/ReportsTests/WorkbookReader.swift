import Diagnostics
import Foundation

/// A workbook read by other means than it was written: the cells of each sheet by name, as text.
struct WorkbookReader {
    struct Sheet {
        var cells: [String: String] = [:]
        /// By cell: `SUM(…)`.
        var formulas: [String: String] = [:]
        /// Where a cell leads within the workbook, by cell: `'Trial balance'!A8`.
        var links: [String: String] = [:]

        /// The rows from the top, each as its texts from the left; empty cells are empty texts.
        func row(_ number: Int) -> [String] {
            let columns = cells.keys.compactMap { Self.place($0) }.filter { $0.row == number }.map(\.column)
            return (0...(columns.max() ?? 0)).map { cells[Self.name($0, number)] ?? "" }
        }

        var rowCount: Int { cells.keys.compactMap { Self.place($0)?.row }.max() ?? 0 }

        private static func place(_ name: String) -> (column: Int, row: Int)? {
            let letters = name.prefix { $0.isLetter }
            guard let row = Int(name.dropFirst(letters.count)) else { return nil }
            return (letters.utf8.reduce(0) { $0 * 26 + Int($1) - 64 } - 1, row)
        }

        private static func name(_ column: Int, _ row: Int) -> String {
            var letters = ""
            var rest = column + 1
            while rest > 0 {
                letters = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + letters
                rest = (rest - 1) / 26
            }
            return "\(letters)\(row)"
        }
    }

    let names: [String]
    let sheets: [String: Sheet]

    init(_ file: URL) throws {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = ["-I", "-S", "-c", Self.script, file.path]
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw Failure(.failed, "\(file.path) cannot be read") }
        var names: [String] = []
        var sheets: [String: Sheet] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if sheets[parts[0]] == nil {
                names.append(parts[0])
                sheets[parts[0]] = Sheet()
            }
            if parts.count == 3 { sheets[parts[0]]?.links[parts[1]] = parts[2] }
            guard parts.count == 4 else { continue }
            sheets[parts[0]]?.cells[parts[1]] = parts[2]
            if !parts[3].isEmpty { sheets[parts[0]]?.formulas[parts[1]] = parts[3] }
        }
        self.names = names
        self.sheets = sheets
    }

    /// Sheet, cell, value and formula of every cell, one a line, separated by tabs; links have three parts.
    private static let script = """
        import re, sys, zipfile
        import xml.etree.ElementTree as tree
        book = zipfile.ZipFile(sys.argv[1])
        space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
        strings = []
        if 'xl/sharedStrings.xml' in book.namelist():
            strings = [''.join(t.text or '' for t in item.iter(space + 't'))
                       for item in tree.fromstring(book.read('xl/sharedStrings.xml'))]
        names = [s.get('name') for s in tree.fromstring(book.read('xl/workbook.xml')).iter(space + 'sheet')]
        for number, name in enumerate(names, 1):
            print(name)
            sheet = tree.fromstring(book.read('xl/worksheets/sheet%d.xml' % number))
            for link in sheet.iter(space + 'hyperlink'):
                if link.get('location'): print('\\t'.join([name, link.get('ref'), link.get('location')]))
            for cell in sheet.iter(space + 'c'):
                value = cell.findtext(space + 'v') or ''
                if cell.get('t') == 's': value = strings[int(value)]
                if cell.get('t') == 'inlineStr': value = ''.join(t.text or '' for t in cell.iter(space + 't'))
                formula = cell.findtext(space + 'f') or ''
                if value or formula:
                    print('\\t'.join([name, cell.get('r'), re.sub('[\\t\\n]', ' ', value), formula]))
        """
}
