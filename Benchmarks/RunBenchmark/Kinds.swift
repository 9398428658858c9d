import Calendars
import Diagnostics
import Jobs
import Store

enum Kinds {
    static let registry = KindRegistry([Nothing.self, WriteItems.self])
}

/// Does nothing: what is left is the run itself.
struct Nothing: JobKind {
    static let name = "benchmark.nothing"
    static let abstract = "Does nothing"
    static let parameters: [ParameterDefinition] = []
    static let granularities: [Period.Granularity] = [.instant]

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}
    func run(_ run: Run) throws -> RunSummary { RunSummary() }
}

/// One row for each item, committed in chunks with checkpoint, digest and fencing token.
struct WriteItems: JobKind {
    static let name = "benchmark.items"
    static let abstract = "Writes rows"
    static let parameters = [
        ParameterDefinition("items", description: "how many", example: "200000")
    ]
    static let granularities: [Period.Granularity] = [.instant]

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    func run(_ run: Run) throws -> RunSummary {
        let keys = Item.keys(Int(run.parameters["items"] ?? "") ?? 0)
        try run.forEachChunk(of: keys, key: { $0 }) { keys in
            keys.map { Item(key: $0) }
        } write: { items, work in
            try work.insert(into: Item.table, columns: Item.columns) { row in
                for item in items {
                    try row.bind(item.key)
                    try row.bind(item.amount)
                    try row.bind(item.note)
                    try row.finishRow()
                }
            }
        }
        return RunSummary()
    }
}

/// What the rows hold.
struct Item: Sendable {
    var key: String
    var amount: Int64
    var note: String

    static let table = "benchmark_item"
    static let columns = ["item", "amount_minor", "note"]

    init(key: String) {
        self.key = key
        amount = Int64(key.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFF_FFFF })
        note = "what is due of \(key)"
    }

    static func keys(_ count: Int) -> [String] {
        (0..<count).map { number in
            let digits = String(number)
            return "C" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }

    static let migration = Migration(
        number: 2, name: "benchmark",
        sql: """
            CREATE TABLE benchmark_item (
                run_id INTEGER NOT NULL REFERENCES run (run_id),
                item TEXT NOT NULL,
                amount_minor INTEGER NOT NULL,
                note TEXT NOT NULL,
                recorded_by TEXT NOT NULL,
                recorded_at INTEGER NOT NULL,
                PRIMARY KEY (run_id, item)
            ) STRICT;
            """)
}
