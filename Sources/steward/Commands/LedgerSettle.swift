import Amounts
import ArgumentParser
import Calendars
import Configuration
import Diagnostics
import Ledger
import Store

/// `steward ledger settle`: settles open items against each other.
struct LedgerSettle: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Settle open items against each other: invoices and their payments.",
        discussion: """
            The items that are named settle each other, debits and credits in the order given, as far as they go; \
            ITEM=AMOUNT settles a part. --discount and --write-off give up the rest of an item to the account --to. With \
            --auto everything that is open is settled, party by party: oldest_first by due date, exact_first what has \
            the same reference or amount before that. Exchange differences go to the accounts of config/ledger.yaml.

            What is owed in one currency and was paid in another is settled by saying how much of each: 12.1=130.00 \
            15.1=100.00.

            --dry-run shows what would be settled and posted. The same command twice settles once.

            EXAMPLES
              steward ledger settle 12.1 15.1
              steward ledger settle 12.1=50.00 15.1
              steward ledger settle 12.1=130.00 16.1=100.00
              steward ledger settle 12.1 15.1 --discount 12.1=2.00 --to 7900
              steward ledger settle --auto exact_first --account 1100 --dry-run
            """)

    @Argument(help: "The items, 12.1; or a part of one, 12.1=50.00.")
    var items: [String] = []

    @Option(help: "A part of an item that is given up as a discount: 12.1=2.00.")
    var discount: [String] = []

    @Option(help: "A part of an item that is given up as lost: 12.1=0.05.")
    var writeOff: [String] = []

    @Option(help: "The account of discounts and of what is written off.", completion: .accounts)
    var to: String?

    @Option(
        help: ArgumentHelp("Settle everything: oldest_first or exact_first.", valueName: "policy"),
        completion: .list(AllocationPolicy.allCases.map(\.rawValue)))
    var auto: AllocationPolicy?

    @Option(help: "With --auto: one control account.", completion: .accounts)
    var account: String?

    @Option(help: "With --auto: one party, customer:C-1042.")
    var party: String?

    @Option(help: "The day of the settlement; without it, today.")
    var date: String?

    @Option(help: "What the settlement is called, once; without it, by its day and items.")
    var key: String?

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @Flag(help: "Show what would be settled and posted; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if (auto != nil) == !items.isEmpty || auto != nil && !(discount + writeOff).isEmpty {
            throw ValidationError("Name items, or give --auto.")
        }
        if auto == nil, account != nil || party != nil {
            throw ValidationError("--account and --party go with --auto.")
        }
        if auto != nil, key != nil { throw ValidationError("--key is for one settlement; --auto makes several.") }
        if (to == nil) == !(discount + writeOff).isEmpty {
            throw ValidationError("--discount and --write-off go with --to, the account that bears them.")
        }
    }

    func execute(in context: CommandContext) throws {
        let day = try context.day(date, option: "--date")
        let chart = try ChartOfAccounts.load(for: context.company)
        let accounts = try LedgerSettings.load(for: context.company).settlementAccounts()
        let currency = context.company.settings.currency
        let selection = try context.selection(account: account, party: party)
        let target = try to.map { try chart.account(named: $0).code }
        let stored = try context.post(isDryRun: dryRun) { unit in
            let wanted = try settlements(day, selection, target, currency, context, in: unit.connection)
            if let known = wanted.known { return [known] }
            return try SettlementRecords.settle(
                wanted.new, reason: reason?.text ?? "Settled", accounts: accounts, currency, in: unit)
        }
        try SettlementOutput(stored, isDryRun: dryRun).print(to: context.printer)
    }

    private func settlements(
        _ day: CalendarDate, _ selection: OpenItemRecords.Selection, _ target: AccountCode?, _ currency: Currency,
        _ context: CommandContext, in connection: Connection
    ) throws -> (new: [Settlement], known: SettlementRecords.Stored?) {
        if let auto {
            // What is open now, whatever day it is settled on: nothing is taken twice.
            let balances = try OpenItemRecords.balances(selection, on: .latest, currency, in: connection)
            return (try OpenItemBook(balances: balances, baseCurrency: currency).settlements(auto, on: day), nil)
        }
        let named = try items.map { try part($0, context) }
        let discounts = try discount.map { try part($0, context) }
        let losses = try writeOff.map { try part($0, context) }
        let ids = (named + discounts + losses).map(\.item)
        let balances = try OpenItemRecords.balances(of: ids, currency, in: connection)
        let currencies = Dictionary(uniqueKeysWithValues: balances.map { ($0.item.id, $0.item.amount.currency) })
        func amount(_ item: (item: OpenItem.ID, amount: String?)) throws -> Money? {
            guard let text = item.amount else { return nil }
            return try context.read(
                text, .positiveMoney(currencies[item.item] ?? currency), "the amount of \(item.item)")
        }
        func deductions(
            _ items: [(item: OpenItem.ID, amount: String?)], _ kind: Settlement.Deduction.Kind
        ) throws -> [Settlement.Deduction] {
            try items.map { item in
                guard let amount = try amount(item), let target else {
                    throw Failure(
                        .usage, "\(item.item) is to be given up without an amount.", advice: "Write 12.1=2.00.")
                }
                return Settlement.Deduction(item: item.item, kind, amount: amount, to: target)
            }
        }
        let wanted = try named.map { OpenItemBook.NamedItem($0.item, amount: try amount($0)) }
        let deducted = try deductions(discounts, .discount) + deductions(losses, .writeOff)
        let (key, known) = try freeKey(
            key ?? OpenItemBook.key(of: wanted, deducted, on: day), currency, in: connection)
        if let known, Set(known.outcome.parts.map(\.item)) == Set(ids) { return ([], known) }
        let book = try OpenItemBook(balances: balances, baseCurrency: currency)
        return ([try book.settlement(of: wanted, deductions: deducted, key: key, on: day)], nil)
    }

    private static let maximumRepeats = 100

    /// The key, or with a number behind it where settlements of that key were undone; and the settlement that has it.
    private func freeKey(
        _ wanted: String, _ currency: Currency, in connection: Connection
    ) throws -> (key: String, known: SettlementRecords.Stored?) {
        guard key == nil else { return (wanted, try SettlementRecords.find(wanted, currency, in: connection)) }
        let keys = [wanted] + (2...Self.maximumRepeats).map { "\(wanted)/\($0)" }
        let known = try SettlementRecords.find(keys: keys, currency, in: connection)
        let free = keys.first { known[$0]?.undoneBy == nil } ?? wanted
        return (free, known[free])
    }

    /// `12.1` or `12.1=50.00`.
    private func part(_ text: String, _ context: CommandContext) throws -> (item: OpenItem.ID, amount: String?) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (try context.item(String(parts[0])), parts.count > 1 ? String(parts[1]) : nil)
    }
}

extension AllocationPolicy: ExpressibleByArgument {}
