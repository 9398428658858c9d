import Calendars
import Diagnostics
import Jobs
import Store

/// `history.prune`: takes out of the history what is older than a company keeps it.
///
/// Never a row of a domain, never a run that such a row names, never a message that was not delivered, and of what
/// happened to a run nothing while the run stays. What was taken away is on record in `history_removal`.
package struct PruneHistory: JobKind {
    package static let name = "history.prune"
    package static let abstract =
        "Removes old logs, delivered messages, occurrences, daemons and runs from the history."
    package static let parameters = [
        ParameterDefinition(
            "log_days", isRequired: false, description: "days that the output of attempts is kept; else 90",
            example: "90"),
        ParameterDefinition(
            "message_days", isRequired: false,
            description: "days that the contents of delivered messages are kept; else 400", example: "400"),
        ParameterDefinition(
            "occurrence_days", isRequired: false,
            description: "days that due times which ran, or need not, are kept; else 400", example: "400"),
        ParameterDefinition(
            "daemon_days", isRequired: false, description: "days that ended daemons are kept; else 400", example: "400"),
        ParameterDefinition(
            "run_days", isRequired: false, description: "days that runs of an instant are kept; else 400",
            example: "400"),
        ParameterDefinition(
            "keep_count", isRequired: false,
            description: "so many newest of each job stay, however old; else 100", example: "100"),
    ]
    package static let granularities: [Period.Granularity] = [.day, .week, .month, .instant]

    static let daysRange = 1...36_525
    static let countRange = 1...1_000_000

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        _ = Rules(parameters, problems: &problems)
    }

    /// What the parameters say, in days.
    struct Rules {
        var days: [Prunable: Int] = [:]
        var keepCount: Int

        init(_ parameters: ParameterValues, problems: inout ProblemList) {
            for what in Prunable.allCases {
                days[what] = parameters.number(
                    what.parameter, in: PruneHistory.daysRange, default: what.defaultDays, problems: &problems)
            }
            keepCount = parameters.number("keep_count", in: PruneHistory.countRange, default: 100, problems: &problems)
        }

        func cutoff(_ what: Prunable, at now: Instant) -> Instant {
            now.adding(seconds: -86_400 * Int64(days[what] ?? what.defaultDays))
        }
    }

    package func run(_ run: Run) throws -> RunSummary {
        var problems = ProblemList()
        let rules = Rules(run.parameters, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was removed")
        let records = HistoryRecords(referrers: try run.store.references(to: "run"))
        var items: [HistoryItem] = []
        try run.store.read { connection in
            for what in Prunable.allCases {
                items += try records.removable(
                    what, before: rules.cutoff(what, at: run.knownAt), keepCount: rules.keepCount, in: connection)
            }
        }
        items.sort { $0.key < $1.key }
        // What an earlier attempt has removed is not found any more; it counts among the items all the same.
        let gone = Array(repeating: HistoryItem.gone, count: run.committed.itemsDone)
        for chunk in try run.chunks(of: gone + items, key: \.key, size: Self.chunkItems) {
            try run.commit(through: chunk, key: \.key) { work in
                for what in Prunable.allCases {
                    let part = chunk.filter { $0.what == what }
                    guard let first = part.first, let last = part.last else { continue }
                    try records.remove(part, of: what, in: work.connection)
                    try work.insert(
                        into: "history_removal", columns: ["what", "first_key", "last_key", "thing_count"],
                        rows: CollectionOfOne(part.count)
                    ) { count, row in
                        try row.bind(what.rawValue)
                        try row.bind(first.shownKey)
                        try row.bind(last.shownKey)
                        try row.bind(count)
                    }
                }
            }
        }
        let counts = try run.store.read { try records.removed(by: run.id, in: $0) }
        return RunSummary(figures: Prunable.allCases.map { .init($0.rawValue, "\(counts[$0] ?? 0)") })
    }

    /// Short transactions: others wait as long.
    static let chunkItems = min(500, Run.defaultChunkItems)
}

/// What retention can take away, in the order in which it does.
enum Prunable: String, CaseIterable, Sendable {
    case logs, messages, occurrences, daemons, runs

    var parameter: String {
        switch self {
        case .logs: "log_days"
        case .messages: "message_days"
        case .occurrences: "occurrence_days"
        case .daemons: "daemon_days"
        case .runs: "run_days"
        }
    }

    var defaultDays: Int { self == .logs ? 90 : 400 }

    /// Its place in the order, for keys that sort.
    var rank: String {
        switch self {
        case .logs: "1"
        case .messages: "2"
        case .occurrences: "3"
        case .daemons: "4"
        case .runs: "5"
        }
    }
}

/// One thing that can be taken away.
struct HistoryItem: Sendable {
    var what: Prunable?
    /// Sorts by what it is, then by number.
    var key: String
    var text: String
    var number: Int64
    var second: Int64

    init(_ what: Prunable, text: String = "", number: Int64 = 0, second: Int64 = 0) {
        self.what = what
        self.text = text
        self.number = number
        self.second = second
        key = "\(what.rank)/\(text)/\(Self.padded(number))/\(Self.padded(second))"
    }

    private init() {
        what = nil
        key = ""
        text = ""
        number = 0
        second = 0
    }

    /// Stands for one that an earlier attempt has taken away; before all others.
    static let gone = HistoryItem()

    /// For people: `payroll 1777356000000000`, `12 1`.
    var shownKey: String {
        [text, number == 0 && what == .daemons ? "" : "\(number)", second == 0 ? "" : "\(second)"]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func padded(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits
    }
}
