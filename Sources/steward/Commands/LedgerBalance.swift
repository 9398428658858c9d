import ArgumentParser
import Diagnostics
import Ledger
import Store

/// `steward ledger balance`: the trial balance.
struct LedgerBalance: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Show the trial balance: what is on each account, and what moved it.",
        discussion: """
            --explain shows what moved an account: how many postings of which journal, kind and source.

            EXAMPLES
              steward ledger balance --period 2026-04
              steward ledger balance --period 2026-04 --explain 2220
            """)

    @Option(help: ArgumentHelp("What moved an account.", valueName: "account"), completion: .accounts)
    var explain: String?

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let books = try context.books()
        let span = try days.span(in: books.cycle)
        let account = try explain.map { try books.chart.account(named: $0) }
        let store = try context.openStore()
        let movements = try store.read {
            try AccountBalances.movements(span.days, books.accounts.currency, in: $0)
        }
        if let account { return try print(account, span, movements, books, store, to: context.printer) }
        let statement = try TrialBalance.statement(
            of: StatementPeriod(label: span.label, movements: movements), books.accounts)
        StatementOutput(statement).print(to: context.printer)
    }

    private func print(
        _ account: StatementAccount, _ span: StatementSpan, _ movements: [AccountMovement], _ books: Books,
        _ store: Store, to printer: Printer
    ) throws {
        let currency = books.accounts.currency
        let activity = try store.read {
            try GeneralLedger.activity(of: account.code, span.days, currency, in: $0)
        }
        var details = Details()
        details.add("account", account.code.rawValue)
        details.add("name", account.name)
        details.add("type", account.type.rawValue)
        details.add("section", account.section.title)
        details.add("report line", account.reportLine)
        details.add("period", span.label)
        if let movement = movements.first(where: { $0.account == account.code }) {
            let closing = try movement.closing()
            details.add("opening", text: "\(movement.opening)", json: .string(movement.opening.plainText))
            details.add("closing", text: "\(closing)", json: .string(closing.plainText))
        }
        var table = Table(columns: [
            .init("Journal"), .init("Kind"), .init("Source", visibility: .whereFilled), .init("Postings", .right),
            .init("Debit", .right), .init("Credit", .right),
        ])
        table.rows = activity.map {
            [
                .text($0.journal), .text($0.kind), .text($0.source ?? ""), .integer(Int($0.postings)), .money($0.debit),
                .money($0.credit),
            ]
        }
        details.add(section: "What moved it", key: "activity", table)
        details.mainSection = "activity"
        printer.print(details)
        printer.say("\nNext: `steward ledger register \(account.code)\(days.option)` shows the postings.")
    }
}
