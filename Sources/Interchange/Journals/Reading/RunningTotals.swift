import Amounts
import Calendars

/// What each account holds so far, in the order of the lines, for balances that follow from it.
struct RunningTotals {
    private(set) var balances = TextBalances()
    /// Of that, what virtual postings brought.
    private var virtual = TextBalances()
    private var hasVirtual = false
    /// By account, the latest day that was posted to.
    private var lastDays: [Int32] = []
    /// By account, the latest day on which an amount was made from its balance.
    private var assignedDays: [Int32] = []

    mutating func add(_ posting: TextPosting, on date: CalendarDate) throws(ArithmeticError) {
        try balances.add(posting.amount, to: posting.account)
        if posting.kind != .real {
            try virtual.add(posting.amount, to: posting.account)
            hasVirtual = true
        }
        let index = Int(posting.account.index)
        while lastDays.count <= index { lastDays.append(.min) }
        if date.dayNumber > lastDays[index] { lastDays[index] = date.dayNumber }
    }

    /// What a balance that a posting of this kind states is compared with.
    ///
    /// Source: Ledger 3.3, `instance_t::parse_post`: a real posting's balance leaves virtual postings out. hledger counts
    /// all.
    func balance(
        for posting: TextPosting, in commodity: TextCommodityID, format: TextJournalFormat
    ) throws(ArithmeticError) -> ExactDecimal {
        let all = balances.balance(of: posting.account, in: commodity)
        guard hasVirtual, format == .ledger, posting.kind == .real else { return all }
        return try all.subtracting(virtual.balance(of: posting.account, in: commodity))
    }

    /// The latest day posted to so far.
    func lastDay(of account: TextAccountID) -> Int32 {
        let index = Int(account.index)
        return index < lastDays.count ? lastDays[index] : .min
    }

    mutating func markAssigned(_ account: TextAccountID, on date: CalendarDate) {
        let index = Int(account.index)
        while assignedDays.count <= index { assignedDays.append(.min) }
        assignedDays[index] = max(assignedDays[index], date.dayNumber)
    }

    /// Whether a posting on `date` comes too late: a balance of a later day was used already.
    func isTooLate(_ account: TextAccountID, on date: CalendarDate) -> Bool {
        guard !assignedDays.isEmpty else { return false }
        let index = Int(account.index)
        return index < assignedDays.count && date.dayNumber < assignedDays[index]
    }
}
