/// Text on its way into a cell: what Excel refuses is made visible, and a formula stays text.
///
/// - Control characters below U+0020 other than tab and line feed, U+FFFE and U+FFFF become U+FFFD: XML has none of
///   them. CR LF and CR become LF.
/// - `_x0041_`, which Excel would read as the character U+0041, is escaped so that it stays as it is.
/// - A text beyond 32,767 UTF-16 units is cut and ends in `cutMark`.
struct CellText: ~Copyable {
    static let cutMark = " … [cut]"

    /// What had to be done to a text.
    struct Change: OptionSet {
        let rawValue: UInt8
        static let replaced = Change(rawValue: 1)
        static let cut = Change(rawValue: 2)
    }

    /// Room for the longest text that fits a cell whatever its characters, and for padding.
    private static let capacity = ExcelLimits.textUnits + 16
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)

    deinit { buffer.deallocate() }

    /// Calls `body` with `text` as a C string that a cell can hold.
    ///
    /// The usual text is copied once into a buffer that is used again and again, and looked at eight bytes at a time.
    @inline(__always)
    borrowing func withCString(_ text: String, _ body: (UnsafePointer<CChar>) -> Void) -> Change {
        let isCopied = text.utf8.withContiguousStorageIfAvailable { bytes in
            // Not more bytes than units allowed is certainly not more units.
            guard bytes.count <= ExcelLimits.textUnits else { return false }
            if let base = bytes.baseAddress { buffer.copyMemory(from: base, byteCount: bytes.count) }
            buffer.storeBytes(of: 0x2020_2020_2020_2020, toByteOffset: bytes.count, as: UInt64.self)
            return holdsNothingSpecial(count: bytes.count)
        }
        if isCopied == true {
            buffer.storeBytes(of: 0, toByteOffset: text.utf8.count, as: UInt8.self)
            body(UnsafePointer(buffer.assumingMemoryBound(to: CChar.self)))
            return []
        }
        let (cleaned, change) = Self.cleaned(text)
        cleaned.withCString(body)
        return change
    }

    /// Whether the buffer holds nothing that `cleaned` would change: no control character, no `_`, no byte EF.
    @inline(__always)
    private borrowing func holdsNothingSpecial(count: Int) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var suspicious: UInt64 = 0
        var offset = 0
        while offset < count {
            let word = buffer.load(fromByteOffset: offset, as: UInt64.self)
            let underscores = word ^ (ones &* 0x5F)
            let replacements = word ^ (ones &* 0xEF)
            suspicious |= (word &- ones &* 0x20) & ~word
            suspicious |= (underscores &- ones) & ~underscores
            suspicious |= (replacements &- ones) & ~replacements
            offset += 8
        }
        return suspicious & highs == 0
    }

    /// `text` as a cell can hold it, and what was done to it.
    static func cleaned(_ text: String, limit: Int = ExcelLimits.textUnits) -> (text: String, change: Change) {
        var change: Change = []
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\r": result.append("\n")
            case "\n" where previous == "\r": break
            case _ where isAllowed(scalar): result.append(scalar)
            default:
                result.append("\u{FFFD}")
                change.insert(.replaced)
            }
        }
        let whole = String(result)
        var fitting = whole.utf16.count > limit ? cut(whole, to: limit) : whole
        var written = escaped(fitting)
        if written.utf16.count > limit {
            // The library counts the escapes too: the longest start that fits with them.
            var fits = 0
            var tooLong = fitting.utf16.count
            while tooLong - fits > 1 {
                let middle = (fits + tooLong) / 2
                if escaped(cut(whole, to: middle)).utf16.count <= limit { fits = middle } else { tooLong = middle }
            }
            fitting = cut(whole, to: fits)
            written = escaped(fitting)
        }
        if fitting != whole { change.insert(.cut) }
        return (written, change)
    }

    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    /// The longest start of `text`, in whole characters, that leaves room for the mark.
    private static func cut(_ text: String, to limit: Int) -> String {
        let room = max(0, limit - cutMark.utf16.count)
        var end = text.utf16.index(text.startIndex, offsetBy: room, limitedBy: text.endIndex) ?? text.endIndex
        while end > text.startIndex, end.samePosition(in: text) == nil { end = text.utf16.index(before: end) }
        return String(text[..<end]) + cutMark
    }

    /// `_x0041_` as `_x005F_x0041_`: the escape of the underscore itself (ECMA-376, part 1, 22.9.2.19, ST_Xstring).
    private static func escaped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "_")) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for index in bytes.indices {
            result.append(bytes[index])
            if isEscape(bytes[index...]) { result.append(contentsOf: Array("x005F_".utf8)) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= 7, bytes[bytes.startIndex] == UInt8(ascii: "_"),
            bytes[bytes.startIndex + 1] == UInt8(ascii: "x"), bytes[bytes.startIndex + 6] == UInt8(ascii: "_")
        else { return false }
        return bytes[(bytes.startIndex + 2)..<(bytes.startIndex + 6)].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
    }
}
