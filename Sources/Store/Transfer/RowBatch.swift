import Crypto

/// Some rows of one table on their way, in a form that is the same whichever database they come from.
///
/// Each value says its kind and its length, so that no two rows look alike: what stands here is also what is hashed. Whoever
/// fills it hands it on and does not touch it any more.
final class RowBatch: @unchecked Sendable {
    private let buffer = ByteBuffer(capacity: RowBatch.maximumBytes / 4)
    private(set) var rowCount = 0

    static let maximumRows = 1_000
    /// It ends with the row that exceeds this.
    private static let maximumBytes = 262_144

    var isFull: Bool { buffer.count >= Self.maximumBytes }
    var bytes: UnsafeRawBufferPointer { buffer.bytes }

    private enum Mark {
        static let null = UInt8(ascii: "n")
        static let integer = UInt8(ascii: "i")
        static let text = UInt8(ascii: "t")
        static let blob = UInt8(ascii: "b")
    }

    func appendNull() {
        buffer.append(Mark.null)
    }

    func append(_ value: Int64) {
        buffer.append(Mark.integer)
        buffer.append(littleEndian: value)
    }

    func append(utf8 bytes: UnsafeRawBufferPointer) {
        append(Mark.text, bytes)
    }

    func append(blob bytes: UnsafeRawBufferPointer) {
        append(Mark.blob, bytes)
    }

    private func append(_ mark: UInt8, _ bytes: UnsafeRawBufferPointer) {
        buffer.append(mark)
        buffer.append(littleEndian: Int64(bytes.count))
        buffer.append(bytes)
    }

    func finishRow() {
        rowCount += 1
    }

    /// Binds all rows of `columnCount` values each.
    func write(columnCount: Int, to writer: inout RowWriter) throws {
        let bytes = bytes
        var position = 0
        func number() -> Int64 {
            defer { position += 8 }
            return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int64.self))
        }
        func content() -> UnsafeRawBufferPointer {
            let count = Int(number())
            defer { position += count }
            return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
        }
        for _ in 0..<rowCount {
            for _ in 0..<columnCount {
                position += 1
                switch bytes[position - 1] {
                case Mark.integer: try writer.bind(number())
                case Mark.text: try writer.bind(utf8: content())
                case Mark.blob: try writer.bind(Array(content()))
                default: try writer.bindNull()
                }
            }
            try writer.finishRow()
        }
    }
}

/// A fingerprint of rows of one table, in their order.
struct TableDigest {
    private(set) var rows: Int64 = 0
    private var hash = SHA256()

    mutating func add(_ batch: RowBatch) {
        rows += Int64(batch.rowCount)
        hash.update(bufferPointer: batch.bytes)
    }

    func isSame(as other: TableDigest) -> Bool {
        rows == other.rows && hash.finalize() == other.hash.finalize()
    }
}
