import Calendars
import Diagnostics
import Synchronization

@testable import Jobs

/// Writes a row for each number from 1 to `count`, ten in a partition and four in a chunk, between a first row and a last.
struct PartitionedTallyKind: PartitionedKind {
    static let name = "test.partitioned-tally"
    static let abstract = "Counts with helpers."
    static let parameters = [
        ParameterDefinition("count", description: "how far", example: "25"),
        ParameterDefinition("aside", isRequired: false, description: "an item that is set aside", example: "5"),
    ]
    static let granularities: [Period.Granularity] = [.month]
    static let partitionItems = 10
    static let chunkItems = 4

    /// What else happens before a chunk is committed, by the directory of the company.
    typealias Hook = @Sendable (_ part: Run, _ chunk: [String]) throws -> Void
    private static let hooks = Mutex<[String: Hook]>([:])

    static func beforeEachChunk(in company: Company, _ hook: Hook?) {
        hooks.withLock { $0[company.directory] = hook }
    }

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    func plan(_ run: Run) throws -> Int { run.parameters["count"].flatMap { Int($0) } ?? 0 }

    func items(of count: Int, in range: KeyRange?, _ run: Run) throws -> [String] {
        guard count > 0 else { return [] }
        return (1...count).map(TallyKind.item).filter { item in
            range.map { $0.first <= item && item <= $0.last } ?? true
        }
    }

    func key(of item: String) -> String { item }

    func begin(_ count: Int, in work: RunWork) throws { try Self.insert(["begin"], work) }

    func work(on items: [String], _ count: Int, _ part: Run) throws {
        let aside = part.parameters["aside"].flatMap { Int($0) }.map(TallyKind.item)
        for chunk in try part.chunks(of: items, key: \.self, size: Self.chunkItems) {
            if let hook = Self.hooks.withLock({ $0[part.company.directory] }) { try hook(part, Array(chunk)) }
            try part.commit(through: chunk, key: \.self) { work in
                try Self.insert(chunk.filter { $0 != aside }, work)
                work.setAside(
                    chunk.filter { $0 == aside }.map { RunException(item: $0, reason: "odd", message: "\($0) is odd") })
            }
        }
    }

    func conclude(_ count: Int, _ run: Run) throws -> RunSummary {
        try run.step("close") { try Self.insert(["close"], $0) }
        return RunSummary(figures: [.init("counted", "\(run.committed.itemsDone)")])
    }

    static func insert(_ items: [String], _ work: RunWork) throws {
        try work.insert(into: "tally", columns: ["item", "attempt"], rows: items) { item, row in
            try row.bind(item)
            try row.bind(1)
        }
    }
}
