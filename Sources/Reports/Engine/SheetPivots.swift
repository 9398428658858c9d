import Configuration
import Diagnostics
import Store

/// Puts, in the place of a column that is spread by a pivot, one column for each value that the rows have there.
enum SheetPivots {
    /// Columns of one pivot at most.
    static let maximumColumns = 60

    /// The columns of a sheet. Those that are spread by the same column and stand together are spread in turn, value by
    /// value, under the value.
    ///
    /// - Parameter head: the sheet's query as `facts`.
    static func columns(
        of sheet: SheetDeclaration, _ head: BoundSQL, in connection: Connection
    ) throws -> [ColumnDeclaration] {
        var result: [ColumnDeclaration] = []
        var taken = Set(sheet.columns.map(\.key))
        var rest = sheet.columns[...]
        while let first = rest.first {
            guard let pivot = first.pivot else {
                result.append(first)
                rest = rest.dropFirst()
                continue
            }
            let together = rest.prefix { $0.pivot == pivot }
            rest = rest.dropFirst(together.count)
            let values = try values(of: pivot, first.pivotOrder, head, in: connection)
            guard values.count * together.count <= maximumColumns else {
                throw Failure(
                    .refused,
                    "The sheet \(sheet.name) would have \(values.count * together.count) columns by \(pivot), and "
                        + "\(maximumColumns) is the most.",
                    advice: "Make the report of less: a shorter time, one cost centre.")
            }
            // Titles that name the value need no value over them.
            let areGrouped = together.count > 1 && !together.contains { $0.title.contains("{value}") }
            for value in values {
                let text = words(for: value, of: pivot, sheet)
                for column in together {
                    var column = column
                    column.pivotValue = value
                    column.declaredKey = column.key
                    column.key = name(column.key, text, &taken)
                    if areGrouped { column.group = text }
                    column.title = column.title.replacing("{value}", with: text)
                    result.append(column)
                }
            }
        }
        return result
    }

    /// `cost_2026_04`, and `cost_2026_04_2` where another value gave the same.
    private static func name(_ key: String, _ value: String, _ taken: inout Set<String>) -> String {
        let name =
            key + "_" + value.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? "\($0)" : "_" }.joined()
        var (unique, number) = (name, 1)
        while !taken.insert(unique).inserted {
            number += 1
            unique = "\(name)_\(number)"
        }
        return unique
    }

    /// The values of a column of the query: by the order that is asked for, then numbers by size and texts by their
    /// bytes; rows without one come last.
    private static func values(
        of pivot: String, _ order: String?, _ head: BoundSQL, in connection: Connection
    ) throws -> [ReportValue] {
        let ordering = order.map { ", MIN(fact.\($0))" } ?? ""
        return try connection.all(
            head.text + "SELECT fact.\(pivot)\(ordering) FROM facts AS fact GROUP BY fact.\(pivot)",
            arguments: head.arguments
        ) { row -> (value: ReportValue, order: ReportValue) in
            (try any(row, 0), ordering.isEmpty ? .empty : try any(row, 1))
        }
        .sorted { a, b in
            a.value.isEmpty != b.value.isEmpty
                ? b.value.isEmpty : a.order != b.order ? isBefore(a.order, b.order) : isBefore(a.value, b.value)
        }
        .map(\.value)
    }

    private static func any(_ row: Row, _ position: Int) throws -> ReportValue {
        if row.isNull(position) { return .empty }
        return try (try? row.text(position)).map { .text($0) } ?? .integer(row.int(position))
    }

    private static func isBefore(_ a: ReportValue, _ b: ReportValue) -> Bool {
        if case .integer(let a) = a, case .integer(let b) = b { return a < b }
        return a.plainText.utf8.lexicographicallyPrecedes(b.plainText.utf8)
    }

    /// How a value is named in titles. Numbers stand without separators: they count nothing, they name something.
    private static func words(for value: ReportValue, of pivot: String, _ sheet: SheetDeclaration) -> String {
        let text = value.plainText
        if text.isEmpty { return "(none)" }
        guard case .integer(let number) = value, !sheet.query.aliases.contains(pivot) else { return text }
        let isBoolean = sheet.query.views.contains { view in
            ReportViews[view]?.columns.contains { $0.name == pivot && $0.content == .boolean } == true
        }
        return isBoolean ? (number == 0 ? "no" : "yes") : text
    }
}
