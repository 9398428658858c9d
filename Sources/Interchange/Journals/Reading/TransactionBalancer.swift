import Amounts

/// Finds the amounts that a transaction leaves out, and whether it balances, as each of the programs does.
struct TransactionBalancer {
    /// Why a transaction does not balance.
    struct Imbalance: Error {
        var message: String
        var expected: String
    }

    /// How far from nothing a sum may be and still count as nothing.
    typealias Tolerance = (_ commodity: TextCommodityID, _ postings: [TextPosting], _ kind: TextPosting.Kind) ->
        ExactDecimal

    let format: TextJournalFormat
    let names: TextNames
    private var sums = AmountSums()

    init(format: TextJournalFormat, names: TextNames) {
        self.format = format
        self.names = names
    }

    /// Fills in what `transaction` leaves out.
    ///
    /// - Parameters:
    ///   - open: the places of the postings without an amount, in order.
    ///   - tolerance: the largest rest that counts as nothing.
    ///   - rounded: what an amount that was found becomes, e.g. rounded as Beancount does.
    mutating func balance(
        _ transaction: inout TextTransaction, open: [Int], tolerance: Tolerance,
        rounded: ((TextAmount) -> TextAmount)? = nil
    ) throws(Imbalance) {
        // From the last to the first: filling one in may put postings behind it.
        for place in open.reversed() where transaction.postings[place].kind == .unbalancedVirtual {
            transaction.postings[place].amount = TextAmount(.zero, .none)
        }
        let hasVirtual = transaction.postings.contains { $0.kind != .real }
        let virtualPlaces =
            hasVirtual ? transaction.postings.indices.filter { transaction.postings[$0].kind == .balancedVirtual } : []
        try balance(.real, &transaction, open, tolerance, rounded)
        guard hasVirtual else { return }
        // Filling in a real posting may have moved the others.
        let hasOpen = open.contains { virtualPlaces.contains($0) }
        let stillOpen =
            hasOpen
            ? transaction.postings.indices.filter {
                transaction.postings[$0].isInferred && transaction.postings[$0].kind == .balancedVirtual
                    && transaction.postings[$0].assertion == nil
            } : []
        try balance(.balancedVirtual, &transaction, stillOpen, tolerance, rounded)
    }

    private mutating func balance(
        _ kind: TextPosting.Kind, _ transaction: inout TextTransaction, _ open: [Int], _ tolerance: Tolerance,
        _ rounded: ((TextAmount) -> TextAmount)?
    ) throws(Imbalance) {
        var place: Int?
        for candidate in open where transaction.postings[candidate].kind == kind {
            guard place == nil else {
                throw Imbalance(
                    message: "two postings of the transaction have no amount",
                    expected: "at most one; two spaces or a tab end the name of an account")
            }
            place = candidate
        }
        sums.removeAll()
        do throws(ArithmeticError) {
            for index in transaction.postings.indices where transaction.postings[index].kind == kind && index != place {
                try sums.add(transaction.postings[index].weight)
            }
            if let place { try fill(place, of: &transaction, rounded) }
        } catch {
            throw Imbalance(
                message: "the transaction's amounts and prices have too many digits to be added up",
                expected: "at most 18 decimal places in each product of an amount and its price")
        }
        if sums.isZero { return }
        if place == nil, format != .beancount, try inferPrice(of: kind, in: &transaction) { return }
        var rest: [TextAmount] = []
        for amount in sums.nonzero {
            if magnitude(amount.quantity) > tolerance(amount.commodity, transaction.postings, kind) {
                rest.append(amount)
            }
        }
        guard rest.isEmpty else { throw unbalanced(rest) }
        transaction.residuals += sums.nonzero
    }

    /// Gives the posting what is missing, and each further commodity a posting of its own behind it.
    private mutating func fill(
        _ place: Int, of transaction: inout TextTransaction, _ rounded: ((TextAmount) -> TextAmount)?
    ) throws(ArithmeticError) {
        let missing = sums.nonzero
        guard let first = missing.first else {
            let commodity = sums.amounts.first?.commodity ?? .none
            transaction.postings[place].amount = TextAmount(.zero, commodity)
            return
        }
        var found: [TextAmount] = []
        for amount in missing {
            let exact = TextAmount(try amount.quantity.negated(), amount.commodity)
            let final = rounded?(exact) ?? exact
            try sums.add(final)
            found.append(final)
        }
        transaction.postings[place].amount = found.first ?? first
        for (offset, amount) in found.dropFirst().enumerated() {
            var posting = transaction.postings[place]
            posting.amount = amount
            posting.comment = ""
            posting.assertion = nil
            transaction.postings.insert(posting, at: place + 1 + offset)
        }
    }

    /// Where amounts of exactly two commodities and opposite signs stand without any price, one was exchanged for the
    /// other: the amounts of one get a price in the other. Whether that was so.
    ///
    /// Source: hledger(1), "Inferring transaction prices"; Ledger 3.3, `xact_base_t::finalize`.
    private func inferPrice(
        of kind: TextPosting.Kind, in transaction: inout TextTransaction
    ) throws(Imbalance) -> Bool {
        let rest = sums.nonzero
        guard rest.count == 2, rest[0].quantity.isNegative != rest[1].quantity.isNegative else { return false }
        let places = transaction.postings.indices.filter { transaction.postings[$0].kind == kind }
        guard places.allSatisfy({ transaction.postings[$0].cost == nil && transaction.postings[$0].price == nil })
        else {
            return false
        }
        // The side that is one posting gets one price in all, which is exact; else the first commodity is shared out.
        func holders(_ commodity: TextCommodityID) -> [Int] {
            places.filter { transaction.postings[$0].amount.commodity == commodity }
        }
        let isSecondSingle = holders(rest[1].commodity).count == 1 && holders(rest[0].commodity).count != 1
        let (priced, other) = isSecondSingle ? (rest[1], rest[0]) : (rest[0], rest[1])
        let postings = holders(priced.commodity)
        var left = magnitude(other.quantity)
        do throws(ArithmeticError) {
            let whole = magnitude(other.quantity)
            let sum = magnitude(priced.quantity)
            for (index, place) in postings.enumerated() {
                var share = left
                if index < postings.count - 1 {
                    let own = transaction.postings[place].amount.quantity
                    share = try own.multiplied(by: whole)
                        .divided(by: sum, rounding: .halfAwayFromZero, places: max(whole.scale, 2))
                    if priced.quantity.isNegative { share = try share.negated() }
                    left = try left.subtracting(share)
                }
                let own = transaction.postings[place].amount.quantity
                // A total price is written without the sign of the amount.
                let isOpposite = own.isNegative != priced.quantity.isNegative
                transaction.postings[place].price = TextPrice(
                    .total, TextAmount(isOpposite ? try share.negated() : share, other.commodity), isInferred: true)
            }
        } catch {
            throw Imbalance(
                message: "the price that follows from the transaction's two commodities has too many digits",
                expected: "an amount with its price, e.g. 10 EUR @ 1.10 USD")
        }
        return true
    }

    private func unbalanced(_ rest: [TextAmount]) -> Imbalance {
        let sum = rest.map { amount in
            let name = names.name(amount.commodity)
            return name.isEmpty ? "\(amount.quantity)" : "\(amount.quantity) \(name)"
        }.joined(separator: ", ")
        return Imbalance(
            message: "the transaction does not balance: its postings add up to \(sum)",
            expected: "0; or leave the amount of one posting out")
    }

    private func magnitude(_ quantity: ExactDecimal) -> ExactDecimal {
        guard quantity.isNegative else { return quantity }
        return (try? quantity.negated()) ?? quantity
    }
}
