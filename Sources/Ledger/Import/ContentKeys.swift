import Calendars
import Crypto
import Interchange

/// Keys for transactions of journals that give them no name of their own: made of what they say.
///
/// The same transaction has the same key wherever it stands, in whatever file, so that a journal that grew, was renamed or
/// was split brings only what is new. The second of two equal transactions of one journal has the key of the first with
/// `/2` behind it: of what two files have in common each transaction is taken as often as the file that has it most often.
struct ContentKeys {
    /// The first 64 bits of the digests of what was seen: eight bytes for each transaction is all that grows.
    private var seen: Set<UInt64> = []
    private var repeated: [UInt64: Int] = [:]
    private var bytes: [UInt8] = []

    /// What keys of this kind begin with; a name of the person's own may stand in its place.
    static let prefix = "import"

    mutating func key(of transaction: TextTransaction, _ names: TextNames, prefix: String) -> String {
        bytes.removeAll(keepingCapacity: true)
        append(transaction.date)
        append(transaction.code)
        append(transaction.payee)
        append(transaction.narration)
        for posting in transaction.postings {
            append(names.name(posting.account))
            append(posting.amount, names)
            if let price = posting.price {
                bytes.append(price.kind == .total ? 1 : 2)
                append(price.amount, names)
            }
            if let cost = posting.cost {
                bytes.append(cost.kind == .total ? 3 : 4)
                append(cost.amount, names)
            }
            bytes.append(0)
        }
        let digest = SHA256.hash(data: bytes)
        var words: (UInt64, UInt64) = (0, 0)
        digest.withUnsafeBytes { raw in
            words = (
                UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        let text = Self.text(prefix, words)
        if seen.insert(words.0).inserted { return text }
        let count = (repeated[words.0] ?? 1) + 1
        repeated[words.0] = count
        return "\(text)/\(count)"
    }

    /// The prefix, `/`, and 32 hexadecimal digits.
    private static func text(_ prefix: String, _ words: (UInt64, UInt64)) -> String {
        let count = prefix.utf8.count
        return String(unsafeUninitializedCapacity: count + 33) { buffer in
            var position = 0
            for byte in prefix.utf8 {
                buffer[position] = byte
                position += 1
            }
            buffer[position] = UInt8(ascii: "/")
            for index in 0..<32 {
                let word = index < 16 ? words.0 : words.1
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
                buffer[position + 1 + index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
            }
            return count + 33
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    private mutating func append(_ date: CalendarDate) {
        withUnsafeBytes(of: date.dayNumber.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Without zeros at the end, which change nothing.
    private mutating func append(_ amount: TextAmount, _ names: TextNames) {
        let number = amount.quantity.normalized
        withUnsafeBytes(of: number.coefficient.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(number.scale)
        append(names.name(amount.commodity))
    }
}
