import Amounts
import Calendars
import TestSupport

@testable import Interchange

/// A journal made from a seed: several currencies and shares, exchanges, lots bought and sold, names in many scripts.
struct RandomJournal {
    let names = TextNames()
    private(set) var transactions: [TextTransaction] = []
    private var numbers: SplitMix64
    private var lots: [(account: TextAccountID, quantity: Int64, cost: TextCost, commodity: TextCommodityID)] = []

    private static let accountNames = [
        "assets:1200 Bank current account", "assets:cash", "assets:Müller & Söhne GmbH", "assets:bank:北京:储蓄",
        "liabilities:2100 Trade creditors", "liabilities:Visa (gold)", "equity:opening balances",
        "income:Sales 50% off",
        "income:Ventes d'été", "expenses:food", "expenses:food:Eating-out", "expenses:1 2 3",
        "expenses:Büro; Papier", "expenses:[x]", "assets:Зарплата",
    ]
    private static let currencies: [(name: String, places: UInt8)] = [
        ("EUR", 2), ("$", 2), ("JPY", 0), ("KWD", 3), ("BTC", 8), ("₹", 2), ("USD", 4),
    ]
    private static let shares = ["green apples", "ACME", "X1", "true", "a"]
    private static let texts = [
        "", "Shop", "Müller; Söhne | Co", "(12) odd", "* star", "quote \" and \\ backslash", "日本語のテキスト", "a  b", "= x",
        "[2026-01-01] date?", "key: value", "x:y:z", "#5 ^up",
    ]

    init(seed: UInt64, count: Int) throws {
        numbers = SplitMix64(state: seed)
        var day = Int32(20_000)
        for _ in 0..<count {
            day += Int32.random(in: 0...3, using: &numbers)
            var transaction = TextTransaction(date: CalendarDate(dayNumber: day))
            transaction.payee = text()
            transaction.narration = text()
            transaction.status = [.unmarked, .pending, .cleared].randomElement(using: &numbers) ?? .cleared
            if Int.random(in: 0..<5, using: &numbers) == 0 { transaction.code = text() }
            if Int.random(in: 0..<5, using: &numbers) == 0 { transaction.comment = text() }
            if Int.random(in: 0..<6, using: &numbers) == 0 { transaction.tags = ["trip"] }
            if Int.random(in: 0..<6, using: &numbers) == 0 { transaction.links = ["inv-1"] }
            if Int.random(in: 0..<6, using: &numbers) == 0 {
                transaction.metadata = [TextMetadata("Invoice no", text()), TextMetadata("ref", "A-7")]
            }
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0: exchange(&transaction)
            case 1: buy(&transaction)
            case 2 where !lots.isEmpty: try sell(&transaction)
            default: try plain(&transaction)
            }
            transactions.append(transaction)
        }
    }

    private mutating func text() -> String { Self.texts.randomElement(using: &numbers) ?? "" }

    private mutating func account() -> TextAccountID {
        names.account(Self.accountNames.randomElement(using: &numbers) ?? "assets:cash")
    }

    private mutating func amount(_ sign: Int64 = 1) -> TextAmount {
        let currency = Self.currencies.randomElement(using: &numbers) ?? ("EUR", 2)
        let coefficient = sign * Int64.random(in: 1...9_999_999, using: &numbers)
        return TextAmount(
            ExactDecimal(coefficient: Int128(coefficient), scale: currency.places), names.commodity(currency.name))
    }

    /// Two to six postings of one or two commodities.
    private mutating func plain(_ transaction: inout TextTransaction) throws {
        for _ in 0..<Int.random(in: 1...2, using: &numbers) {
            let first = amount(Bool.random(using: &numbers) ? 1 : -1)
            var rest = first.quantity
            for _ in 0..<Int.random(in: 0...2, using: &numbers) {
                let part = ExactDecimal(
                    coefficient: Int128(Int64.random(in: -99_999...99_999, using: &numbers)),
                    scale: first.quantity.scale)
                rest = try rest.subtracting(part)
                transaction.postings.append(TextPosting(account(), TextAmount(part, first.commodity)))
            }
            transaction.postings.append(TextPosting(account(), TextAmount(rest, first.commodity)))
            var last = TextPosting(account(), TextAmount(try first.quantity.negated(), first.commodity))
            last.comment = text()
            last.status = Bool.random(using: &numbers) ? .pending : .unmarked
            transaction.postings.append(last)
        }
    }

    /// One commodity for another, at a price in all.
    private mutating func exchange(_ transaction: inout TextTransaction) {
        let sold = amount()
        var bought = amount()
        while bought.commodity == sold.commodity { bought = amount() }
        var posting = TextPosting(account(), bought)
        posting.price = TextPrice(.total, sold)
        transaction.postings.append(posting)
        transaction.postings.append(
            TextPosting(
                account(),
                TextAmount(
                    ExactDecimal(coefficient: -sold.quantity.coefficient, scale: sold.quantity.scale), sold.commodity)))
    }

    private mutating func buy(_ transaction: inout TextTransaction) {
        let quantity = Int64.random(in: 1...500, using: &numbers)
        let unit = amount()
        let commodity = names.commodity(Self.shares.randomElement(using: &numbers) ?? "ACME")
        var cost = TextCost(.perUnit, unit, date: transaction.date)
        if Bool.random(using: &numbers) { cost.label = "lot \(lots.count)" }
        let account = account()
        var posting = TextPosting(account, TextAmount(ExactDecimal(quantity), commodity))
        posting.cost = cost
        transaction.postings.append(posting)
        transaction.postings.append(
            TextPosting(
                self.account(),
                TextAmount(
                    ExactDecimal(
                        coefficient: -unit.quantity.coefficient * Int128(quantity), scale: unit.quantity.scale),
                    unit.commodity)))
        lots.append((account, quantity, cost, commodity))
    }

    private mutating func sell(_ transaction: inout TextTransaction) throws {
        let lot = lots.remove(at: Int.random(in: 0..<lots.count, using: &numbers))
        var posting = TextPosting(lot.account, TextAmount(ExactDecimal(-lot.quantity), lot.commodity))
        posting.cost = lot.cost
        posting.price = TextPrice(.perUnit, TextAmount(ExactDecimal(7), lot.cost.amount.commodity))
        transaction.postings.append(posting)
        transaction.postings.append(
            TextPosting(
                account(),
                TextAmount(
                    try lot.cost.amount.quantity.multiplied(by: ExactDecimal(lot.quantity)), lot.cost.amount.commodity))
        )
    }

    var balances: TextBalances {
        get throws {
            var balances = TextBalances()
            for transaction in transactions { try balances.add(transaction) }
            return balances
        }
    }

    func writer(_ format: TextJournalFormat) -> TextJournalWriter {
        var declarations = TextDeclarations()
        for transaction in transactions { declarations.add(transaction) }
        return TextJournalWriter(format, names: names, declarations: declarations)
    }
}
