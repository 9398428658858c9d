import Amounts

/// What each account holds of each commodity: the trial balance of a journal that was read.
package struct TextBalances: Sendable {
    private struct Entry {
        var commodity: TextCommodityID
        /// The account's next entry, or −1.
        var next: Int32
        var quantity: ExactDecimal
    }

    private var heads: [Int32] = []
    private var entries: [Entry] = []

    package init() {}

    /// - Throws: `overflow` where the sum has more digits than are held.
    package mutating func add(_ amount: TextAmount, to account: TextAccountID) throws(ArithmeticError) {
        let index = Int(account.index)
        while heads.count <= index { heads.append(-1) }
        var entry = heads[index]
        while entry >= 0 {
            let place = Int(entry)
            if entries[place].commodity == amount.commodity {
                entries[place].quantity = try entries[place].quantity.adding(amount.quantity)
                return
            }
            entry = entries[place].next
        }
        entries.append(Entry(commodity: amount.commodity, next: heads[index], quantity: amount.quantity))
        heads[index] = Int32(entries.count - 1)
    }

    package mutating func add(_ transaction: TextTransaction) throws(ArithmeticError) {
        for posting in transaction.postings { try add(posting.amount, to: posting.account) }
    }

    /// What the account itself holds, without the accounts below it; zero where it was never posted to.
    package func balance(of account: TextAccountID, in commodity: TextCommodityID) -> ExactDecimal {
        for entry in entryNumbers(of: account) where entries[entry].commodity == commodity {
            return entries[entry].quantity
        }
        return .zero
    }

    /// Everything the account itself holds and has held, in the order of the commodities' numbers.
    package func amounts(of account: TextAccountID) -> [TextAmount] {
        entryNumbers(of: account).map { TextAmount(entries[$0].quantity, entries[$0].commodity) }
            .sorted { $0.commodity < $1.commodity }
    }

    /// Accounts that were posted to, in the order of their numbers.
    package var accounts: [TextAccountID] {
        heads.indices.filter { heads[$0] >= 0 }.map { TextAccountID(index: Int32($0)) }
    }

    private func entryNumbers(of account: TextAccountID) -> [Int] {
        guard heads.indices.contains(Int(account.index)) else { return [] }
        var numbers: [Int] = []
        var entry = heads[Int(account.index)]
        while entry >= 0 {
            numbers.append(Int(entry))
            entry = entries[Int(entry)].next
        }
        return numbers
    }
}
