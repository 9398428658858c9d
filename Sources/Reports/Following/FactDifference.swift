import Diagnostics
import Store

/// The rows of a sheet's query that only one of two makings has.
///
/// Both are read twice, once to count and once to show what is left over; of a row no more than a hash is kept.
struct FactDifference {
    /// A sheet as it was made, and what made it.
    struct Side {
        var sheet: MadeSheet
        var engine: ReportEngine
    }

    private struct Fingerprint: Hashable {
        var first: Int
        var second: Int
    }

    /// Rows of one query that are compared at most.
    static let maximumRows = 1_000_000

    private let before: Side
    private let after: Side
    private let dialect: Dialect
    /// How often each row is there before, less how often it is there after.
    private var counts: [Fingerprint: Int] = [:]

    init(_ before: Side, _ after: Side, dialect: Dialect, in connection: Connection) throws {
        self.before = before
        self.after = after
        self.dialect = dialect
        for (side, step) in [(before, 1), (after, -1)] {
            try forEach(side, in: connection) { _, values in counts[Self.fingerprint(values), default: 0] += step }
        }
        counts = counts.filter { $0.value != 0 }
    }

    /// Those before, then those after, each as often as it is there once more.
    func forEachSource(
        in connection: Connection, _ body: (ReportDifference.Source) -> Void
    ) throws {
        var counts = counts
        guard !counts.isEmpty else { return }
        for (side, name, step) in [(before, ReportDifference.Source.Side.before, 1), (after, .after, -1)] {
            try forEach(side, in: connection) { columns, values in
                let key = Self.fingerprint(values)
                guard let count = counts[key], count.signum() == step else { return }
                counts[key] = count - step
                body(
                    .init(
                        side: name, sheet: side.sheet.name, row: Self.label(side.sheet, columns, values),
                        values: zip(columns, values).filter { !$0.1.isEmpty }
                            .map { "\($0.0.key) \($0.0.text(of: $0.1))" }.joined(separator: ", ")))
            }
        }
    }

    private func forEach(
        _ side: Side, in connection: Connection, _ body: ([ReportColumn], [ReportValue]) throws -> Void
    ) throws {
        let engine = side.engine
        let plan = side.sheet.plan
        let values = try engine.arguments.queryValues(of: engine.company, asOf: engine.asOf)
        var sql = try SheetPlan.head(plan.sheet, values, try engine.source(dialect))
        sql.text += "SELECT fact.* FROM facts AS fact"
        var facts: FactColumns?
        var rowCount = 0
        try connection.forEach(sql.text, arguments: sql.arguments) { row in
            let columns = facts ?? FactColumns(plan, engine.company.settings.currency, of: row)
            facts = columns
            rowCount += 1
            guard rowCount <= Self.maximumRows else {
                throw Failure(
                    .refused,
                    "The query of the sheet \(side.sheet.name) gives more than \(Self.maximumRows) rows, too many to be "
                        + "compared.", advice: "Make the reports as CSV for both times and compare the files.")
            }
            try body(columns.shown, try columns.values(of: row))
        }
    }

    private static func fingerprint(_ values: [ReportValue]) -> Fingerprint {
        var (first, second) = (Hasher(), Hasher())
        second.combine(1)
        for value in values {
            first.combine(value)
            second.combine(value)
        }
        return Fingerprint(first: first.finalize(), second: second.finalize())
    }

    /// What the row of the report is called that a row of the query came into.
    private static func label(_ sheet: MadeSheet, _ columns: [ReportColumn], _ values: [ReportValue]) -> String {
        let key = sheet.plan.keys.map { name in
            columns.firstIndex { $0.key == name }.map { values[$0].keyText } ?? ""
        }
        return sheet.labels[key] ?? ""
    }
}

extension ReportValue {
    /// As the store keeps it, so that a value is the same whatever shows it.
    var keyText: String {
        switch self {
        case .money(let money): "\(money.minorUnits)"
        case .instant(let instant): "\(instant.microseconds)"
        case .boolean(let boolean): boolean ? "1" : "0"
        default: plainText
        }
    }
}
