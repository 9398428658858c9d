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
        /// Names the column for programs: `2026-04`, `2025-04-change`.
        package let key: String
        package let kind: Kind
        /// The period that it is of, by its place among those that the statement was made of.
        package let period: Int
        /// The period that a difference is of.
        package let reported: Int

        package enum Kind: String, Sendable {
            case amount
            /// The reported figure less the one before this column.
            case difference
            /// That difference in per cent of the figure compared with.
            case percent
        }

        package init(label: String, key: String? = nil, kind: Kind, period: Int = 0, reported: Int = 0) {
            self.label = label
            self.key = key ?? label
            self.kind = kind
            self.period = period
            self.reported = reported
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
        /// What each account brings to it, in order of the accounts.
        package let parts: [Part]

        /// The accounts that it is made of, in order.
        package var accounts: [AccountCode] { parts.map(\.account) }

        package enum Style: String, Sendable {
            case heading, detail, subtotal, total
        }
    }

    /// What one account brings to a line. The parts of a line add up to its figures.
    package struct Part: Hashable, Sendable {
        package let account: AccountCode
        /// By period; in a trial balance by column.
        package let amounts: [Money]
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

        package init(name: String, difference: Money) {
            self.name = name
            self.difference = difference
        }

        package var holds: Bool { difference.isZero }
    }

    package subscript(key key: String) -> Line? { lines.first { $0.key == key } }
}

extension [Statement.Column] {
    /// The cells of figures by period.
    package func cells(of amounts: [Money]) throws -> [Statement.Cell] {
        try map { column in
            let amount = amounts[column.period]
            guard column.kind != .amount else { return .amount(amount) }
            let difference = try amounts[column.reported] - amount
            guard column.kind == .percent else { return .amount(difference) }
            guard !amount.isZero else { return .empty }
            return .percent(
                try ExactDecimal(coefficient: Int128(difference.minorUnits) * 100, scale: 0)
                    .divided(
                        by: ExactDecimal(coefficient: Int128(amount.minorUnits.magnitude), scale: 0),
                        rounding: .halfAwayFromZero, places: 1))
        }
    }
}

/// Which accounts get lines of their own.
package enum StatementDetail: String, CaseIterable, Sendable {
    /// One line for each report line.
    case reportLines = "report_lines"
    /// One for each account.
    case accounts
}
