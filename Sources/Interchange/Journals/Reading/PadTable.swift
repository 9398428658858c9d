import Amounts
import Calendars

/// Beancount's `pad` directives: each fills up what an account lacks at its next stated balance.
struct PadTable {
    struct Pad {
        var account: TextAccountID
        var source: TextAccountID
        var date: CalendarDate
        var file: Int32
        var line: Int32
        /// Commodities of which a balance stands behind it; each once, whether something was missing there or not.
        var met: Set<TextCommodityID> = []
        var isUsed = false
    }

    private var pads: [Pad] = []
    /// The transactions that they come to, in the order of their balances.
    private(set) var transactions: [TextTransaction] = []

    mutating func add(_ pad: Pad) {
        pads.append(pad)
    }

    var unused: [Pad] { pads.filter { !$0.isUsed } }

    /// The day and the other account of the pad that fills up `missing`; nil where there is none, or nothing is missing.
    ///
    /// Checks come in the order of their days. A pad serves the first balance behind it in each commodity, also one that
    /// needs nothing.
    ///
    /// Source: beancount 3, `ops/pad.py`, `padded_lots`.
    mutating func fill(
        _ check: BalanceCheck, _ missing: ExactDecimal?
    ) -> (date: CalendarDate, source: TextAccountID)? {
        let commodity = check.amount.commodity
        let candidates = pads.indices.filter {
            pads[$0].account == check.account && pads[$0].date < check.date && !pads[$0].met.contains(commodity)
        }
        guard let index = candidates.max(by: { pads[$0].date < pads[$1].date }) else { return nil }
        for candidate in candidates { pads[candidate].met.insert(commodity) }
        guard let missing, let contrary = try? missing.negated() else { return nil }
        pads[index].isUsed = true
        let pad = pads[index]
        var transaction = TextTransaction(date: pad.date)
        transaction.status = .cleared
        transaction.narration = "Padding up to the balance on \(check.date)"
        transaction.file = pad.file
        transaction.line = pad.line
        for (account, quantity) in [(pad.account, missing), (pad.source, contrary)] {
            var posting = TextPosting(account, TextAmount(quantity, commodity))
            posting.isInferred = true
            posting.line = pad.line
            transaction.postings.append(posting)
        }
        transactions.append(transaction)
        return (pad.date, pad.source)
    }
}
