import Amounts
import Ledger
import Spreadsheets
import Store

/// The sheets of accounts and postings behind the statements.
extension ClosePack {
    // MARK: - Trial balance

    func addTrialBalance(to workbook: Workbook) throws -> ReportSheet {
        let currency = accounts.currency
        return try workbook.addReport(
            named: SheetTitle.trialBalance, title: "Trial balance, \(monthName)", subtitle: subtitle,
            columns: [.init(.text("Account")), .init(.text("Name"))]
                + trialBalance.columns.map { .init(.money($0.label, currency)) }, page: landscape)
    }

    /// - Parameter pages: where the postings of each account begin.
    func fill(_ sheet: ReportSheet, pages: [AccountCode: Link]) throws {
        for line in trialBalance.lines {
            let amounts = line.cells.map { $0.money.map { Cell.money($0) } ?? .empty }
            guard line.style == .detail, let code = line.accounts.first else {
                try sheet.append(.total, [.text(line.label), .text("")] + amounts)
                continue
            }
            try sheet.append(
                .line(level: 0), [.text(code.rawValue), .text(accounts[code]?.name ?? "")] + amounts,
                linkedTo: pages[code])
        }
    }

    // MARK: - Changes

    func addChanges(to workbook: Workbook) throws -> ReportSheet {
        let currency = accounts.currency
        return try workbook.addReport(
            named: SheetTitle.changes, title: "What changed most, \(monthName)",
            subtitle: "\(subtitle); income and expense of the month, other accounts at its end",
            columns: [
                .init(.text("Account")), .init(.text("Name")), .init(.money(monthName, currency)), .spacer,
                .init(.money("Last month", currency), group: "Beside last month"),
                .init(.money("Change", currency), group: "Beside last month"),
                .init(.rate("%", places: 1), group: "Beside last month"), .spacer,
                .init(.money("Last year", currency), group: "Beside last year"),
                .init(.money("Change", currency), group: "Beside last year"), .spacer,
                .init(.text("To be explained")),
            ], page: landscape)
    }

    func fill(_ sheet: ReportSheet, trialBalance places: [AccountCode: Int]) throws {
        for change in changes {
            try sheet.append(
                .line(level: 0),
                [
                    .text(change.account.code.rawValue), .text(change.account.name), .money(change.amount),
                    .money(change.lastMonth), .money(change.change),
                    change.percent.map {
                        .rate(Rate(ExactDecimal(coefficient: $0.coefficient, scale: $0.scale + 2)))
                    } ?? .empty,
                    .money(change.lastYear), .money(change.changeFromLastYear),
                    .text(change.isToBeExplained ? "yes" : ""),
                ],
                linkedTo: places[change.account.code].map {
                    .cell(sheet: SheetTitle.trialBalance, row: $0, column: 0)
                })
        }
        try sheet.appendNote(
            "To be explained: a change from last month of more than \(limits.reviewAmount.groupedText) and of more than "
                + "\(limits.reviewShare.percentText).")
    }

    // MARK: - General ledger

    /// - Returns: where the page of each account begins.
    func writeGeneralLedger(
        to workbook: Workbook, trialBalance places: [AccountCode: Int], in connection: Connection
    ) throws -> [AccountCode: Link] {
        let currency = accounts.currency
        let sheet = try workbook.addTable(
            named: SheetTitle.generalLedger,
            columns: [
                .text("Account"), .text("Name", width: 28), .date("Date"), .integer("Entry"), .text("Journal"),
                .text("Description", width: 44), .text("Party"), .text("Cost centre"), .text("Project"),
                .anyMoney("Foreign"), .money("Debit", currency), .money("Credit", currency),
                .money("Balance", currency, isTotalled: false).quiet,
            ], layout: TableLayout(frozenColumns: 2, page: landscape))
        var links: [AccountCode: Link] = [:]
        var pages = GeneralLedger.Pages(
            before: try AccountBalances.balances(before: span.days.lowerBound, currency, in: connection), currency)
        func write(_ event: GeneralLedger.Event) throws {
            switch event {
            case .opening(let account, let balance):
                try sheet.appendGroupRow { row in
                    if let place = places[account] {
                        row.link(.cell(sheet: SheetTitle.trialBalance, row: place, column: 0), account.rawValue)
                    } else {
                        row.text(account.rawValue)
                    }
                    row.text(accounts[account]?.name ?? "")
                    for _ in 0..<3 { row.empty() }
                    row.text("Balance before")
                    for _ in 0..<6 { row.empty() }
                    row.money(balance)
                }
                if let place = sheet.lastRow {
                    links[account] = .cell(sheet: place.sheet, row: place.row, column: 0)
                }
            case .posting(let line, let balance):
                let credit = line.base.isNegative ? try line.base.negated() : nil
                try sheet.append { row in
                    row.text(line.account.rawValue)
                    row.text(accounts[line.account]?.name ?? "")
                    row.date(line.date)
                    row.integer(line.entry)
                    row.text(line.journal)
                    row.text(line.description)
                    row.text(Self.shown(line.party))
                    row.text(line.dimensions.costCentre ?? "")
                    row.text(line.dimensions.project ?? "")
                    if line.amount.currency == currency { row.empty() } else { row.money(line.amount) }
                    if let credit {
                        row.empty()
                        row.money(credit)
                    } else {
                        row.money(line.base)
                        row.empty()
                    }
                    row.money(balance)
                }
            case .closing: break
            }
        }
        try GeneralLedger.forEach(span.days, in: connection) { line in
            for event in try pages.add(line) { try write(event) }
        }
        for event in pages.end() { try write(event) }
        try sheet.appendTotals(label: "Total")
        return links
    }

