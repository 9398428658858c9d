import Amounts
import Ledger
import Spreadsheets

/// The three statements of a pack, each on a page of its own.
struct StatementSheets {
    private let profitAndLoss: Page
    private let balanceSheet: Page
    private let cashFlow: Page

    /// A sheet, and the columns of the statement that stand on it.
    private struct Page {
        let sheet: ReportSheet
        let columns: [Int]
    }

    /// Adds the sheets; they are filled when the places that their lines lead to are known.
    init(of pack: ClosePack, in workbook: Workbook) throws {
        let span = pack.span
        let month = pack.monthName
        profitAndLoss = try Self.add(
            ClosePack.SheetTitle.profitAndLoss, pack.profitAndLoss, pack, to: workbook,
            [
                .init("Actual", month, span.label), .init("Last month", month, span.last?.label),
                .init("Last year", month, span.yearBefore?.label), .init("%", month, span.yearBefore?.label, .percent),
                .init("Budget", month, "budget"), .init("Variance", month, "budget", .difference),
                .init("%", month, "budget", .percent),
                .init("Actual", "Year to date", pack.yearLabel),
                .init("Last year", "Year to date", pack.lastYearLabel),
                .init("%", "Year to date", pack.lastYearLabel, .percent),
                .init("Budget", "Year to date", "budget to date"),
                .init("Variance", "Year to date", "budget to date", .difference),
                .init("%", "Year to date", "budget to date", .percent),
            ])
        balanceSheet = try Self.add(
            ClosePack.SheetTitle.balanceSheet, pack.balanceSheet, pack, to: workbook,
            [
                .init("At its end", month, span.label),
                .init("Last month", "Beside last month", span.last?.label),
                .init("Change", "Beside last month", span.last?.label, .difference),
                .init("%", "Beside last month", span.last?.label, .percent),
                .init("Last year", "Beside last year", span.yearBefore?.label),
                .init("Change", "Beside last year", span.yearBefore?.label, .difference),
                .init("%", "Beside last year", span.yearBefore?.label, .percent),
            ])
        cashFlow = try Self.add(
            ClosePack.SheetTitle.cashFlow, pack.cashFlow, pack, to: workbook,
            [
                .init("Actual", month, span.label), .init("Last year", month, span.yearBefore?.label),
                .init("Change", month, span.yearBefore?.label, .difference),
                .init("Actual", "Year to date", pack.yearLabel),
                .init("Last year", "Year to date", pack.lastYearLabel),
                .init("Change", "Year to date", pack.lastYearLabel, .difference),
            ])
    }

    /// A column of a sheet: which of the statement's it shows.
    private struct Choice {
        let title: String
        let group: String
        let label: String?
        let kind: Statement.Column.Kind

        init(_ title: String, _ group: String, _ label: String?, _ kind: Statement.Column.Kind = .amount) {
            self.title = title
            self.group = group
            self.label = label
            self.kind = kind
        }

        /// Nil where the statement has no such column: no budget, nothing to compare with.
        func place(in statement: Statement) -> Int? {
            guard let label,
                let amount = statement.columns.first(where: { $0.kind == .amount && $0.label == label })
            else { return nil }
            return statement.columns.firstIndex { $0.kind == kind && $0.period == amount.period }
        }
    }

    private static func add(
        _ name: String, _ statement: Statement, _ pack: ClosePack, to workbook: Workbook, _ choices: [Choice]
    ) throws -> Page {
        var columns: [ReportSheet.Column] = [.init(.text(""))]
        var places: [Int] = []
        var group = ""
        for choice in choices {
            guard let place = choice.place(in: statement) else { continue }
            if choice.group != group { columns.append(.spacer) }
            group = choice.group
            places.append(place)
            columns.append(
                .init(
                    choice.kind == .percent
                        ? .rate(choice.title, places: 1) : .money(choice.title, statement.currency, isTotalled: false),
                    group: group))
        }
        let sheet = try workbook.addReport(
            named: name, title: "\(statement.title), \(pack.monthName)", subtitle: pack.subtitle, columns: columns,
            page: pack.landscape)
        return Page(sheet: sheet, columns: places)
    }

    // MARK: - Lines

    /// - Parameter places: the row of each account in the trial balance.
    func fill(from pack: ClosePack, trialBalance places: [AccountCode: Int]) throws {
        for (page, statement) in [
            (profitAndLoss, pack.profitAndLoss), (balanceSheet, pack.balanceSheet), (cashFlow, pack.cashFlow),
        ] {
            for line in statement.lines {
                let link =
                    line.style == .detail
                    ? line.accounts.lazy.compactMap { places[$0] }.first.map {
                        Link.cell(sheet: ClosePack.SheetTitle.trialBalance, row: $0, column: 0)
                    } : nil
                try page.sheet.append(
                    line.sheetStyle,
                    [.text(line.label)]
                        + (line.cells.isEmpty ? [] : try page.columns.map { try Self.cell(line.cells[$0]) }),
                    linkedTo: link)
            }
        }
        if pack.hasBudget {
            try profitAndLoss.sheet.appendNote(
                "Variance is actual less budget: of income more is better, of costs less. Lines lead to their accounts."
            )
        }
    }

    private static func cell(_ cell: Statement.Cell) throws -> Cell {
        switch cell {
        case .amount(let money): .money(money)
        case .percent(let percent):
            .rate(Rate(ExactDecimal(coefficient: percent.coefficient, scale: percent.scale + 2)))
        case .empty: .empty
        }
    }
}

extension ClosePack {
    var lastYearLabel: String? { span.yearBefore?.yearToDate(in: period.year.cycle)?.label }
}

extension Statement.Line {
    var sheetStyle: ReportSheet.RowStyle {
        switch style {
        case .heading: .part
        case .detail: .line(level: level)
        case .subtotal: .subtotal
        case .total: .total
        }
    }
}
