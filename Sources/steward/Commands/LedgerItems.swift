import Amounts
import ArgumentParser
import Calendars
import Diagnostics
import Ledger

/// `steward ledger items`: what is owed to the company and by it.
struct LedgerItems: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "items", abstract: "Show the open items: what is owed to the company and by it.",
        discussion: """
            Every posting to a control account (control: in config/accounts.yaml) is an open item of its party until it \
            is settled. What the company is owed is positive, what it owes negative. With an item, what settled it.

            EXAMPLES
              steward ledger items --account 1100
              steward ledger items --party employee:E001 --at 2026-04-30
              steward ledger items 12.3
            """)

    @Argument(help: "One item: 12.3 is line 3 of entry 12.")
    var item: String?

    @Option(help: "Items of one party: customer:C-1042.")
    var party: String?

    @Option(help: "Items of one control account.", completion: .accounts)
    var account: String?

    @Option(help: "As they were at the end of a day; without it, today.")
    var at: String?

    @Flag(help: "Those that are settled, too.")
    var settled = false

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if item != nil, party != nil || account != nil || at != nil || settled {
            throw ValidationError("Give an item or options, not both.")
        }
    }

    func execute(in context: CommandContext) throws {
        if let item { return try show(try context.item(item), in: context) }
        let day = try context.day(at, option: "--at")
        let selection = try context.selection(account: account, party: party, isWithSettled: settled)
        let currency = context.company.settings.currency
        let balances = try context.openStore().read {
            try OpenItemRecords.balances(selection, on: day, currency, in: $0)
        }
        context.printer.print(OpenItemTable.table(of: balances, on: day), orSay: "Nothing was open on \(day).")
    }

    private func show(_ id: OpenItem.ID, in context: CommandContext) throws {
        let currency = context.company.settings.currency
        let (balance, parts) = try context.openStore().read { connection in
            (
                try OpenItemRecords.balances(of: [id], currency, in: connection).first,
                try SettlementRecords.parts(of: id, currency, in: connection)
            )
        }
        guard let balance else {
            throw Failure(
                .notFound, "There is no open item \(id).", advice: "`steward ledger items --settled` lists all.")
        }
        let item = balance.item
        var details = Details()
        details.add("item", "\(item.id)")
        details.add("account", item.account.rawValue)
        details.add("party", "\(item.party)")
        details.add("reference", item.reference)
        details.add("date", "\(item.date)")
        details.add("due", "\(item.due)")
        func add(_ label: String, _ money: Money) {
            details.add(label, text: "\(money.currency) \(money.groupedText)", json: .string("\(money)"))
        }
        add("amount", item.amount)
        add("open", balance.open)
        if item.amount.currency != currency {
            add("amount in base", item.base)
            add("open in base", balance.base)
        }
        var table = Table(columns: [
            .init("Date"), .init("Settlement"), .init("By", key: "kind"), .init("Item", key: "counterpart"),
            .init("Amount", .right),
        ])
        table.rows = parts.map {
            [
                .text("\($0.date)"), .text($0.settlement), .text($0.kind.rawValue.replacing("_", with: "-")),
                .text($0.counterpart.map { "\($0)" } ?? ""), .money($0.amount),
            ]
        }
        details.add(section: "SETTLED", key: "settled", table)
        context.printer.print(details)
    }
}

/// Open items as a list.
enum OpenItemTable {
    static func table(of balances: [OpenItemBalance], on day: CalendarDate) -> Table {
        var table = Table(columns: [
            .init("Item"), .init("Account"), .init("Party"), .init("Reference"), .init("Date"), .init("Due"),
            .init("Overdue", key: "days_overdue", .right, visibility: .whereFilled), .init("Currency"),
            .init("Amount", .right), .init("Open", .right),
            .init("In base", key: "open_base", .right, visibility: .never),
        ])
        table.rows = balances.map { balance in
            let item = balance.item
            let overdue = item.due.days(until: day)
            return [
                .text("\(item.id)"), .text(item.account.rawValue), .text("\(item.party)"), .text(item.reference),
                .text("\(item.date)"), .text("\(item.due)"),
                overdue > 0 && !balance.open.isZero ? .integer(overdue) : .none, .text(item.amount.currency.code),
                .money(item.amount), .money(balance.open), .money(balance.base),
            ]
        }
        let currencies = Set(balances.map(\.open.currency))
        if currencies.count == 1, let currency = currencies.first, balances.count > 1,
            let total = try? balances.map(\.open).sum(currency)
        {
            table.totals = Array(repeating: .none, count: table.columns.count)
            table.totals?[0] = .text("Total")
            table.totals?[9] = .money(total)
        }
        return table
    }
}
