import Diagnostics
import Jobs
import Store

/// The control accounts as the store knows them: accounts whose balance is that of open items, and of whom.
///
/// The chart of accounts declares them (`control: customer`). Whoever posts with the chart at hand brings the store in
/// step with it, so that the journal can ask for a party whatever it is posted to from.
package struct ControlAccounts: Hashable, Sendable {
    package let kinds: [AccountCode: Party.Kind]

    private static let maximumProblems = 100

    package static func load(in connection: Connection) throws -> ControlAccounts {
        let rows = try connection.all("SELECT account, party_kind FROM control_account") { row in
            guard let kind = Party.Kind(rawValue: try row.text(1)) else {
                throw StoreError.corrupt(column: "control_account.party_kind", expected: "a kind of party")
            }
            return (AccountCode(try row.text(0)), kind)
        }
        return ControlAccounts(kinds: Dictionary(rows, uniquingKeysWith: { first, _ in first }))
    }

    /// Brings the store in step with the chart.
    ///
    /// - Throws: a `Failure` with every account that has open items and is no longer a control account of such parties.
    package static func keep(_ chart: ChartOfAccounts, in connection: Connection) throws {
        let known = try load(in: connection).kinds
        let wanted = chart.controlAccounts
        guard known != wanted else { return }
        var problems = ProblemList()
        let gone = known.filter { wanted[$0.key] != $0.value }.sorted { $0.key < $1.key }
        for (account, kind) in gone {
            let isUsed =
                try connection.first(
                    "SELECT 1 FROM open_item WHERE account = ? LIMIT 1", account.rawValue
                ) { try $0.int(0) } != nil
            if isUsed {
                problems.add(
                    "account \(account) has open items and is no longer a control account of the kind \(kind.rawValue)",
                    expected: "control: \(kind.rawValue) in \(ChartOfAccounts.file)")
            }
            try connection.execute("DELETE FROM control_account WHERE account = ?", account.rawValue)
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was posted")
        for (account, kind) in wanted.sorted(by: { $0.key < $1.key }) where known[account] != kind {
            try connection.execute(
                "INSERT INTO control_account (account, party_kind) VALUES (?, ?)", account.rawValue, kind.rawValue)
        }
    }

    /// - Throws: a `Failure` with every posting to a control account that cannot be an open item.
    func check(_ entries: [JournalEntry]) throws(Failure) {
        guard !kinds.isEmpty else { return }
        var problems = ProblemList(maximumCount: Self.maximumProblems)
        for entry in entries {
            for (index, posting) in entry.postings.enumerated() {
                guard let kind = kinds[posting.account] else { continue }
                let place = "\(entry.key), line \(index + 1)"
                if let party = posting.party {
                    if party.kind != kind {
                        problems.add(
                            "\(place): account \(posting.account) is posted to for \(party)",
                            expected: "the kind \(kind.rawValue)")
                    }
                } else {
                    problems.add(
                        "\(place): account \(posting.account) is a control account and no party is named",
                        expected: "the \(kind.rawValue) whose account it is")
                }
                if posting.amount.isZero, !entry.changesWorthOnly {
                    problems.add(
                        "\(place): account \(posting.account) is a control account and is posted to in base alone",
                        expected: "a settlement or a revaluation, or an amount in \(posting.amount.currency)")
                }
            }
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was posted")
    }

    /// Whether a posting is an open item: what settles items, or gives them another worth, is none.
    func isItem(_ posting: JournalEntry.Posting, of entry: JournalEntry) -> Bool {
        !posting.amount.isZero && kinds[posting.account] != nil && !entry.changesWorthOnly
    }
}

extension JournalEntry {
    /// Whether its postings to control accounts change what items are worth or what is open of them, and are no items.
    var changesWorthOnly: Bool { kind == .revaluation || source?.type == Settlement.sourceType }
}
