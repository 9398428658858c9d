import Amounts

/// Puts the lines of a statement together: figures of the first period, and of each other one beside it.
struct StatementWriter {
    let currency: Currency
    let periods: [StatementPeriod]
    private let columns: [Statement.Column]
    private(set) var lines: [Statement.Line] = []
    var checks: [Statement.Check] = []

    /// A sum by period, with what each account brings to it.
    struct Sum {
        var amounts: [Money]
        var parts: [AccountCode: [Money]] = [:]

        static func + (a: Sum, b: Sum) throws(ArithmeticError) -> Sum {
            var sum = a
            try sum.add(b)
            return sum
        }

        mutating func add(_ other: Sum) throws(ArithmeticError) {
            try Self.add(other.amounts, to: &amounts)
            for (account, added) in other.parts {
                guard var own = parts[account] else {
                    parts[account] = added
                    continue
                }
                try Self.add(added, to: &own)
                parts[account] = own
            }
        }

        private static func add(_ amounts: [Money], to sums: inout [Money]) throws(ArithmeticError) {
            for index in sums.indices { sums[index] = try sums[index] + amounts[index] }
        }

        static func - (a: Sum, b: Sum) throws(ArithmeticError) -> Sum { try a + b.negated() }

        func negated() throws(ArithmeticError) -> Sum {
            var sum = self
            for index in sum.amounts.indices { sum.amounts[index] = try sum.amounts[index].negated() }
            for (account, amounts) in parts {
                var negated = amounts
                for index in negated.indices { negated[index] = try negated[index].negated() }
                sum.parts[account] = negated
            }
            return sum
        }

        var isZero: Bool { amounts.allSatisfy(\.isZero) }
    }

    init(currency: Currency, periods: [StatementPeriod]) {
        self.currency = currency
        self.periods = periods
        columns = Self.columns(of: periods)
    }

    var zero: Sum { Sum(amounts: Array(repeating: .zero(currency), count: periods.count)) }

    mutating func heading(_ key: String, _ label: String) {
        lines.append(.init(key: key, label: label, level: 0, style: .heading, cells: [], parts: []))
    }

    mutating func line(
        _ key: String, _ label: String, level: Int, _ style: Statement.Line.Style, _ sum: Sum
    ) throws {
        lines.append(
            .init(
                key: key, label: label, level: level, style: style, cells: try columns.cells(of: sum.amounts),
                parts: sum.parts.sorted { $0.key < $1.key }.map { .init(account: $0.key, amounts: $0.value) }))
    }

    /// Writes what must be nothing in each period.
    mutating func check(_ name: String, _ sum: Sum) {
        for (period, amount) in zip(periods, sum.amounts) where period.isWhole {
            checks.append(.init(name: "\(name), \(period.label)", difference: amount))
        }
    }

    func statement(_ title: String) -> Statement {
        Statement(
            title: title, currency: currency, columns: columns, lines: lines, checks: checks)
    }

    // MARK: - Columns

    /// A column for each period; behind one that is compared, the difference and per cent.
    static func columns(of periods: [StatementPeriod]) -> [Statement.Column] {
        var reported = 0
        return periods.enumerated().flatMap { index, period in
            let amount = Statement.Column(label: period.label, kind: .amount, period: index)
            guard index > 0, period.role == .compared else {
                reported = index
                return [amount]
            }
            return [
                amount,
                .init(
                    label: "change", key: "\(period.label)-change", kind: .difference, period: index,
                    reported: reported),
                .init(label: "%", key: "\(period.label)-percent", kind: .percent, period: index, reported: reported),
            ]
        }
    }
}
