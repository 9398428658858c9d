import Configuration
import Diagnostics

/// The first record of a CSV file, compared with the columns that were asked for.
struct CSVHeader {
    var names: [String]
    /// Whether every column that was asked for is there once, and no other.
    var isSound: Bool
    /// Whether it is worth to look at the rows: not where another character separates the fields.
    var isReadable: Bool

    /// Reads and checks the header; its fields do not stay in the scanner. Nil where the file is empty.
    static func read(_ scanner: inout CSVScanner, columns: [CSVColumn], options: CSVOptions) -> CSVHeader? {
        guard let record = scanner.nextRecord() else {
            scanner.report(
                Problem(
                    "the file is empty",
                    expected: "a header: " + columns.filter(\.isRequired).map(\.name).joined(separator: ","),
                    at: SourceLocation(file: scanner.file, line: 1)))
            return nil
        }
        let fields = Array(scanner.fields[record.firstField...])
        scanner.dropFields(from: record.firstField)
        guard fields.count <= options.maximumColumns else {
            scanner.report(
                Problem(
                    "the header has \(fields.count) columns", expected: "at most \(options.maximumColumns)",
                    at: scanner.location(of: fields[options.maximumColumns].outerStart, in: record)))
            return CSVHeader(names: [], isSound: false, isReadable: false)
        }
        let names = fields.map { CSVStorage.text($0, in: scanner.bytes) }
        let places = fields.map { scanner.location(of: $0.outerStart, in: record) }

        if let problem = otherSeparator(names, places, columns) {
            scanner.report(problem)
            return CSVHeader(names: names, isSound: false, isReadable: false)
        }
        let problems = check(names, places, columns, options)
        problems.forEach { scanner.report($0) }
        return CSVHeader(names: names, isSound: record.isSound && problems.isEmpty, isReadable: true)
    }

    /// A header in one piece, with another separator in it.
    private static func otherSeparator(
        _ names: [String], _ places: [SourceLocation], _ columns: [CSVColumn]
    ) -> Problem? {
        guard names.count == 1, let header = names.first, let place = places.first,
            !columns.contains(where: { $0.name == header })
        else { return nil }
        let separators: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), ("|", "bars (|)")]
        guard let (_, name) = separators.first(where: { header.contains($0.0) }) else { return nil }
        return Problem(
            "the fields are separated by \(name)",
            expected: "commas; in a spreadsheet program save as \"CSV UTF-8 (comma delimited)\"", at: place)
    }

    private static func check(
        _ names: [String], _ places: [SourceLocation], _ columns: [CSVColumn], _ options: CSVOptions
    ) -> [Problem] {
        var problems: [Problem] = []
        let known = columns.map(\.name)
        let free = known.filter { !names.contains($0) }
        var first: [String: Int] = [:]
        for (index, (name, place)) in zip(names, places).enumerated() {
            if name.isEmpty {
                problems.append(
                    Problem("column \(index + 1) has no name", expected: "a name for each column", at: place))
            } else if let other = first[name] {
                problems.append(
                    Problem(
                        "the column \(Quoted.text(name)) is there twice: columns \(other + 1) and \(index + 1)",
                        expected: "each column once", at: place))
            } else if !known.contains(name), !options.ignoresUnknownColumns {
                let hint = Suggestion.hint(for: name, among: free)
                problems.append(
                    Problem(
                        "the column \(Quoted.text(name)) is unknown\(hint)",
                        expected: "one of: " + known.joined(separator: ", "), at: place))
            }
            if first[name] == nil { first[name] = index }
        }
        let start = places.first.map { SourceLocation(file: $0.file, line: $0.line, column: 1) }
        for column in columns where column.isRequired && first[column.name] == nil {
            problems.append(
                Problem(
                    "the column \(Quoted.text(column.name)) is missing",
                    expected: "a header with it: " + columns.filter(\.isRequired).map(\.name).joined(separator: ","),
                    at: start))
        }
        return problems
    }
}
