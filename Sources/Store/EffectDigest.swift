import Crypto

/// A fingerprint of what a run writes: the rows, in their order, without their stamp.
///
/// A dry run and the real run of the same inputs have the same digest, whatever their chunks. It covers each row that
/// is offered, also one that is left out because it is there already.
package final class EffectDigest {
    private var hash = SHA256()
    private let pending = ByteBuffer(capacity: EffectDigest.blockBytes + 1_024)
    private var rowStart = 0
    private var prefixes: [String: [UInt8]] = [:]
    private var currentPrefix: [UInt8] = []
    private var counts: [String: Int] = [:]

    private static let blockBytes = 65_536

    package init() {}

    /// SHA-256 of all rows so far, in hexadecimal.
    package var value: String {
        var hash = hash
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: pending.bytes[..<rowStart]))
        return Hexadecimal.text(hash.finalize())
    }

    /// Rows written to each table, by name of table. Rows that were there already do not count.
    package var rowCounts: [(table: String, count: Int)] {
        counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: Writing

    func begin(table: String, columns: [String]) {
        // Names are identifiers: neither a space nor a comma is in one.
        let header = table + " " + columns.joined(separator: ",")
        currentPrefix =
            prefixes[header]
            ?? {
                let prefix = Array(SHA256.hash(data: Array(header.utf8)).prefix(8))
                prefixes[header] = prefix
                return prefix
            }()
        pending.truncate(to: rowStart)
        startRow()
    }

    func end(table: String, inserted: Int) {
        pending.truncate(to: rowStart)
        counts[table, default: 0] += inserted
    }

    private func startRow() {
        currentPrefix.withUnsafeBytes { pending.append($0) }
    }

    func finishRow() {
        rowStart = pending.count
        if rowStart >= Self.blockBytes {
            hash.update(bufferPointer: pending.bytes)
            pending.removeAll()
            rowStart = 0
        }
        startRow()
    }

    // Each value says its kind and its length, so that no two rows look alike.

    func appendNull() {
        pending.append(UInt8(ascii: "n"))
    }

    func append(_ value: Int64) {
        pending.append(UInt8(ascii: "i"))
        pending.append(littleEndian: value)
    }

    func append(utf8 bytes: UnsafeRawBufferPointer) {
        pending.append(UInt8(ascii: "t"))
        pending.append(littleEndian: Int64(bytes.count))
        pending.append(bytes)
    }

    func append(blob bytes: UnsafeRawBufferPointer) {
        pending.append(UInt8(ascii: "b"))
        pending.append(littleEndian: Int64(bytes.count))
        pending.append(bytes)
    }
}
