import Amounts
import Calendars
import Concurrency
import Diagnostics
import Interchange
import Jobs
import Store

/// Reads a journal of another program, or a CSV file of postings, and posts it: all of it, or nothing.
///
/// ```swift
/// let journal = JournalImport(settings, chart: chart, rates: rates)
/// let result = try store.write { connection in
///     try journal.run(contentsOf: path, shownAs: "2026.journal", in: UnitOfWork(connection: connection, …))
/// }
/// ```
/// Entries are posted in batches while the file is read on, in the one transaction of the caller: memory does not grow with
/// a text journal but for 8 bytes a transaction. After the first mistake nothing more is posted, and the rest is read for
/// its mistakes.
///
/// An entry is known by its key. A journal that names its entries (`steward-entry`, the column `entry`) has theirs, and an
/// entry that was posted with other contents is a mistake; others have keys of their contents (`ContentKeys`). What was
/// posted before is left as it stands.
package struct JournalImport {
    package enum Format: Sendable {
        case csv
        case text(TextJournalFormat)
    }

    package struct Settings: Sendable {
        package var format: Format
        /// The company's own currency.
        package var base: Currency
        /// The book that entries without one of their own go into.
        package var journal = JournalCode.general
        package var kind = JournalEntry.Kind.normal
        /// What keys begin with; tells apart files that use the same names for different entries.
        package var source: String?
        package var map = AccountMap()
        package var createsAccounts = false
        /// What accounts are of which nothing says it.
        package var unknownType: AccountType?
        /// Currencies by the signs that the journal uses for them.
        package var symbols: [String: Currency] = [:]
        /// Commodities whose amounts are left out where they have no price: hours, miles, what is counted and no money.
        package var leftOut: Set<String> = []
        /// What postings that nothing balances are balanced with; they are refused where it is nil.
        package var counterAccount: AccountCode?
        package var roundingAccount: AccountCode?
        package var conversionAccount: AccountCode?

        package init(_ format: Format, base: Currency) {
            self.format = format
            self.base = base
        }

        /// Whether the journal's sign stands for money.
        package func isMoney(_ symbol: String) -> Bool {
            CommoditySymbols(base: base, named: symbols).currency(symbol) != nil
        }
    }

    package struct Result: Sendable {
        /// Posted now.
        package var entries = 0
        package var postings = 0
        /// Posted before.
        package var knownEntries = 0
        package var newAccounts: [NewAccount] = []
        /// What was not read and changes no balance.
        package var notices: [Problem] = []
    }

    package static let maximumProblems = 500

    private let settings: Settings
    private let chart: ChartOfAccounts
    private let rates: ExchangeRateTable

    /// - Parameter rates: those of the store, for currencies of which the journal does not say what they are worth.
    package init(_ settings: Settings, chart: ChartOfAccounts, rates: ExchangeRateTable) {
        self.settings = settings
        self.chart = chart
        self.rates = rates
    }

    /// - Parameter progress: called now and then with the entries that were read.
    /// - Throws: a failure with everything that is wrong.
    package func run(
        contentsOf path: String, shownAs name: String, in unit: UnitOfWork,
        progress: @escaping (Int) throws -> Void = { _ in }
    ) throws -> Result {
        switch settings.format {
        case .csv: try runCSV(path, name, unit, progress)
        case .text(let format): try runText(path, name, format, unit, progress)
        }
    }

    // MARK: - Text

    private func runText(
        _ path: String, _ name: String, _ format: TextJournalFormat, _ unit: UnitOfWork,
        _ progress: @escaping (Int) throws -> Void
    ) throws -> Result {
        let entries = TextEntries(settings, chart: chart, stored: rates)
        do {
            return try unit.connection.savepoint { _ in
                try readText(path, name, format, entries, unit, progress)
            }
        } catch is TextEntries.NeedsDeclarations {
            var declared = entries
            var ignored = ProblemList()
            var options = TextJournalOptions()
            options.passesOverTransactions = true
            let summary = try TextJournalReader(format, options: options).read(
                contentsOf: path, shownAs: name, problems: &ignored,
                onDirective: { declared.add($0, $1) }, onTransaction: { _, _ in })
            return try readText(
                path, name, format, declared.again(declaring: summary.names), unit, progress)
        }
    }

    /// What was found in a text journal beside its entries.
    private struct Reading: Sendable {
        var problems: ProblemList
        var newAccounts: [NewAccount]
        var notices: [Problem]
    }

    /// The journal is read on another thread while this one posts what was read.
    private func readText(
        _ path: String, _ name: String, _ format: TextJournalFormat, _ beginning: TextEntries, _ unit: UnitOfWork,
        _ progress: @escaping (Int) throws -> Void
    ) throws -> Result {
        var posting = ImportedPosting(unit, progress: progress)
        let reading = try consuming(from: { handOver in
            try Self.read(path, name, format, beginning) { batch in try handOver { batch } }
        }) { try posting.post($0) }
        var problems = reading.problems
        problems.add(contentsOf: posting.problems)
        try problems.throwIfAny(consequence: "nothing was imported")
        var result = posting.result
        result.newAccounts = reading.newAccounts
        result.notices = reading.notices
        return result
    }

    private static func read(
        _ path: String, _ name: String, _ format: TextJournalFormat, _ beginning: TextEntries,
        handingOver handOver: @escaping (ImportedBatch) throws -> Void
    ) throws -> Reading {
        var entries = beginning
        var batch = ImportedBatch()
        var options = TextJournalOptions()
        options.maximumProblems = maximumProblems
        var problems = ProblemList(maximumCount: maximumProblems)
        let summary = try TextJournalReader(format, options: options).read(
            contentsOf: path, shownAs: name, problems: &problems,
            onDirective: { entries.add($0, $1) },
            onTransaction: { transaction, names in
                guard entries.problems.count < maximumProblems,
                    let entry = try entries.entry(transaction, names)
                else { return }
                let isOwnKey = !transaction.metadata.isEmpty && transaction.metadata[EntryTags.entry] != nil
                batch.add(entry, isNamed: isOwnKey, at: names.location(of: transaction))
                guard batch.isFull else { return }
                batch.isRefused = !entries.problems.isEmpty
                try handOver(batch.taken())
            })
        entries.finish(summary.names)
        problems.add(contentsOf: entries.problems)
        batch.isRefused = !problems.isEmpty
        try handOver(batch)
        return Reading(
            problems: problems, newAccounts: entries.newAccounts(summary.names),
            notices: summary.notices.problems + entries.leftOut(summary.names))
    }

    // MARK: - CSV

    private func runCSV(
        _ path: String, _ name: String, _ unit: UnitOfWork, _ progress: @escaping (Int) throws -> Void
    ) throws -> Result {
        var problems = ProblemList(maximumCount: Self.maximumProblems)
        let rows = try PostingsCSV(baseCurrency: settings.base).read(
            contentsOf: path, shownAs: name, problems: &problems)
        var entries = CSVEntries(settings, chart: chart, rates: rates)
        var posting = ImportedPosting(unit, progress: progress)
        var batch = ImportedBatch()
        for row in rows {
            guard let entry = entries.entry(row, &problems) else { continue }
            batch.add(entry, isNamed: true, at: row.postings.first?.location)
            guard batch.isFull else { continue }
            batch.isRefused = !problems.isEmpty
            try posting.post(batch.taken())
        }
        batch.isRefused = !problems.isEmpty
        try posting.post(batch)
        problems.add(contentsOf: posting.problems)
        try problems.throwIfAny(consequence: "nothing was imported")
        var result = posting.result
        result.newAccounts = entries.accounts.created
        return result
    }
}
