import Calendars
import Diagnostics
import Store

/// Entries that were read, as many as are posted at once.
struct ImportedBatch: Sendable {
    struct Item: Sendable {
        var entry: JournalEntry
        /// Whether the journal itself says what the entry is called, so that another one of that name is a mistake.
        var isNamed: Bool
        var location: SourceLocation?
    }

    private(set) var items: [Item] = []
    private var postingCount = 0
    /// Whether something was wrong before its end: its entries are then looked at and not posted.
    var isRefused = false

    private static let maximumEntries = 4_000
    private static let maximumPostings = 40_000

    var isFull: Bool { items.count >= Self.maximumEntries || postingCount >= Self.maximumPostings }

    mutating func add(_ entry: JournalEntry, isNamed: Bool, at location: SourceLocation?) {
        items.append(Item(entry: entry, isNamed: isNamed, location: location))
        postingCount += entry.postings.count
    }

    /// What is in it; it is empty afterwards.
    mutating func taken() -> ImportedBatch {
        defer { self = ImportedBatch() }
        return self
    }
}

/// Posts entries that come in, in batches, as far as they were not posted before.
struct ImportedPosting {
    private(set) var result = JournalImport.Result()
    /// What is wrong with entries that could be read.
    private(set) var problems = ProblemList(maximumCount: JournalImport.maximumProblems)

    private let unit: UnitOfWork
    private let progress: (Int) throws -> Void
    private var batch: [ImportedBatch.Item] = []
    private var readCount = 0
    /// Whether any key of this import can be in the store at all.
    private var mayBeKnown: Bool?
    /// Months of which it was told that they take no entries.
    private var told: Set<String> = []

    /// - Parameter progress: called after each batch with the entries so far.
    init(_ unit: UnitOfWork, progress: @escaping (Int) throws -> Void) {
        self.unit = unit
        self.progress = progress
    }

    mutating func post(_ next: ImportedBatch) throws {
        guard !next.items.isEmpty else { return }
        batch = next.items
        defer { batch = [] }
        let known = try knownKeys()
        var new: [JournalEntry] = []
        new.reserveCapacity(batch.count)
        var named: [ImportedBatch.Item] = []
        for item in batch {
            if !known.contains(item.entry.key) {
                new.append(item.entry)
            } else {
                result.knownEntries += 1
                if item.isNamed { named.append(item) }
            }
        }
        try compare(named)
        try checkReversals()
        try append(new, isRefused: next.isRefused)
        readCount += batch.count
        try progress(readCount)
    }

    private mutating func append(_ new: [JournalEntry], isRefused: Bool) throws {
        guard !isRefused, problems.isEmpty else { return try checkPostable(new) }
        guard !new.isEmpty else { return }
        do {
            _ = try Journal.append(new, in: unit)
        } catch is PeriodRefusal {
            return try checkPostable(new)
        } catch let failure as Failure where !failure.problems.isEmpty {
            return try checkPostable(new)
        }
        result.entries += new.count
        result.postings += new.reduce(0) { $0 + $1.postings.count }
    }

    private mutating func knownKeys() throws -> Set<String> {
        if mayBeKnown == nil {
            mayBeKnown = try unit.connection.first("SELECT 1 FROM journal_entry LIMIT 1") { _ in true } ?? false
        }
        let known = mayBeKnown == true ? try Journal.known(batch.map(\.entry.key), in: unit.connection) : []
        // What this import posts is there from now on.
        mayBeKnown = true
        return known
    }

    /// An entry that has a name and is there must be what is there.
    private mutating func compare(_ items: [ImportedBatch.Item]) throws {
        guard !items.isEmpty else { return }
        let posted = try Journal.find(keys: items.map(\.entry.key), in: unit.connection)
        for item in items {
            guard let known = posted[item.entry.key], known.entry != item.entry else { continue }
            problems.add(
                "the entry \(item.entry.key) was posted before as number \(known.number), with other contents",
                expected: "the same, or another name for it", at: item.location)
        }
    }

    /// Tells what the books do not take, each at its place.
    private mutating func checkPostable(_ new: [JournalEntry]) throws {
        try checkPeriods(new)
        let controlAccounts = try ControlAccounts.load(in: unit.connection)
        guard !controlAccounts.kinds.isEmpty else { return }
        for item in batch {
            do throws(Failure) {
                try controlAccounts.check([item.entry])
            } catch {
                for problem in error.problems {
                    problems.add(problem.message, expected: problem.expected, at: item.location)
                }
            }
        }
    }

    /// Tells of each month that takes none of the entries where the first of them stands.
    private mutating func checkPeriods(_ new: [JournalEntry]) throws {
        let periods = try PostingPeriods(unit.stamp, in: unit.connection)
        do {
            _ = try periods.periods(of: new)
        } catch let refusal as PeriodRefusal {
            var refused: [String: PeriodRefusal] = [:]
            if case .several(let entries) = refusal {
                for entry in entries { refused[entry.key] = entry.refusal }
            } else if let entry = new.first(where: { (try? periods.periods(of: [$0])) == nil }) {
                refused[entry.key] = refusal
            }
            for item in batch {
                guard let refusal = refused[item.entry.key] else { continue }
                let date = item.entry.date.parts
                guard told.insert("\(date.year)-\(date.month)").inserted else { continue }
                let problem = Self.problem(refusal, item.entry.date)
                problems.add(problem.message, expected: problem.expected, at: item.location)
            }
        }
    }

    private static func problem(_ refusal: PeriodRefusal, _ date: CalendarDate) -> Problem {
        switch refusal {
        case .noPeriod(_, let first, let last):
            Problem(
                "\(date) is in none of the periods of the books, \(first) to \(last)",
                expected: date < first.firstDay
                    ? "a first_period in \(LedgerSettings.file) that is not after it" : "a day before \(last) ends")
        case .notOpen(let period, let area, let state, _):
            Problem("\(period) is \(state.name) for \(area.rawValue)", expected: "an open period")
        default: Problem(refusal.failure.summary)
        }
    }

    /// What an entry undoes must be in the books before it, and not undone yet.
    private mutating func checkReversals() throws {
        let reversed = batch.compactMap(\.entry.reverses)
        guard !reversed.isEmpty else { return }
        var known = try Journal.known(reversed, in: unit.connection)
        for item in batch {
            if let key = item.entry.reverses, !known.contains(key) {
                problems.add(
                    "the entry \(item.entry.key) reverses \(key), which is not in the books",
                    expected: "the reversed entry before it", at: item.location)
            }
            known.insert(item.entry.key)
        }
    }
}
