import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension RunRecord {
    /// Whether its items are divided into partitions.
    package var isPartitioned: Bool { steps.contains(Run.partitionsStep) }
}

extension Run {
    /// The name, among the committed steps, of the one that fixed the partitions.
    static let partitionsStep = "partitions"

    /// Items of a partition by default: 10,000.
    ///
    /// `STEWARD_PARTITION_ITEMS` says another number, for the tests of durability; the digest of effects depends on it.
    package static let defaultPartitionItems: Int = {
        guard let value = getenv("STEWARD_PARTITION_ITEMS"), let items = Int(String(cString: value)), items > 0 else {
            return 10_000
        }
        return items
    }()

    /// With more items the partitions are larger.
    static let maximumPartitions = 1_000

    var isPartitioned: Bool { steps.contains(Self.partitionsStep) }

    /// Fixes the partitions: as many as are needed for `size` items each, and each as large as the others.
    ///
    /// - Parameter items: all items, in the order of their keys.
    func divide<Item>(_ items: [Item], key: (Item) -> String, size: Int) throws {
        let count = min((items.count + size - 1) / size, Self.maximumPartitions)
        let (least, larger) = items.count.quotientAndRemainder(dividingBy: count)
        var ranges: [(range: KeyRange, items: Int)] = []
        var start = 0
        for number in 0..<count {
            let end = start + least + (number < larger ? 1 : 0)
            ranges.append((KeyRange(first: key(items[start]), last: key(items[end - 1])), end - start))
            start = end
        }
        expect(items: items.count)
        try step(Self.partitionsStep) { work in
            try PartitionRecords.insert(ranges, of: id, in: work.connection)
            // Daemons that have room can help from now on.
            try work.connection.tellAtCommit()
        }
    }

    /// Counts a partition that is done to the run.
    func add(_ partition: RunPartition) throws {
        try Interruption.check()
        CrashPoint.commitBefore.reach()
        let digest = Self.chain(effectsDigest, partition.effectsDigest)
        try store.write { connection in
            try RunLease(run: id, attempt: attempt).renew(at: clock.now(), in: connection)
            try PartitionRecords.add(partition, digest: digest, in: connection)
            CrashPoint.commitWithin.reach()
        }
        CrashPoint.commitAfter.reach()
        count(partition, digest: digest)
    }
}
