import Amounts
import Calendars
import Store

extension GeneralLedger {
    /// What stands on the pages of a general ledger, one after the other.
    package enum Event: Hashable, Sendable {
        /// An account begins, with its balance before the stretch.
        case opening(AccountCode, Money)
        /// A posting, and the balance after it.
        case posting(Line, balance: Money)
        /// The account ends.
        case closing(AccountCode, debit: Money, credit: Money, balance: Money)
    }

    /// Makes pages of postings that come in the order of their accounts: each account has its balance before, its
    /// postings with the balance after each, and its totals; one that only has a balance has a page, too.
    package struct Pages {
        private var waiting: ArraySlice<(account: AccountCode, balance: Money)>
        private let zero: Money
        private var page: Page?

        private struct Page {
            let account: AccountCode
            var debit: Money
            var credit: Money
            var balance: Money
        }

        /// - Parameter before: balances before the stretch.
        package init(before: [AccountCode: Money], _ currency: Currency) {
            waiting = before.filter { !$0.value.isZero }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }[...]
            zero = .zero(currency)
        }

        /// - Returns: what comes before the posting, and the posting.
        package mutating func add(_ line: Line) throws(ArithmeticError) -> [Event] {
            var events: [Event] = []
            if page?.account != line.account {
                finishPage(&events)
                passOver(&events) { $0 < line.account }
                var balance = zero
                if let first = waiting.first, first.account == line.account {
                    balance = first.balance
                    waiting.removeFirst()
                }
                page = Page(account: line.account, debit: zero, credit: zero, balance: balance)
                events.append(.opening(line.account, balance))
            }
            guard var page else { return events }
            if line.base.isNegative {
                page.credit = try page.credit - line.base
            } else {
                page.debit = try page.debit + line.base
            }
            page.balance = try page.balance + line.base
            events.append(.posting(line, balance: page.balance))
            self.page = page
            return events
        }

        /// - Returns: the end of the last page, and the pages of accounts that only have a balance.
        package mutating func end() -> [Event] {
            var events: [Event] = []
            finishPage(&events)
            passOver(&events) { _ in true }
            return events
        }

        private mutating func finishPage(_ events: inout [Event]) {
            guard let page else { return }
            events.append(.closing(page.account, debit: page.debit, credit: page.credit, balance: page.balance))
            self.page = nil
        }

        private mutating func passOver(_ events: inout [Event], while isBefore: (AccountCode) -> Bool) {
            while let (account, balance) = waiting.first, isBefore(account) {
                waiting.removeFirst()
                events.append(.opening(account, balance))
                events.append(.closing(account, debit: zero, credit: zero, balance: balance))
            }
        }
    }
}

extension AccountBalances {
    /// What was on each account before a day, those with nothing on them left out.
    package static func balances(
        before day: CalendarDate, _ currency: Currency, in connection: Connection
    ) throws -> [AccountCode: Money] {
        guard day > .earliest else { return [:] }
        let last = day.adding(days: -1)
        var balances: [AccountCode: Money] = [:]
        for movement in try movements(last...last, currency, in: connection) {
            let closing = try movement.closing()
            if !closing.isZero { balances[movement.account] = closing }
        }
        return balances
    }
}
