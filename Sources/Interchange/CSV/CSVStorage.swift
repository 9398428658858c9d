import Configuration
import Diagnostics

/// The bytes of a CSV file and where its fields lie.
final class CSVStorage: Sendable {
    let file: String
    let bytes: [UInt8]
    let names: [String]
    let rows: [Row]
    /// False where a column is missing, unknown, nameless or there twice.
    let hasSoundHeader: Bool
    /// Row by row, `names.count` each, the header left out.
    private let fields: [CSVField]
    /// Columns that may be asked for, whether they are there or not.
    private let declared: Set<String>

    struct Row: Sendable {
        var start: UInt32
        var line: UInt32
    }

    init(
        bytes: [UInt8], file: String, columns: [CSVColumn], options: CSVOptions, problems: inout ProblemList
    ) {
        self.file = file
        self.bytes = bytes
        declared = Set(columns.map(\.name))
        if let refusal = TextEncoding.refusalOfWideText(bytes, file: file) {
            problems.add(refusal)
            (names, rows, fields, hasSoundHeader) = ([], [], [], false)
            return
        }
        let start = bytes.starts(with: TextEncoding.byteOrderMark) ? 3 : 0
        let unreadable = CSVUnreadable.places(in: bytes, from: start)
        let known = problems
        let result = bytes.withUnsafeBufferPointer { buffer in
            var scanner = CSVScanner(
                file: file, bytes: buffer, from: start, options: options, unreadable: unreadable,
                problems: known)
            let header = CSVHeader.read(&scanner, columns: columns, options: options)
            guard let header else { return (scanner.problems, [String](), [Row](), [CSVField](), false) }
            let rows = header.isReadable ? Self.readRows(&scanner, count: header.names.count) : []
            return (scanner.problems, header.names, rows, scanner.fields, header.isSound)
        }
        problems = result.0
        (names, rows, fields, hasSoundHeader) = (result.1, result.2, result.3, result.4)
    }

    /// Reads the rows behind the header and leaves the fields of the sound ones in the scanner.
    private static func readRows(_ scanner: inout CSVScanner, count: Int) -> [Row] {
        var rows: [Row] = []
        while let record = scanner.nextRecord() {
            let got = scanner.fields.count - record.firstField
            var isSound = record.isSound
            if isSound, got != count {
                isSound = false
                let place =
                    got > count
                    ? scanner.location(of: scanner.fields[record.firstField + count].outerStart, in: record)
                    : scanner.endOfLastField(in: record)
                let noun = got == 1 ? "1 field" : "\(got) fields"
                scanner.report(Problem("the row has \(noun)", expected: "\(count), as in the header", at: place))
            } else if isSound, count > 1, scanner.fields[record.firstField...].allSatisfy({ $0.isEmpty }) {
                isSound = false
                scanner.report(
                    Problem(
                        "the row has no values, only commas", expected: "values; delete the line where there are none",
                        at: scanner.location(of: record.start, in: record)))
            }
            if isSound {
                rows.append(
                    Row(start: UInt32(truncatingIfNeeded: record.start), line: UInt32(truncatingIfNeeded: record.line)))
            } else {
                scanner.dropFields(from: record.firstField)
            }
        }
        return rows
    }

    // MARK: - Fields

    /// The column's place in a row; nil when the file does not have it.
    ///
    /// - Precondition: the table was read with this column among its columns.
    func index(of name: String) -> Int? {
        if let index = names.firstIndex(of: name) { return index }
        precondition(declared.contains(name), "the column \(name) was not declared when the table was read")
        return nil
    }

    private func field(row: Int, column: Int) -> CSVField { fields[row * names.count + column] }

    func isEmpty(row: Int, column: Int) -> Bool { field(row: row, column: column).isEmpty }

    func text(row: Int, column: Int) -> String {
        let field = field(row: row, column: column)
        return bytes.withUnsafeBufferPointer { CSVStorage.text(field, in: $0) }
    }

    static func text(_ field: CSVField, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let value = UnsafeBufferPointer(rebasing: bytes[field.range])
        guard field.hasDoubledQuotes else { return String(decoding: value, as: UTF8.self) }
        var single: [UInt8] = []
        single.reserveCapacity(value.count)
        var isSecond = false
        for byte in value {
            // Quotes come in pairs here; the second of each pair is dropped.
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            if byte != UInt8(ascii: "\"") || isSecond { single.append(byte) }
        }
        return String(decoding: single, as: UTF8.self)
    }

    func location(row: Int, column: Int) -> SourceLocation {
        place(of: field(row: row, column: column).outerStart, row: row)
    }

    func location(row: Int) -> SourceLocation { place(of: Int(rows[row].start), row: row) }

    private func place(of offset: Int, row: Int) -> SourceLocation {
        bytes.withUnsafeBufferPointer { buffer in
            CSVPlace.location(
                of: offset, from: Int(rows[row].start), line: Int(rows[row].line), in: buffer, file: file)
        }
    }
}
