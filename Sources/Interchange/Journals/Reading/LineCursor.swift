/// A place in the bytes of one line, and the small steps that every format reads with.
struct LineCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    /// Behind the last byte that is read.
    var end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
        end = bytes.count
    }

    var isAtEnd: Bool { position >= end }

    /// The byte here; 0 at the end, for a line has no zeros.
    var byte: UInt8 { position < end ? bytes[position] : 0 }

    func byte(after count: Int) -> UInt8 { position + count < end ? bytes[position + count] : 0 }

    /// Passes over spaces and tabs; whether there were any.
    @discardableResult
    mutating func skipBlanks() -> Bool {
        let before = position
        while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        return position > before
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard self.byte == byte, position < end else { return false }
        position += 1
        return true
    }

    /// Passes over `text` where it stands here.
    mutating func take(_ text: StaticString) -> Bool {
        guard matches(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    func matches(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= end else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<count where bytes[position + index] != wanted[index] { return false }
            return true
        }
    }

    /// The bytes up to the next space or tab, which are passed over.
    mutating func word() -> UnsafeBufferPointer<UInt8> {
        let start = position
        while position < end, bytes[position] != 0x20, bytes[position] != 0x09 { position += 1 }
        return slice(start..<position)
    }

    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    /// The text of a part of the line without blanks at its ends.
    func text(_ range: Range<Int>) -> String {
        let range = trimmed(range)
        guard !range.isEmpty else { return "" }
        return String(decoding: slice(range), as: UTF8.self)
    }

    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
        while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
        return low..<high
    }

    /// The rest of the line without blanks at its ends.
    var rest: String { text(min(position, end)..<end) }

    /// The offset of `byte` from here on; nil where it is not.
    func find(_ byte: UInt8) -> Int? {
        var index = position
        while index < end {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 <= 9 }
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 <= 25 }
}

extension UnsafeBufferPointer<UInt8> {
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<count where self[index] != wanted[index] { return false }
            return true
        }
    }

    var string: String { String(decoding: self, as: UTF8.self) }
}
