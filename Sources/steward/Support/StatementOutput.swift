import Amounts
import Ledger

/// A statement on the screen and for programs.
struct StatementOutput {
    private let statement: Statement
    /// Characters of a line on the screen.
    private let width: Int

    init(_ statement: Statement, width: Int = Terminal.outputWidth) {
        self.statement = statement
        self.width = width
    }

    func print(to printer: Printer) {
        switch printer.format {
        case .text:
            printer.say("\(statement.title), in \(statement.currency)\n\n")
            let all = Array(statement.columns.indices)
            let shown = columnsThatFit(all)
            printer.print(table(of: shown, isIndented: true), orSay: "Nothing was posted.")
            let leftOut = all.filter { !shown.contains($0) }.map(title)
            if !leftOut.isEmpty {
                printer.say(
                    "\nLeft out, for want of room: \(leftOut.joined(separator: ", ")). --csv and --json have everything."
                )
            }
            let broken = statement.checks.filter { !$0.holds }
            for check in broken { printer.say("\nWRONG: \(check.name): a difference of \(check.difference)") }
        case .json: Terminal.print(json.text)
        case .csv: printer.print(table(of: Array(statement.columns.indices), isIndented: false))
        }
    }

    // MARK: - Width

    /// The columns that a line has room for: first the per cents go, then the differences, then whole periods from the
    /// right.
    private func columnsThatFit(_ all: [Int]) -> [Int] {
        let labels = statement.lines.map { $0.label.count + 2 * $0.level }.max() ?? 0
        let widths = statement.columns.enumerated().map { index, column in
            let cells = statement.lines.map { $0.cells.isEmpty ? 0 : Self.cell($0.cells[index]).text.count }
            return max(column.label.count, cells.max() ?? 0) + 2
        }
        func fits(_ columns: [Int]) -> Bool { columns.reduce(labels) { $0 + widths[$1] } <= width }
        var columns = all
        for kind in [Statement.Column.Kind.percent, .difference] where !fits(columns) {
            columns.removeAll { statement.columns[$0].kind == kind }
        }
        while columns.count > 1, !fits(columns) { columns.removeLast() }
        return columns
    }

    /// How a column is called where it stands alone.
    private func title(_ index: Int) -> String {
        let column = statement.columns[index]
        guard column.kind != .amount else { return column.label }
        let period = statement.columns.first { $0.kind == .amount && $0.period == column.period }?.label ?? ""
        return "\(column.label) from \(period)"
    }

    // MARK: - Forms

    private func table(of columns: [Int], isIndented: Bool) -> Table {
        var table = Table(columns: [
            .init("Line", key: "key", visibility: .never), .init("", key: "label"),
        ])
        table.columns += columns.map {
            .init(statement.columns[$0].label, key: statement.columns[$0].key, .right)
        }
        table.rows = statement.lines.map { line in
            let indent = isIndented ? String(repeating: "  ", count: line.level) : ""
            let cells = columns.map { line.cells.isEmpty ? Table.Cell.none : Self.cell(line.cells[$0]) }
            return [.text(line.key), .text(indent + line.label)] + cells
        }
        return table
    }

    static func cell(_ cell: Statement.Cell) -> Table.Cell {
        switch cell {
        case .amount(let money): .money(money)
        case .percent(let value): .text("\(value)")
        case .empty: .none
        }
    }

    private var json: JSONValue {
        .object([
            ("title", .string(statement.title)), ("currency", .string(statement.currency.code)),
            (
                "columns",
                .array(
                    statement.columns.map {
                        .object([
                            ("label", .string($0.label)), ("key", .string($0.key)), ("kind", .string($0.kind.rawValue)),
                        ])
                    })
            ),
            (
                "lines",
                .array(
                    statement.lines.map { line in
                        .object([
                            ("key", .string(line.key)), ("label", .string(line.label)),
                            ("level", .integer(line.level)), ("style", .string(line.style.rawValue)),
                            ("cells", .array(line.cells.map { JSONValue(Self.cell($0)) })),
                            ("accounts", .array(line.accounts.map { .string($0.rawValue) })),
                        ])
                    })
            ),
            (
                "checks",
                .array(
                    statement.checks.map {
                        .object([("name", .string($0.name)), ("holds", .bool($0.holds))])
                    })
            ),
        ])
    }
}

/// What a line of a statement is made of, with the command that goes on from there.
struct ExplanationOutput {
    let statement: Statement
    let explanation: LineExplanation
    /// The option that names the period in the next command; empty where there is none.
    let periodOption: String

    func print(to printer: Printer) {
        var table = Table(columns: [.init("Account"), .init("Name")])
        table.columns += statement.columns.map { .init($0.label, key: $0.key, .right) }
        table.rows = explanation.rows.map { row in
            [.text(row.account.rawValue), .text(row.name)] + row.cells.map(StatementOutput.cell)
        }
        table.totals = [.text(""), .text(explanation.line.label)] + explanation.line.cells.map(StatementOutput.cell)
        printer.say(
            "\(explanation.line.label), a line of \(statement.title.lowercased()), in \(statement.currency)\n\n")
        printer.print(table, orSay: "No account has anything to do with it.")
        if let account = explanation.rows.first?.account {
            printer.say("\nNext: `steward ledger register \(account)\(periodOption)` shows the postings of an account.")
        }
    }
}
