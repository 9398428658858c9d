import Amounts
import Diagnostics

/// A statement as lines of figures that know where they come from: what the screen, JSON and Excel are made of.
package struct Statement: Hashable, Sendable {
    package let title: String
    package let currency: Currency
    package let columns: [Column]
    package let lines: [Line]
    /// What must be nothing; a close stops where it is not.
    package let checks: [Check]

    package struct Column: Hashable, Sendable {
        package let label: String
        package let kind: Kind

        package enum Kind: String, Sendable {
            case amount
            /// The first column less the one before this.
            case difference
            /// That difference in per cent of the column compared with.
            case percent
        }
    }

    package struct Line: Hashable, Sendable {
        /// Names the line the same in every run: `revenue`, `revenue/4000`, `gross-profit`.
        package let key: String
        package let label: String
        /// How far it is moved to the right, from 0.
        package let level: Int
        package let style: Style
        /// As many as there are columns; none in a heading.
        package let cells: [Cell]
        /// The accounts that it is made of, in order.
        package let accounts: [AccountCode]

        package enum Style: String, Sendable {
            case heading, detail, subtotal, total
        }
    }

    package enum Cell: Hashable, Sendable {
        case amount(Money)
        /// 12.5 is 12.5%.
        case percent(ExactDecimal)
        /// There is nothing to compare with.
        case empty

        package var money: Money? {
            if case .amount(let money) = self { money } else { nil }
        }
    }

    package struct Check: Hashable, Sendable {
        /// `assets = liabilities + equity, 2026-04`.
        package let name: String
        package let difference: Money

        package var holds: Bool { difference.isZero }
    }

    package subscript(key key: String) -> Line? { lines.first { $0.key == key } }
}

/// Which accounts get lines of their own.
package enum StatementDetail: String, CaseIterable, Sendable {
    /// One line for each report line.
    case reportLines = "report_lines"
    /// One for each account.
    case accounts
}

/// Puts the lines of a statement together: figures of the first period, and of each other one beside it.
struct StatementWriter {
    let currency: Currency
    let periods: [String]
    private(set) var lines: [Statement.Line] = []
    var checks: [Statement.Check] = []

    /// A sum by period, with the accounts that it is made of.
    struct Sum {
        var amounts: [Money]
        var accounts: [AccountCode] = []

        static func + (a: Sum, b: Sum) throws(ArithmeticError) -> Sum {
            var sum = a
            for index in sum.amounts.indices { sum.amounts[index] = try sum.amounts[index] + b.amounts[index] }
            sum.accounts += b.accounts
            return sum
        }

        static func - (a: Sum, b: Sum) throws(ArithmeticError) -> Sum { try a + b.negated() }

        func negated() throws(ArithmeticError) -> Sum {
            var sum = self
            for index in sum.amounts.indices { sum.amounts[index] = try sum.amounts[index].negated() }
            return sum
        }

        var isZero: Bool { amounts.allSatisfy(\.isZero) }
    }

    init(currency: Currency, periods: [String]) {
        self.currency = currency
        self.periods = periods
    }

    var zero: Sum { Sum(amounts: Array(repeating: .zero(currency), count: periods.count)) }

    mutating func heading(_ key: String, _ label: String) {
        lines.append(.init(key: key, label: label, level: 0, style: .heading, cells: [], accounts: []))
    }

    mutating func line(
        _ key: String, _ label: String, level: Int, _ style: Statement.Line.Style, _ sum: Sum
    ) throws {
        lines.append(
            .init(
                key: key, label: label, level: level, style: style, cells: try cells(sum.amounts),
                accounts: Set(sum.accounts).sorted()))
    }

    /// Writes what must be nothing in each period.
    mutating func check(_ name: String, _ sum: Sum) {
        for (period, amount) in zip(periods, sum.amounts) {
            checks.append(.init(name: "\(name), \(period)", difference: amount))
        }
    }

    private func cells(_ amounts: [Money]) throws -> [Statement.Cell] {
        guard let first = amounts.first else { return [] }
        var cells: [Statement.Cell] = [.amount(first)]
        for other in amounts.dropFirst() {
            let difference = try first - other
            cells += [.amount(other), .amount(difference)]
            if other.isZero {
                cells.append(.empty)
            } else {
                let percent = try ExactDecimal(coefficient: Int128(difference.minorUnits) * 100, scale: 0)
                    .divided(
                        by: ExactDecimal(coefficient: Int128(other.minorUnits.magnitude), scale: 0),
                        rounding: .halfAwayFromZero, places: 1)
                cells.append(.percent(percent))
            }
        }
        return cells
    }

    func statement(_ title: String) -> Statement {
        let first = periods.prefix(1).map { Statement.Column(label: $0, kind: .amount) }
        let others = periods.dropFirst().flatMap {
            [
                Statement.Column(label: $0, kind: .amount), Statement.Column(label: "change", kind: .difference),
                Statement.Column(label: "%", kind: .percent),
            ]
        }
        return Statement(title: title, currency: currency, columns: first + others, lines: lines, checks: checks)
    }
}
