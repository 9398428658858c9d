import Amounts
import Calendars

/// The place of an entry in the journal, and what the store knows of how it came there.
package struct JournalLink: Hashable, Sendable {
    /// 1, 2, 3 …: gapless, in posting order.
    package let number: Int64
    /// The hash of the entry before, as 64 hexadecimal digits.
    package let previousHash: String
    /// The fiscal period that it counts in: `2026-P04`; empty where the store keeps none.
    package let period: String
    /// The run that posted it.
    package let run: Int64?
    package let recordedBy: String
    package let recordedAt: Instant

    package init(
        number: Int64, previousHash: String, period: String = "", run: Int64?, recordedBy: String, recordedAt: Instant
    ) {
        self.number = number
        self.previousHash = previousHash
        self.period = period
        self.run = run
        self.recordedBy = recordedBy
        self.recordedAt = recordedAt
    }
}

extension JournalEntry {
    /// The version of `appendCanonicalBytes`. It is the first byte, and goes up when what is hashed changes; the store
    /// keeps it with each entry, so that older entries are verified as they were hashed.
    package static let canonicalVersion: UInt8 = 1

    /// Appends what the hash of an entry in the chain is made of: every field of it and of its link, in the order
    /// below.
    ///
    /// Version 1. A number is 8 bytes, a date 4 (days since 1970-01-01), the most significant byte first, negative ones
    /// in two's complement; a text is its length in bytes (4 bytes) and its bytes in UTF-8; a currency its 3 letters;
    /// what may be missing is a byte 0, or a byte 1 and the value. So no two entries have the same bytes, and the first
    /// of two that differ ends where they do.
    ///
    ///     version (1 byte), number, previous hash, key, journal, kind, date, document date, source (type, id)?,
    ///     reverses?, description, period, run?, recorded by, recorded at (microseconds), count of postings, and of each:
    ///     account, currency, amount (minor units), base currency, base (minor units), party (kind, id)?, cost centre?,
    ///     project?, due date?, description
    package func appendCanonicalBytes(of link: JournalLink, to bytes: inout [UInt8]) {
        bytes.append(Self.canonicalVersion)
        bytes.append(number: link.number)
        bytes.append(text: link.previousHash)
        bytes.append(text: key)
        bytes.append(text: journal.rawValue)
        bytes.append(text: kind.rawValue)
        bytes.append(date: date)
        bytes.append(date: documentDate)
        bytes.append(optional: source) {
            $0.append(text: $1.type)
            $0.append(text: $1.id)
        }
        bytes.append(optional: reverses) { $0.append(text: $1) }
        bytes.append(text: description)
        bytes.append(text: link.period)
        bytes.append(optional: link.run) { $0.append(number: $1) }
        bytes.append(text: link.recordedBy)
        bytes.append(number: link.recordedAt.microseconds)
        bytes.append(number: Int64(postings.count))
        for posting in postings {
            bytes.append(text: posting.account.rawValue)
            bytes.append(money: posting.amount)
            bytes.append(money: posting.base)
            bytes.append(optional: posting.party) {
                $0.append(text: $1.kind.rawValue)
                $0.append(text: $1.id)
            }
            bytes.append(optional: posting.dimensions.costCentre) { $0.append(text: $1) }
            bytes.append(optional: posting.dimensions.project) { $0.append(text: $1) }
            bytes.append(optional: posting.due) { $0.append(date: $1) }
            bytes.append(text: posting.description)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int64) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(date: CalendarDate) {
        Swift.withUnsafeBytes(of: date.dayNumber.bigEndian) { append(contentsOf: $0) }
    }

    /// - Precondition: the text is shorter than 4 GiB, as every text of an entry is.
    fileprivate mutating func append(text: String) {
        let utf8 = text.utf8
        Swift.withUnsafeBytes(of: UInt32(utf8.count).bigEndian) { append(contentsOf: $0) }
        append(contentsOf: utf8)
    }

    fileprivate mutating func append(money: Money) {
        let (a, b, c) = money.currency.ascii
        append(a)
        append(b)
        append(c)
        append(number: money.minorUnits)
    }

    fileprivate mutating func append<Value>(optional value: Value?, _ body: (inout [UInt8], Value) -> Void) {
        guard let value else { return append(0) }
        append(1)
        body(&self, value)
    }
}
