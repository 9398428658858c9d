import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger register`: the postings to an account.
struct LedgerRegister: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Show the postings to an account, with the balance after each.",
        discussion: """
            EXAMPLE
              steward ledger register 2220 --period 2026-04
            """)

    @Argument(help: "The account: 2220.")
    var account: String

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let chart = try ChartOfAccounts.load(for: context.company)
        guard let declared = chart[AccountCode(account)] else {
            throw Failure(
                .notFound,
                "There is no account \(account).\(Suggestion.question(for: account, among: chart.codes))",
                advice: "The accounts stand in \(ChartOfAccounts.file).")
        }
        let period = try days.read()
        let currency = context.company.settings.currency
        var table = Table(columns: [
            .init("Date"), .init("Entry", .right), .init("Key", visibility: .never), .init("Description"),
            .init("Party", visibility: .whereFilled), .init("Currency", visibility: .never),
            .init("Amount", .right, visibility: .never), .init("Debit", .right), .init("Credit", .right),
            .init("Balance", .right),
        ])
        var balance = Money.zero(currency)
        try context.openStore().read { connection in
            let before = try AccountBalances.movements(period.days, currency, in: connection)
                .first { $0.account == declared.code }
            balance = before?.opening ?? balance
            let opening = balance
            if !opening.isZero {
                table.rows.append([
                    .none, .none, .none, .text("opening balance"), .none, .none, .none, .none, .none, .money(opening),
                ])
            }
            try AccountRegister.forEach(of: declared.code, period.days, in: connection) { line in
                balance = try balance + line.base
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
    }
}
