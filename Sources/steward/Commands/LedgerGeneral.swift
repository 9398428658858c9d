import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger general`: every account with its postings.
struct LedgerGeneral: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "general", abstract: "Show the general ledger: every account with its postings of a period.",
        discussion: """
            Rows are printed as they are read: a ledger of any length takes no memory.

            EXAMPLES
              steward ledger general --period 2026-04
              steward ledger general --period 2026 --csv > general-ledger-2026.csv
            """)

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    private static let columns: [RowStream.Column] = [
        .init("Account", width: nil), .init("Name", key: "account_name", width: nil), .init("Date", width: 10),
        .init("Entry", .right, width: 7), .init("Journal", width: 7), .init("Kind", width: nil),
        .init("Key", width: nil), .init("Description", width: 36), .init("Party", width: nil),
        .init("Cost centre", width: nil), .init("Project", width: nil), .init("Currency", width: nil),
        .init("Amount", .right, width: nil), .init("Debit", .right, width: 15), .init("Credit", .right, width: 15),
        .init("Balance", .right, width: 16), .init("Run", .right, width: nil),
    ]

    func execute(in context: CommandContext) throws {
        let books = try context.books()
        let span = try days.span(in: books.cycle)
        let currency = books.accounts.currency
        var rows = RowStream(Self.columns, to: context.printer)
        rows.say("General ledger, \(span.label), in \(currency)\n")
        rows.header()
        try context.openStore().read { connection in
            var pages = GeneralLedger.Pages(
                before: try AccountBalances.balances(before: span.days.lowerBound, currency, in: connection), currency)
            try GeneralLedger.forEach(span.days, in: connection) { line in
                for event in try pages.add(line) { try Self.write(event, books, to: &rows) }
            }
            for event in pages.end() { try Self.write(event, books, to: &rows) }
        }
        if rows.rowCount == 0 { rows.say("\nNothing was posted.") }
        rows.end()
    }

    private static func write(_ event: GeneralLedger.Event, _ books: Books, to rows: inout RowStream) throws {
        switch event {
        case .opening(let account, let balance):
            rows.say("\n\(account) \(books.chart[account]?.name ?? "")")
            rows.row(
                [.text(account.rawValue), .text(books.chart[account]?.name ?? "")]
                    + Array(repeating: .none, count: 5) + [.text("Balance before")]
                    + Array(repeating: .none, count: 7) + [.money(balance), .none])
        case .posting(let line, let balance):
            let credit = line.base.isNegative
            rows.row([
                .text(line.account.rawValue), .text(books.chart[line.account]?.name ?? ""), .text("\(line.date)"),
                .integer(Int(line.entry)), .text(line.journal), .text(line.kind), .text(line.key),
                .text(line.description), .text(line.party?.description ?? ""), .text(line.dimensions.costCentre ?? ""),
                .text(line.dimensions.project ?? ""), .text(line.amount.currency.code), .money(line.amount),
                credit ? .none : .money(line.base), credit ? .money(try line.base.negated()) : .none, .money(balance),
                line.run.map { .integer(Int($0)) } ?? .none,
            ])
        case .closing(_, let debit, let credit, let balance):
            rows.line(
                Array(repeating: .none, count: 7) + [.text("Total")] + Array(repeating: .none, count: 5)
                    + [.money(debit), .money(credit), .money(balance)])
        }
    }
}
