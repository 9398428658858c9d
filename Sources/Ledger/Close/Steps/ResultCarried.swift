import Amounts
import Jobs
import Store

/// The year's income and expense carried to retained earnings, so that the next year begins from nothing.
struct ResultCarried: CloseStep {
    let name = "result-carried"
    let title = "Result carried to retained earnings"
    let stage = CloseStage.yearEnd
    let occasions: Set<CloseOccasion> = [.year]

    func perform(_ close: CloseContext, in work: RunWork) throws {
        let entry = try YearEndClosing.entry(
            key: close.key("result"), date: close.period.lastDay, closing: balances(close, in: work.connection),
            close.accounts, retainedEarnings: close.ledgerAccounts.retainedEarnings,
            conversion: close.ledgerAccounts.conversion, description: "Result of \(close.period.year)")
        guard let entry else { return }
        try Journal.post(entry, in: work)
    }

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        let posted = try Journal.find(key: close.key("result"), in: connection)
        for balance in try balances(close, in: connection)
        where close.accounts[balance.account]?.type.isOfBalanceSheet == false
            && (!balance.amount.isZero || !balance.base.isZero)
        {
            findings.add(close.itemName(of: balance.account), "\(balance.amount) is left on it; expected nothing")
        }
        let carried = try posted.map { posted in
            try posted.entry.postings.lazy.filter { $0.account == close.ledgerAccounts.retainedEarnings }
                .map(\.base).sum(close.currency)
        }
        findings.add(
            .init(
                "carried to \(close.ledgerAccounts.retainedEarnings)", try (carried ?? .zero(close.currency)).negated())
        )
        return findings
    }

    private func balances(_ close: CloseContext, in connection: Connection) throws -> [YearEndClosing.Balance] {
        let snapshot = try PeriodSnapshots.newest(before: close.period, in: connection)
        return try PeriodBalances.compute(close.period, after: snapshot, in: connection).map { balance in
            guard let currency = Currency(balance.key.currency) else {
                throw StoreError.corrupt(column: "posting.currency", expected: "e.g. GBP")
            }
            return YearEndClosing.Balance(
                account: AccountCode(balance.key.account),
                dimensions: Dimensions(
                    costCentre: balance.key.costCentre.isEmpty ? nil : balance.key.costCentre,
                    project: balance.key.project.isEmpty ? nil : balance.key.project),
                amount: Money(minorUnits: try balance.amount.closing(), currency),
                base: Money(minorUnits: try balance.base.closing(), close.currency))
        }
    }
}
