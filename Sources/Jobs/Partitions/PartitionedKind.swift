/// A kind whose items can be worked on by several processes at once, each with a range of their keys.
///
/// A run of few items is done as by any other kind. The items of a large one are divided into partitions, whose borders
/// depend on nothing but the items: so the digest of a run is the same, whoever works on it. The attempt of the run takes
/// one partition after the other; daemons that have room help it. When the last is done the attempt adds them up and
/// concludes: one place approves and posts.
package protocol PartitionedKind: JobKind {
    /// What a run works with.
    associatedtype Plan
    associatedtype Item: Sendable

    /// The items of a partition. A run with no more than that has none.
    static var partitionItems: Int { get }

    /// Reads what the run works with, and checks that it may. It writes nothing: each process that works on the run calls
    /// it, at any time of the run.
    func plan(_ run: Run) throws -> Plan

    /// The items of the run in the order of their keys and without duplicates.
    ///
    /// - Parameter range: those that are asked for; nil for all.
    func items(of plan: Plan, in range: KeyRange?, _ run: Run) throws -> [Item]

    func key(of item: Item) -> String

    /// Writes what the items refer to, in the transaction of the first chunk, or in the one that fixes the partitions.
    func begin(_ plan: Plan, in work: RunWork) throws

    /// Works on items in chunks, by `forEachChunk` or `commit(through:key:_:)` of `part`. No key that the database draws
    /// may enter what it writes: several processes would draw it in an order of their own.
    ///
    /// - Parameter part: the run, or one partition of it.
    func work(on items: [Item], _ plan: Plan, _ part: Run) throws

    /// What follows when all items are done.
    func conclude(_ plan: Plan, _ run: Run) throws -> RunSummary
}

extension PartitionedKind {
    package static var partitionItems: Int { Run.defaultPartitionItems }

    package func run(_ run: Run) throws -> RunSummary {
        let plan = try plan(run)
        run.beginning = { try begin(plan, in: $0) }
        if !run.isPartitioned {
            let items = try items(of: plan, in: nil, run)
            if run.committed.chunks == 0, items.count > Self.partitionItems {
                try run.divide(items, key: key, size: Self.partitionItems)
            } else if items.isEmpty {
                try run.step("begin") { _ in }
            } else {
                try work(on: items, plan, run)
            }
        }
        if run.isPartitioned {
            try PartitionedWork(on: run).workAll { part, range in
                try work(on: try items(of: plan, in: range, part), plan, part)
            }
        }
        return try conclude(plan, run)
    }

    /// Works on one partition of a run.
    func work(onPart part: Run, in range: KeyRange) throws {
        let plan = try plan(part)
        try work(on: try items(of: plan, in: range, part), plan, part)
    }
}
