import Amounts
import Configuration
import Diagnostics

extension BeancountParser {
    /// A number of a posting that is not its whole amount, and follows from the other postings.
    struct OpenNumber {
        enum Part {
            /// `EUR @ 1.10 USD`, `ACME {12.00 USD}`: how many units, each with this weight.
            case units(TextAmount, isCost: Bool)
            /// `10 EUR @ USD`: the price.
            case price
            /// `10 ACME {}`, where the account has no lot that it could be: the cost.
            case cost
        }

        var part: Part
        /// What the posting says of its amount; for `units` its commodity.
        var given: TextAmount
        /// What stands in its braces.
        var cost: BeancountCost?
        /// The price that is written beside an open cost.
        var price: TextPrice?
    }

    /// Gives open prices and costs the one commodity that the other postings are balanced in, where it is not named.
    func nameOpenCommodities() throws(TransactionBalancer.Imbalance) {
        guard !openNumbers.isEmpty || openCommodities.count > 1 else { return }
        for place in openNumbers.keys.sorted() where openCommodities[place] == nil {
            var found: Set<TextCommodityID> = []
            for index in transaction.postings.indices where !openPostings.contains(index) {
                if let weight = try? transaction.postings[index].weight { found.insert(weight.commodity) }
            }
            guard found.count == 1, let only = found.first else {
                throw TransactionBalancer.Imbalance(
                    message: "a price or cost is left out, and the other postings do not tell its commodity",
                    expected: "the commodity, e.g. @ USD, or the whole amount")
            }
            openCommodities[place] = only
        }
        guard Set(openCommodities.values).count == openCommodities.count else {
            throw TransactionBalancer.Imbalance(
                message: "two postings of the transaction leave out a number of the same commodity",
                expected: "at most one for each commodity")
        }
    }

    /// Makes units, prices and costs of the weights that were found for them.
    ///
    /// Source: beancount 3, `booking_full.interpolate_group`.
    func fillOpenNumbers() throws(TransactionBalancer.Imbalance) {
        for (place, open) in openNumbers.sorted(by: { $0.key < $1.key }) {
            do throws(ArithmeticError) {
                try fill(place, open)
            } catch {
                throw TransactionBalancer.Imbalance(
                    message: "the number that is left out cannot be computed from the other postings",
                    expected: "the number and its commodity")
            }
        }
    }

    private func fill(_ place: Int, _ open: OpenNumber) throws(ArithmeticError) {
        let weight = transaction.postings[place].amount
        let magnitude = weight.quantity.isNegative ? try weight.quantity.negated() : weight.quantity
        let total = TextAmount(magnitude, weight.commodity)
        switch open.part {
        case .units(let unit, let isCost):
            let exact = try weight.quantity.divided(
                by: unit.quantity, rounding: .halfEven, places: ExactDecimal.maximumScale
            ).normalized
            transaction.postings[place].amount = rounded(TextAmount(exact, open.given.commodity))
            if isCost {
                try hold(place, TextCost(.perUnit, unit), open)
            } else {
                transaction.postings[place].price = TextPrice(.perUnit, unit)
            }
            let rest = try transaction.postings[place].weight.quantity.subtracting(weight.quantity)
            if !rest.isZero { transaction.residuals.append(TextAmount(rest, weight.commodity)) }
        case .price, .cost:
            // A price or cost is positive: it cannot turn the sign of the amount.
            guard !open.given.quantity.isZero,
                weight.quantity.isZero || weight.quantity.isNegative == open.given.quantity.isNegative
            else {
                throw .divisionByZero
            }
            transaction.postings[place].amount = open.given
            transaction.postings[place].isInferred = false
            guard case .cost = open.part else {
                transaction.postings[place].price = TextPrice(.total, total, isInferred: true)
                return
            }
            try hold(place, TextCost(.total, total), open)
        }
    }

    /// The posting opens a lot at that cost.
    private func hold(_ place: Int, _ cost: TextCost, _ open: OpenNumber) throws(ArithmeticError) {
        let amount = transaction.postings[place].amount
        var cost = cost
        cost.date = open.cost?.date ?? transaction.date
        cost.label = open.cost?.label
        transaction.postings[place].cost = cost
        transaction.postings[place].price = open.price
        guard let unit = try open.cost?.unitCost(cost, of: amount.quantity) else { return }
        inventory.add(
            BeancountInventory.Lot(
                quantity: amount.quantity, unitCost: unit, date: cost.date ?? transaction.date, label: cost.label),
            transaction.postings[place].account, amount.commodity)
    }
}
