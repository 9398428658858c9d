import Amounts
import Ledger

/// A statement on the screen and for programs.
struct StatementOutput {
    private let statement: Statement

    init(_ statement: Statement) {
        self.statement = statement
    }

    func print(to printer: Printer) {
        switch printer.format {
        case .text:
            printer.say("\(statement.title), in \(statement.currency)\n\n")
            printer.print(table(isIndented: true), orSay: "Nothing was posted.")
            let broken = statement.checks.filter { !$0.holds }
            for check in broken { printer.say("\nWRONG: \(check.name): a difference of \(check.difference)") }
        case .json: Terminal.print(json.text)
        case .csv: printer.print(table(isIndented: false))
        }
    }

    private func table(isIndented: Bool) -> Table {
        var table = Table(columns: [
            .init("Line", key: "key", visibility: .never), .init("", key: "label"),
        ])
        table.columns += statement.columns.map { .init($0.label, .right) }
        table.rows = statement.lines.map { line in
            let indent = isIndented ? String(repeating: "  ", count: line.level) : ""
            let cells = line.cells.map(Self.cell)
            let missing = Array(repeating: Table.Cell.none, count: statement.columns.count - cells.count)
            return [.text(line.key), .text(indent + line.label)] + cells + missing
        }
        return table
    }

    private static func cell(_ cell: Statement.Cell) -> Table.Cell {
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
                        .object([("label", .string($0.label)), ("kind", .string($0.kind.rawValue))])
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