    /// Who is behind a posting; of employees only that it is one, for the pack goes to people who need not know their pay.
    private static func shown(_ party: Party?) -> String {
        guard let party else { return "" }
        return party.kind == .employee ? party.kind.rawValue : party.description
    }

    // MARK: - Journal

    func writeJournal(to workbook: Workbook, in connection: Connection) throws {
        let currency = accounts.currency
        let sheet = try workbook.addTable(
            named: SheetTitle.journal,
            columns: [
                .integer("Entry"), .date("Date"), .date("Document"), .text("Journal"), .text("Kind"),
                .text("Entry is", width: 40), .text("Account"), .text("Name", width: 28), .text("Party"),
                .money("Debit", currency), .money("Credit", currency), .text("Source"), .integer("Run"),
                .text("Recorded by"), .text("Key"),
            ], layout: TableLayout(frozenColumns: 1, page: landscape))
        try Journal.forEachRecord(span.days, in: connection) { record in
            let source = record.source.map { "\($0.type) \($0.id)" } ?? ""
            for posting in record.postings {
                let credit = posting.base.isNegative ? try posting.base.negated() : nil
                try sheet.append { row in
                    row.integer(record.number)
                    row.date(record.date)
                    row.date(record.documentDate)
                    row.text(record.journal)
                    row.text(record.kind)
                    row.text(posting.description.isEmpty ? record.description : posting.description)
                    row.text(posting.account.rawValue)
                    row.text(accounts[posting.account]?.name ?? "")
                    row.text(Self.shown(posting.party))
                    if let credit {
                        row.empty()
                        row.money(credit)
                    } else {
                        row.money(posting.base)
                        row.empty()
                    }
                    row.text(source)
                    if let run = record.run { row.integer(run) } else { row.empty() }
                    row.text(record.recordedBy)
                    row.text(record.key)
                }
            }
        }
        try sheet.appendTotals(label: "Total")
    }

    // MARK: - What is open

    func sheetName(of list: AgedList) -> String { "Open \(list.account.code)" }

    func write(_ list: AgedList, to workbook: Workbook) throws {
        let aging = list.aging
        let currency = aging.baseCurrency
        let sheet = try workbook.addTable(
            named: sheetName(of: list),
            columns: [.text("Party"), .text("Currency"), .anyMoney("Open in it")]
                + aging.buckets.labels.map { .money($0, currency) } + [.money("Open, in \(currency.code)", currency)],
            layout: TableLayout(
                frozenColumns: 1,
                page: PageSetup(
                    .landscape, header: "\(list.account.code) \(list.account.name), open on \(aging.date)",
                    footer: footer)))
        // What is owed by the company reads as what it owes.
        let isOwed = list.account.normalSide == .credit
        func shown(_ amount: Money) throws -> Money { isOwed ? try amount.negated() : amount }
        for row in aging.rows where row.account == list.account.code {
            try sheet.append { cells in
                cells.text(row.party.description)
                cells.text(row.currency.code)
                cells.money(try shown(row.total))
                for amount in row.base { cells.money(try shown(amount)) }
                cells.money(try shown(row.totalBase))
            }
        }
        try sheet.appendTotals(label: "Total")
    }
}
