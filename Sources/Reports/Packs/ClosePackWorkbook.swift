import Amounts
import Calendars
import Ledger
import Spreadsheets
import Store

extension ClosePack {
    /// Names of the sheets, which links lead to.
    enum SheetTitle {
        static let summary = "Summary"
        static let profitAndLoss = "Profit and loss"
        static let balanceSheet = "Balance sheet"
        static let cashFlow = "Cash flow"
        static let changes = "Changes"
        static let trialBalance = "Trial balance"
        static let generalLedger = "General ledger"
        static let journal = "Journal"
    }

    /// Writes the pack as an Excel file. A line of a statement leads to its account in the trial balance, and an account
    /// there to its postings in the general ledger.
    ///
    /// The same books give the same bytes, whenever and however often they are closed. Postings are written as they are read: memory does not grow with them.
    ///
    /// - Returns: what a reader of the file should know.
    @discardableResult
    package func write(to path: String, in connection: Connection) throws -> [SpreadsheetNote] {
        let properties = WorkbookProperties(
            title: "\(title) \(monthName)", subject: "\(period), \(status.words)", company: companyName,
            created: Instant(startOf: period.lastDay),
            custom: [
                ("Period", .text("\(period)")), ("Last entry", .text("\(head.number)")),
                ("Hash of the journal", .text(head.hash)), ("State", .text(status.words)),
            ])
        let notes = try Workbook.write(to: path, properties) { workbook in
            let summary = try workbook.addSummary(
                named: SheetTitle.summary, title: "\(title), \(monthName)", subtitle: companyName,
                page: PageSetup(.portrait, footer: footer))
            let statements = try StatementSheets(of: self, in: workbook)
            let changesSheet = try addChanges(to: workbook)
            let balances = try addTrialBalance(to: workbook)
            // Where each account stands in the trial balance is known before anything is written there.
            let places = Dictionary(
                trialBalance.lines.enumerated().compactMap { index, line in
                    line.accounts.count == 1 && line.style == .detail
                        ? (line.accounts[0], balances.nextRow + index) : nil
                }, uniquingKeysWith: { first, _ in first })
            for list in aged { try write(list, to: workbook) }
            var pages: [AccountCode: Link] = [:]
            if extent == .full {
                pages = try writeGeneralLedger(to: workbook, trialBalance: places, in: connection)
                try writeJournal(to: workbook, in: connection)
            }
            try fill(balances, pages: pages)
            try fill(changesSheet, trialBalance: places)
            try statements.fill(from: self, trialBalance: places)
            try fill(summary)
        }
        return notes
    }

    var title: String { status.isFinal ? "Close pack" : "Draft of the close pack" }

    var monthName: String { period.name }

    var footer: String {
        let seal = "\(period), entry \(head.number), \(head.hash.prefix(12))"
        return status.isFinal ? seal : "Draft: the period is \(status.words). \(seal)"
    }

    var landscape: PageSetup { PageSetup(.landscape, footer: footer) }

    var subtitle: String { "\(companyName), in \(accounts.currency.code)" + (status.isFinal ? "" : ", draft") }

    // MARK: - Summary

    private func fill(_ summary: SummarySheet) throws {
        try summary.addFacts(facts)
        let currency = accounts.currency
        try summary.addTable(
            "Key figures",
            columns: [
                .text("In \(currency.code)"), .money(monthName, currency), .money("Last month", currency),
                .money("Last year", currency), .money("Year to date", currency),
            ],
            rows: keyFigures.map { figure in
                [.text(figure.name)] + figure.amounts.map { $0.map { .money($0) } ?? .empty }
            })
        let months = try summary.addTable(
            "Twelve months",
            columns: [
                .text("Month"), .money("Revenue", currency, isTotalled: false),
                .money("Profit", currency, isTotalled: false),
            ],
            rows: trend.map { [.text($0.label), .money($0.revenue), .money($0.profit)] })
        try summary.addChart(
            .column, "Revenue and profit", of: months, categories: "Month", values: ["Revenue", "Profit"])
        try summary.addTable(
            "Checks", columns: [.text("Check"), .text("Result")],
            rows: checks.map {
                [.text($0.name), .text($0.holds ? "agrees" : "WRONG by \($0.difference.groupedText)")]
            })
        try summary.addTable(
            "Sheets", columns: [.text("Sheet"), .text("What it shows")],
            rows: contents.map { [.link(.cell(sheet: $0.sheet, row: 0, column: 0), text: $0.sheet), .text($0.words)] })
        try summary.addFacts(seal)
    }

