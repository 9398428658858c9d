import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport

@testable import Ledger

/// Books of one's own with control accounts, on either database.
struct SubLedger {
    let store: Store
    let chart: ChartOfAccounts

    static let accounts = Settlement.Accounts(
        exchangeGain: AccountCode("7953"), exchangeLoss: AccountCode("7954"), residue: AccountCode("7960"),
        conversion: AccountCode("3900"))
    static let customer = Party(.customer, "C1")
    static let supplier = Party(.supplier, "S1")

    static let chartText = """
        accounts:
          - {account: "1100", name: Debtors, type: asset, control: customer}
          - {account: "1105", name: Debtors abroad, type: asset, control: customer}
          - {account: "1200", name: Bank, type: asset, cash_flow: cash}
          - {account: "2100", name: Creditors, type: liability, control: supplier}
          - {account: "3900", name: Conversion, type: equity}
          - {account: "4000", name: Sales, type: income}
          - {account: "7900", name: Losses, type: expense}
          - {account: "7953", name: Exchange gain, type: income}
          - {account: "7954", name: Exchange loss, type: expense}
          - {account: "7960", name: Rounding, type: expense}

        """

    static func with<T>(_ database: Database, _ body: (SubLedger) throws -> T) throws -> T {
        let chart = try chart(chartText)
        return try database.withStore(DemoCompany.migrations) { store in
            try store.write { try ControlAccounts.keep(chart, in: $0) }
            return try body(SubLedger(store: store, chart: chart))
        }
    }

    /// The chart that a text declares.
    static func chart(_ text: String) throws -> ChartOfAccounts {
        try withTemporaryDirectory { directory in
            try DemoCompany.copyConfiguration(
                to: directory, store: "sqlite:var/x.db", edit: ["config/accounts.yaml": { _ in text }])
            return try ChartOfAccounts.load(for: try Company.load(from: directory.path))
        }
    }

    private static let stamp = Stamp(run: nil, person: "ann", at: Instant(microseconds: 1_777_356_000_000_000))

    @discardableResult
    func write<T>(_ body: (UnitOfWork) throws -> T) throws -> T {
        try store.write { try body(UnitOfWork(connection: $0, stamp: Self.stamp, digest: nil)) }
    }

    @discardableResult
    func post(_ entries: [JournalEntry]) throws -> [Int64] { try write { try Journal.post(entries, in: $0) } }

    /// Posts an entry of two postings, the first of which is an item of a party.
    ///
    /// - Returns: the item.
    @discardableResult
    func owe(
        _ key: String, _ amount: Money, base: Money? = nil, account: String = "1100", party: Party = customer,
        against: String = "4000", date: String = "2026-04-01", due: String? = nil, reference: String? = nil
    ) throws -> OpenItem.ID {
        let entry = try JournalEntry(
            key: key, date: day(date), source: reference.map { .init(type: "invoice", id: $0) }, description: key,
            postings: [
                line(account, amount, base: base, party: party, due: due.map { day($0) }),
                line(against, try amount.negated(), base: try base?.negated()),
            ])
        return OpenItem.ID(entry: try post([entry])[0], line: 1)
    }

    @discardableResult
    func settle(
        _ key: String, _ matches: [Settlement.Match], deductions: [Settlement.Deduction] = [],
        date: String = "2026-04-20"
    ) throws -> SettlementRecords.Stored {
        try write { unit in
            try SettlementRecords.settle(
                [Settlement(key: key, date: day(date), matches: matches, deductions: deductions)], reason: "Paid",
                accounts: Self.accounts, .gbp, in: unit)[0]
        }
    }

    @discardableResult
    func unsettle(_ key: String, as newKey: String = "undo", date: String = "2026-04-25") throws
        -> SettlementRecords.Stored
    {
        try write {
            try SettlementRecords.reverse(key, as: newKey, on: day(date), reason: "Bounced", .gbp, in: $0)
        }
    }

    /// `1.1 C1 100.00 (100.00)`: what is open of each item at the end of a day.
    func open(_ date: String = "2026-12-31", _ selection: OpenItemRecords.Selection = .init()) throws -> [String] {
        try store.read { connection in
            try OpenItemRecords.balances(selection, on: day(date), .gbp, in: connection).map {
                "\($0.item.id) \($0.item.party.id) \($0.open) (\($0.base.plainText))"
            }
        }
    }

    /// Whether the control accounts agree with their items, and the journal with itself, on every day that matters.
    func isProven() throws -> Bool {
        try store.read { connection in
            var problems: [String] = []
            try Journal.check(in: connection, report: { problems.append($0) })
            let days = ["2026-03-31", "2026-04-01", "2026-04-20", "2026-04-25", "2026-12-31"]
            return try problems.isEmpty
                && days.allSatisfy { date in
                    try ControlBalances.rows(on: day(date), .gbp, in: connection).allSatisfy(\.agrees)
                }
        }
    }
}

func match(
    _ debit: OpenItem.ID, _ credit: OpenItem.ID, _ amount: Money, by creditAmount: Money? = nil
) -> Settlement.Match {
    Settlement.Match(debit: debit, credit: credit, amount: amount, creditAmount: creditAmount)
}
