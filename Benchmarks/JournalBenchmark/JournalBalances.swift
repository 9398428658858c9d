import Diagnostics
import Interchange

/// Reads a journal and prints the balance of every account.
enum JournalBalances {
    static func print(format: String, path: String) throws {
        guard let format = TextJournalFormat(rawValue: format) else {
            throw Failure(.usage, "\(format) is none of hledger, ledger, beancount.")
        }
        var problems = ProblemList()
        var balances = TextBalances()
        let summary = try TextJournalReader(format).read(contentsOf: path, shownAs: path, problems: &problems) {
            transaction, _ in try balances.add(transaction)
        }
        try problems.throwIfAny(consequence: "nothing was added up")
        var text = ""
        for account in balances.accounts {
            for amount in balances.amounts(of: account) where !amount.quantity.isZero {
                text += "\(amount.quantity) \(summary.names.name(amount.commodity))  \(summary.names.name(account))\n"
            }
        }
        Swift.print(text)
    }
}
