/// Notices that the database of time zones was updated, once the update is complete.
struct ZoneDatabaseWatch {
    private var adopted: UInt64
    private var seen: UInt64

    /// - Parameter stamp: of the database that is in use.
    init(stamp: UInt64) {
        adopted = stamp
        seen = stamp
    }

    /// Whether another database is there than was last reported, and was at the look before, too: files are replaced one
    /// after the other.
    mutating func isUpdated(stamp: UInt64) -> Bool {
        defer { seen = stamp }
        guard stamp == seen, stamp != adopted else { return false }
        adopted = stamp
        return true
    }
}