    /// What a reader wants to know first.
    private var facts: [(name: String, value: Cell)] {
        var facts: [(name: String, value: Cell)] = [
            ("Period", .text("\(period.firstDay) to \(period.lastDay)")),
            ("State", .text(status.isFinal ? status.words : "\(status.words): the figures can still change")),
        ]
        if case .closed(_, let people, _) = status {
            facts.append(("Closed by", .text(people.joined(separator: ", "))))
        }
        let broken = brokenChecks.count
        facts.append(
            (
                "Checks",
                .text(broken == 0 ? "all \(checks.count) agree" : "\(broken) of \(checks.count) WRONG, see below")
            ))
        facts.append(
            ("Changes to be explained", .integer(Int64(changes.count { $0.isToBeExplained }))))
        if !hasBudget { facts.append(("Budget", .text("none for this period"))) }
        if extent == .summary {
            facts.append(("General ledger, journal", .text("left out of the mail; \(fullPackCommand) has them")))
        }
        return facts
    }

    /// What ties the figures to the books.
    private var seal: [(name: String, value: Cell)] {
        var seal: [(name: String, value: Cell)] = [
            ("Entries of the period", .integer(entryCount)), ("Postings of the period", .integer(postingCount)),
            ("Last entry of the journal", .integer(head.number)), ("Its hash", .text(head.hash)),
        ]
        if case .closed(_, _, let run?) = status { seal.append(("Closed by run", .integer(run))) }
        return seal
    }

    private var contents: [(sheet: String, words: String)] {
        var contents = [
            (SheetTitle.profitAndLoss, "Income and expense of the month and the year to date"),
            (SheetTitle.balanceSheet, "What the company has and owes at the end of the month"),
            (SheetTitle.cashFlow, "Where the money came from and went"),
            (SheetTitle.changes, "What changed most since last month"),
            (SheetTitle.trialBalance, "Every account" + (extent == .full ? "; each leads to its postings" : "")),
        ]
        contents += aged.map { (sheetName(of: $0), "What is open on \($0.account.code), by age") }
        guard extent == .full else { return contents }
        contents += [
            (SheetTitle.generalLedger, "Every posting by account"),
            (SheetTitle.journal, "Every entry as it was posted"),
        ]
        return contents
    }

    /// A line of the first table: this month, last month, last year, the year to date.
    struct KeyFigure {
        var name: String
        var amounts: [Money?]
    }

    var keyFigures: [KeyFigure] {
        func figure(_ name: String, _ statement: Statement, _ key: String, hasYear: Bool = true) -> KeyFigure? {
            guard let line = statement[key: key] else { return nil }
            func amount(_ label: String?) -> Money? {
                statement.columns.firstIndex { $0.kind == .amount && $0.label == label }
                    .flatMap { line.cells[$0].money }
            }
            return KeyFigure(
                name: name,
                amounts: [
                    amount(span.label), amount(span.last?.label), amount(span.yearBefore?.label),
                    hasYear ? amount(yearLabel) : nil,
                ])
        }
        return [
            figure("Revenue", profitAndLoss, "revenue-total"), figure("Gross profit", profitAndLoss, "gross-profit"),
            figure("Operating profit", profitAndLoss, "operating-profit"),
            figure("Profit", profitAndLoss, "profit"), figure("Change in cash", cashFlow, "change"),
            figure("Cash at the end", cashFlow, "closing"),
            figure("Total assets", balanceSheet, "total-assets", hasYear: false),
            figure("Total liabilities", balanceSheet, "total-liabilities", hasYear: false),
            figure("Net assets", balanceSheet, "net-assets", hasYear: false),
        ].compactMap(\.self)
    }
}
