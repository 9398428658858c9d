/// The arguments of one statement in text format, as libpq takes them.
struct PostgresArguments {
    private let buffer: ByteBuffer
    /// Where each begins in the buffer; nil is NULL.
    private var offsets: [Int?] = []

    var count: Int { offsets.count }

    init() {
        buffer = ByteBuffer(capacity: 0)
    }

    init(_ arguments: [(any SQLBindable)?]) throws {
        buffer = ByteBuffer(capacity: 256)
        offsets.reserveCapacity(arguments.count)
        for argument in arguments {
            let start = buffer.count
            switch argument?.sqlValue ?? .null {
            case .null:
                offsets.append(nil)
                continue
            case .integer(let number):
                buffer.append(decimal: number)
            case .text(var text):
                try text.withUTF8 { bytes in
                    guard !UnsafeRawBufferPointer(bytes).hasNUL else { throw StoreError.textWithNUL }
                    buffer.append(UnsafeRawBufferPointer(bytes))
                }
            case .blob(let bytes):
                buffer.append("\\x")
                bytes.withUnsafeBytes { buffer.append(hexadecimal: $0) }
            }
            buffer.append(0 as UInt8)
            offsets.append(start)
        }
    }

    func withPointers<T>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> T) rethrows -> T {
        let start = UnsafePointer(buffer.base.assumingMemoryBound(to: CChar.self))
        let pointers = offsets.map { offset in offset.map { start + $0 } }
        return try withExtendedLifetime(buffer) {
            try pointers.withUnsafeBufferPointer { try body($0.baseAddress) }
        }
    }
}

extension ByteBuffer {
    func append(hexadecimal bytes: UnsafeRawBufferPointer) {
        func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
        }
        reserve(bytes.count * 2)
        for byte in bytes {
            append(digit(byte >> 4))
            append(digit(byte & 15))
        }
    }
}
