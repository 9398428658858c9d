import Amounts
import Calendars
import Configuration
import Diagnostics
import Formulas

/// A table of `config/payroll/tables.yaml` that formulas read by `bracket` or `lookup`: figures with the day since when
/// they hold and where they are published.
struct PayTable: Sendable {
    let name: String
    let versions: [Version]

    struct Version: Sendable {
        let validFrom: CalendarDate
        let table: FormulaTable
    }

    /// The figures that hold on a day; nil before the first.
    func table(on day: CalendarDate) -> FormulaTable? {
        versions.last { $0.validFrom <= day }?.table
    }
}

/// Reads `config/payroll/tables.yaml`, which a company without tables of its own need not have.
enum PayTableFile {
    private enum Kind: String, CaseIterable {
        case brackets, ranges, keys
    }

    static func read(_ document: YAMLDocument, problems: inout ProblemList) -> [PayTable]? {
        var found = ProblemList()
        let tables = document.mapping(&problems) { map in
            var names: Set<String> = []
            return map.list("tables") { item in
                item.mapping { map -> PayTable? in
                    let table = table(from: map, problems: &found)
                    if let table, !names.insert(table.name).inserted {
                        map.report("the table \(table.name) is declared twice", expected: "each once", at: "table")
                    }
                    return table
                }
            }
        }
        problems.add(contentsOf: found.problems)
        return found.isEmpty ? tables : nil
    }

    private static func table(from map: YAMLMapping, problems: inout ProblemList) -> PayTable? {
        let name = map.required("table", .variable)
        let kind = map.required("kind", .choice(Kind.self))
        let over = kind == .keys ? nil : map.required("over", .choice(FormulaType.self))
        let giving = map.required("giving", .choice(FormulaType.self))
        var inner = problems
        let versions = map.list("versions", minimumCount: 1) { item in
            item.mapping { version -> PayTable.Version? in
                let validFrom = version.required("valid_from", .date)
                let source = version.required("source", .text)
                let rows = Rows(version, kind: kind, over: over ?? .text, giving: giving)
                guard !version.hasProblems else { return nil }
                return rows.table(named: name, source: source, at: version.location, problems: &inner)
                    .map { PayTable.Version(validFrom: validFrom, table: $0) }
            }
        }
        problems = inner
        for (earlier, later) in zip(versions, versions.dropFirst()) where earlier.validFrom >= later.validFrom {
            map.report(
                "the version of \(later.validFrom) stands behind that of \(earlier.validFrom)",
                expected: "versions in the order of their days", at: "versions")
        }
        return PayTable(name: name, versions: versions)
    }

    /// The rows of one version, as its kind of table has them.
    private enum Rows {
        case brackets([FormulaTable.Bracket], over: FormulaType, giving: FormulaType)
        case ranges([FormulaTable.Range], over: FormulaType, giving: FormulaType)
        case keys([FormulaTable.Key], giving: FormulaType)

        init(_ map: YAMLMapping, kind: Kind, over: FormulaType, giving: FormulaType) {
            func rows<Row>(_ read: (YAMLMapping) -> Row) -> [Row] {
                map.list("rows", minimumCount: 1) { item in item.mapping { read($0) } }
            }
            switch kind {
            case .brackets:
                self = .brackets(
                    rows { row in
                        FormulaTable.Bracket(
                            atLeast: row.required("at_least", .decimal), lessThan: row.optional("less_than", .decimal),
                            base: row.optional("base", .decimal), rate: row.required("rate", .rate).decimal,
                            source: row.optional("source", .text), at: row.location)
                    }, over: over, giving: giving)
            case .ranges:
                self = .ranges(
                    rows { row in
                        FormulaTable.Range(
                            atLeast: row.optional("at_least", .formulaValue(over)),
                            lessThan: row.optional("less_than", .formulaValue(over)),
                            value: row.required("value", .formulaValue(giving)),
                            source: row.optional("source", .text), at: row.location)
                    }, over: over, giving: giving)
            case .keys:
                self = .keys(
                    rows { row in
                        FormulaTable.Key(
                            key: row.required("key", .text), value: row.required("value", .formulaValue(giving)),
                            source: row.optional("source", .text), at: row.location)
                    }, giving: giving)
            }
        }

        func table(
            named name: String, source: String, at location: SourceLocation, problems: inout ProblemList
        ) -> FormulaTable? {
            switch self {
            case .brackets(let rows, let over, let giving):
                .brackets(
                    name, over: over, giving: giving, rows: rows, source: source, at: location, problems: &problems)
            case .ranges(let rows, let over, let giving):
                .ranges(name, over: over, giving: giving, rows: rows, source: source, at: location, problems: &problems)
            case .keys(let rows, let giving):
                .keys(name, giving: giving, rows: rows, source: source, at: location, problems: &problems)
            }
        }
    }
}

extension ScalarReader<FormulaValue> {
    /// A value of a table of this type.
    fileprivate static func formulaValue(_ type: FormulaType) -> ScalarReader {
        switch type {
        case .money: .mapping(.decimal) { .money($0) }
        case .rate: .mapping(.rate) { .rate($0) }
        case .quantity: .mapping(.quantity) { .quantity($0) }
        case .date: .mapping(.date) { .date($0) }
        case .bool: .mapping(.bool) { .bool($0) }
        case .text: .mapping(.text) { .text($0) }
        }
    }

    private static func mapping<Read>(
        _ reader: ScalarReader<Read>, _ value: @escaping @Sendable (Read) -> FormulaValue
    ) -> ScalarReader {
        ScalarReader(expected: reader.expected, placeholder: value(reader.placeholder)) {
            text throws(ScalarRejection) in
            value(try reader.read(text))
        }
    }
}
