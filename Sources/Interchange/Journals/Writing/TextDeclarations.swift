import Amounts
import Calendars

/// What stands before the transactions of a journal that is written: accounts, commodities and prices.
///
/// For a journal that is converted it is collected in a first reading, in which only the names and days are kept:
///
/// ```swift
/// var declarations = TextDeclarations()
/// try reader.read(…, onDirective: { directive, _ in declarations.add(directive) }) { transaction, _ in
///     declarations.add(transaction)
/// }
/// ```
package struct TextDeclarations: Sendable {
    /// By account, the day on which it opens, or is first posted to.
    package private(set) var accounts: [TextAccountID: CalendarDate] = [:]
    /// By commodity, the most decimal places of an amount.
    package private(set) var commodities: [TextCommodityID: UInt8] = [:]
    package private(set) var prices: [Price] = []
    /// Tags and names of metadata: a strict Ledger wants them declared, too.
    package private(set) var tags: Set<String> = []
    /// Accounts of money at hand: of which a cash flow statement is.
    package private(set) var cashAccounts: Set<TextAccountID> = []

    package struct Price: Hashable, Sendable {
        package var date: CalendarDate
        package var commodity: TextCommodityID
        package var amount: TextAmount
    }

    package init() {}

    package mutating func add(_ account: TextAccountID, opened date: CalendarDate) {
        accounts[account] = min(accounts[account] ?? date, date)
    }

    package mutating func addCash(_ account: TextAccountID) {
        cashAccounts.insert(account)
    }

    package mutating func add(_ commodity: TextCommodityID, decimalPlaces: UInt8) {
        commodities[commodity] = max(commodities[commodity] ?? 0, decimalPlaces)
    }

    package mutating func add(_ price: Price) {
        prices.append(price)
        add(price.commodity, decimalPlaces: 0)
        add(price.amount.commodity, decimalPlaces: 0)
    }

    package mutating func add(_ transaction: TextTransaction) {
        addTags(transaction.comment, transaction.tags, transaction.metadata)
        if !transaction.links.isEmpty { tags.insert("link") }
        for posting in transaction.postings {
            let date = min(posting.date ?? transaction.date, transaction.date)
            // Most accounts are known: a look is cheaper than a change.
            if accounts[posting.account].map({ date < $0 }) ?? true { accounts[posting.account] = date }
            addTags(posting.comment, posting.tags, posting.metadata)
            let amount = posting.amount
            if commodities[amount.commodity].map({ amount.quantity.scale > $0 }) ?? true {
                commodities[amount.commodity] = amount.quantity.scale
            }
            if let price = posting.price { add(price.amount.commodity, decimalPlaces: 0) }
            if let cost = posting.cost { add(cost.amount.commodity, decimalPlaces: 0) }
            if let assertion = posting.assertion {
                add(assertion.amount.commodity, decimalPlaces: assertion.amount.quantity.scale)
            }
        }
    }

    private mutating func addTags(_ comment: String, _ own: [String], _ metadata: [TextMetadata]) {
        for tag in own { tags.insert(tag) }
        for pair in metadata { tags.insert(pair.key) }
        guard !comment.isEmpty else { return }
        // Ledger sees tags in comments where another program sees none.
        for line in comment.split(whereSeparator: \.isNewline) {
            var found: [String] = []
            var pairs: [TextMetadata] = []
            CommentReading.read(String(line), format: .ledger, tags: &found, metadata: &pairs)
            tags.formUnion(found)
            tags.formUnion(pairs.map(\.key))
        }
    }

    package mutating func add(_ directive: TextDirective) {
        switch directive.kind {
        case .account(let account, _, let opened, _):
            if let opened { add(account, opened: opened) }
        case .commodity(let commodity, let places): add(commodity, decimalPlaces: places ?? 0)
        case .price(let date, let commodity, let amount):
            add(Price(date: date, commodity: commodity, amount: amount))
        case .closeAccount: break
        }
    }

    /// The first day of all; the first of 1970 where there is none.
    var firstDate: CalendarDate {
        (Array(accounts.values) + prices.map(\.date)).min() ?? CalendarDate(dayNumber: 0)
    }
}
