import Amounts
import Calendars

/// The lots that accounts hold at cost, so that a sale whose cost is left open finds what it sells.
///
/// Source: beancount 3, "How Inventories Work" and `booking_method.py`.
struct BeancountInventory {
    enum Method: String {
        case strict = "STRICT"
        case strictWithSize = "STRICT_WITH_SIZE"
        case none = "NONE"
        case fifo = "FIFO"
        case lifo = "LIFO"
        case hifo = "HIFO"

        static let names = "one of STRICT, STRICT_WITH_SIZE, NONE, FIFO, LIFO, HIFO"
    }

    struct Lot: Hashable {
        var quantity: ExactDecimal
        var unitCost: TextAmount
        var date: CalendarDate
        var label: String?
    }

    /// What a sale says of the lots that it sells.
    struct Selection {
        var unitCost: ExactDecimal?
        var commodity: TextCommodityID?
        var date: CalendarDate?
        var label: String?
    }

    enum Refusal: Error {
        case noLot
        case ambiguous(count: Int)
        case tooFew
        case outOfOrder
        case tooManyDigits
    }

    private struct Key: Hashable {
        var account: TextAccountID
        var commodity: TextCommodityID
    }

    private struct Holding {
        var lots: [Lot] = []
        var lastDay: CalendarDate = .earliest
    }

    var defaultMethod = Method.strict
    var methods: [TextAccountID: Method] = [:]
    private var holdings: [Key: Holding] = [:]

    /// Whether `quantity` takes from what the account holds.
    func isReduction(_ account: TextAccountID, _ amount: TextAmount) -> Bool {
        guard let holding = holdings[Key(account: account, commodity: amount.commodity)] else { return false }
        return holding.lots.contains { $0.quantity.isNegative != amount.quantity.isNegative && !$0.quantity.isZero }
    }

    mutating func add(_ lot: Lot, _ account: TextAccountID, _ commodity: TextCommodityID) {
        var holding = holdings[Key(account: account, commodity: commodity)] ?? Holding()
        holding.lastDay = max(holding.lastDay, lot.date)
        let same = holding.lots.firstIndex {
            $0.unitCost == lot.unitCost && $0.date == lot.date && $0.label == lot.label
        }
        if let same, let sum = try? holding.lots[same].quantity.adding(lot.quantity) {
            holding.lots[same].quantity = sum
            if sum.isZero { holding.lots.remove(at: same) }
        } else {
            holding.lots.append(lot)
        }
        holdings[Key(account: account, commodity: commodity)] = holding
    }

    /// Takes `amount` from the lots that fit, and tells which they were.
    mutating func reduce(
        _ account: TextAccountID, _ amount: TextAmount, _ selection: Selection, on date: CalendarDate
    ) throws(Refusal) -> [Lot] {
        let key = Key(account: account, commodity: amount.commodity)
        guard var holding = holdings[key] else { throw .noLot }
        guard holding.lastDay <= date else { throw .outOfOrder }
        holding.lastDay = date
        var fitting = holding.lots.indices.filter { index in
            let lot = holding.lots[index]
            return lot.quantity.isNegative != amount.quantity.isNegative
                && (selection.unitCost.map { $0 == lot.unitCost.quantity } ?? true)
                && (selection.commodity.map { $0 == lot.unitCost.commodity } ?? true)
                && (selection.date.map { $0 == lot.date } ?? true)
                && (selection.label.map { $0 == lot.label } ?? true)
        }
        guard !fitting.isEmpty else { throw .noLot }
        do throws(ArithmeticError) {
            try order(&fitting, holding.lots, amount, methods[account] ?? defaultMethod)
        } catch {
            throw .tooManyDigits
        }
        guard !fitting.isEmpty else { throw .ambiguous(count: holding.lots.count) }
        var left = amount.quantity
        var taken: [Lot] = []
        do throws(ArithmeticError) {
            for index in fitting where !left.isZero {
                let available = try holding.lots[index].quantity.negated()
                // Both have the sign of the sale; the smaller one is what this lot gives.
                let part = (left.isNegative ? max(left, available) : min(left, available))
                var lot = holding.lots[index]
                lot.quantity = part
                taken.append(lot)
                holding.lots[index].quantity = try holding.lots[index].quantity.adding(part)
                left = try left.subtracting(part)
            }
        } catch {
            throw .tooManyDigits
        }
        guard left.isZero else { throw .tooFew }
        holding.lots.removeAll { $0.quantity.isZero }
        holdings[key] = holding
        return taken
    }

    /// Puts the lots in the order of the method; leaves none where the method does not choose.
    private func order(
        _ fitting: inout [Int], _ lots: [Lot], _ amount: TextAmount, _ method: Method
    ) throws(ArithmeticError) {
        switch method {
        case .fifo: fitting.sort { (lots[$0].date, $0) < (lots[$1].date, $1) }
        case .lifo: fitting.sort { (lots[$0].date, $0) > (lots[$1].date, $1) }
        case .hifo: fitting.sort { lots[$0].unitCost.quantity > lots[$1].unitCost.quantity }
        case .strict, .strictWithSize, .none:
            guard fitting.count > 1 else { return }
            // Several lots are no doubt where all of them are sold.
            var sum = amount.quantity
            for index in fitting { sum = try sum.adding(lots[index].quantity) }
            if sum.isZero { return }
            if method == .strictWithSize {
                let wanted = try amount.quantity.negated()
                if let exact = fitting.first(where: { lots[$0].quantity == wanted }) {
                    fitting = [exact]
                    return
                }
            }
            fitting = []
        }
    }
}
