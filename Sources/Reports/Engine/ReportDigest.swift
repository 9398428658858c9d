import Amounts
import Calendars
import Crypto

/// SHA-256 of all that a renderer is told, in a form that does not depend on how anything is shown.
struct ReportDigest {
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private static let chunkBytes = 65_536

    init() { buffer.reserveCapacity(Self.chunkBytes + 4_096) }

    private mutating func append(tag: UInt8) { buffer.append(tag) }

    private mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
        append(tag: 1)
        append(Int64(text.utf8.count))
        buffer.append(contentsOf: text.utf8)
    }

    mutating func add(_ row: ReportRow) {
        switch row.kind {
        case .groupHeading(let level): append(tag: 16 + UInt8(clamping: level))
        case .row: append(tag: 2)
        case .subtotal(let level): append(tag: 32 + UInt8(clamping: level))
        case .running: append(tag: 3)
        case .total: append(tag: 4)
        case .note: append(tag: 5)
        }
        if !row.text.isEmpty { add(row.text) }
        for value in row.values { add(value) }
        if buffer.count >= Self.chunkBytes { flush() }
    }

    private mutating func add(_ value: ReportValue) {
        switch value {
        case .empty: append(tag: 64)
        case .text(let text): add(text)
        case .date(let date):
            append(tag: 65)
            append(Int64(date.dayNumber))
        case .instant(let instant):
            append(tag: 66)
            append(instant.microseconds)
        case .money(let money):
            append(tag: 67)
            append(money.minorUnits)
            let letters = money.currency.ascii
            buffer.append(contentsOf: [letters.0, letters.1, letters.2])
        case .number(let decimal):
            append(tag: 68)
            add(decimal.normalized.description)
        case .percent(let decimal):
            append(tag: 69)
            add(decimal.normalized.description)
        case .integer(let integer):
            append(tag: 70)
            append(integer)
        case .boolean(let boolean): append(tag: boolean ? 71 : 72)
        }
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { hash.update(bufferPointer: $0) }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() -> String {
        flush()
        return hash.finalize().hexText
    }
}
