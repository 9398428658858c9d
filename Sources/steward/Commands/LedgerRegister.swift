import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger register`: the postings to an account.
struct LedgerRegister: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Show the postings to an account, with the balance after each.",
        discussion: """
            `steward ledger entry` shows the entry of a row.

            EXAMPLE
              steward ledger register 2220 --period 2026-04
            """)

    @Argument(help: "The account: 2220.", completion: .accounts)
    var account: String

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let books = try context.books()
        let declared = try books.chart.account(named: account)
        let span = try days.span(in: books.cycle)
        let currency = context.company.settings.currency
        var table = Table(columns: [
            .init("Date"), .init("Entry", .right), .init("Key", visibility: .never), .init("Description"),
            .init("Party", visibility: .whereFilled), .init("Currency", visibility: .never),
            .init("Amount", .right, visibility: .never), .init("Debit", .right), .init("Credit", .right),
            .init("Balance", .right),
        ])
        var balance = Money.zero(currency)
        var lastEntry: Int64?
        try context.openStore().read { connection in
            let before = try AccountBalances.balances(before: span.days.lowerBound, currency, in: connection)
            balance = before[declared.code] ?? balance
            let opening = balance
            if !opening.isZero {
                table.rows.append([
                    .none, .none, .none, .text("opening balance"), .none, .none, .none, .none, .none, .money(opening),
                ])
            }
            try AccountRegister.forEach(of: declared.code, span.days, in: connection) { line in
                balance = try balance + line.base
                lastEntry = line.entry
                let credit = try line.base.negated()
                table.rows.append([
                    .text("\(line.date)"), .integer(Int(line.entry)), .text(line.key), .text(line.description),
                    .text(line.party ?? ""), .text(line.amount.currency.code), .money(line.amount),
                    line.base.isNegative ? .none : .money(line.base), line.base.isNegative ? .money(credit) : .none,
                    .money(balance),
                ])
            }
        }
        context.printer.say("\(declared.code) \(declared.name), \(declared.type.rawValue), in \(currency)\n\n")
        context.printer.print(table, orSay: "Nothing was posted to it.")
        if let entry = lastEntry {
            context.printer.say("\nNext: `steward ledger entry \(entry)` shows an entry with all its postings.")
        }
    }
}
