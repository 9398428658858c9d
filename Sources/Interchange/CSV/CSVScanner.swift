import Configuration
import Diagnostics

/// One field of a CSV file: its bytes, and how it was written.
struct CSVField: Hashable, Sendable {
    /// Offset of the first byte of the value, behind the opening quote.
    var start: UInt32
    /// Bytes of the value as written, and above them the two flags.
    private var packed: UInt32

    private static let quotedFlag: UInt32 = 1 << 31
    private static let escapedFlag: UInt32 = 1 << 30

    init(_ range: Range<Int>, isQuoted: Bool, hasDoubledQuotes: Bool) {
        start = UInt32(truncatingIfNeeded: range.lowerBound)
        // A field is never longer than `maximumFieldBytes`, which the scanner checks, so the count fits below the flags.
        packed =
            UInt32(truncatingIfNeeded: range.count) & (Self.escapedFlag - 1)
            | (isQuoted ? Self.quotedFlag : 0) | (hasDoubledQuotes ? Self.escapedFlag : 0)
    }

    var isQuoted: Bool { packed & Self.quotedFlag != 0 }
    var hasDoubledQuotes: Bool { packed & Self.escapedFlag != 0 }
    var range: Range<Int> { Int(start)..<(Int(start) + Int(packed & (Self.escapedFlag - 1))) }
    var isEmpty: Bool { packed & (Self.escapedFlag - 1) == 0 }
    /// Offset of the field's first byte in the file: its opening quote, where it has one.
    var outerStart: Int { Int(start) - (isQuoted ? 1 : 0) }
}

/// Cuts the bytes of a CSV file (RFC 4180; LF and CR end a line too) into records and fields.
///
/// It reports what is wrong with the form and goes on behind it; only a quote that is never closed ends the reading.
struct CSVScanner {
    let file: String
    let bytes: UnsafeBufferPointer<UInt8>
    let options: CSVOptions
    /// Byte ranges that no text has, in order: not UTF-8, NUL, a byte order mark.
    var unreadable: ArraySlice<(range: Range<Int>, kind: CSVUnreadable)>

    private(set) var fields: [CSVField] = []
    private(set) var problems: ProblemList
    private var position: Int
    private var line = 1

    struct Record {
        /// Offset of its first byte, and the line there.
        var start: Int
        var line: Int
        var firstField: Int
        var isSound: Bool
    }

    init(
        file: String, bytes: UnsafeBufferPointer<UInt8>, from position: Int, options: CSVOptions,
        unreadable: [(range: Range<Int>, kind: CSVUnreadable)], problems: ProblemList
    ) {
        self.problems = problems
        self.file = file
        self.bytes = bytes
        self.position = position
        precondition(options.maximumFieldBytes < 1 << 30, "the length of a field has 30 bits")
        self.options = options
        self.unreadable = unreadable[...]
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The next record; lines without a character are passed over. Nil at the end of the file.
    mutating func nextRecord() -> Record? {
        while position < bytes.count {
            if bytes[position] == Self.lineFeed || bytes[position] == Self.carriageReturn {
                endLine()
                continue
            }
            if options.allowsComments, bytes[position] == UInt8(ascii: "#") {
                let comment = Record(start: position, line: line, firstField: fields.count, isSound: true)
                skipToLineEnd()
                _ = reportUnreadable(in: comment)
                endLine()
                continue
            }
            return record()
        }
        return nil
    }

    /// Takes the fields of the last record back.
    mutating func dropFields(from first: Int) {
        fields.removeSubrange(first...)
    }

    private mutating func record() -> Record {
        var record = Record(start: position, line: line, firstField: fields.count, isSound: true)
        repeat {
            let isSound =
                position < bytes.count && bytes[position] == Self.quote
                ? quotedField(in: record) : plainField(in: record)
            if !isSound { record.isSound = false }
            guard position < bytes.count, bytes[position] == Self.comma else { break }
            position += 1
        } while true
        if reportUnreadable(in: record) { record.isSound = false }
        endLine()
        return record
    }

    /// Reports the unreadable bytes between the start of `record` and here; whether there were any.
    private mutating func reportUnreadable(in record: Record) -> Bool {
        let count = unreadable.count
        while let bad = unreadable.first, bad.range.lowerBound < position {
            report(bad.kind.problem(bytes[bad.range], at: location(of: bad.range.lowerBound, in: record)))
            unreadable.removeFirst()
        }
        return unreadable.count < count
    }

    /// Reads up to the comma or the end of the line.
    private mutating func plainField(in record: Record) -> Bool {
        let start = position
        var firstQuote: Int?
        while position < bytes.count {
            let byte = bytes[position]
            // All bytes that mean something lie at or below the comma.
            if byte <= Self.comma {
                if byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn { break }
                if byte == Self.quote, firstQuote == nil { firstQuote = position }
            }
            position += 1
        }
        if let firstQuote {
            report(
                "a quote inside a field that does not begin with one",
                expected: "the whole field in quotes, and each quote inside it doubled", firstQuote, record)
        }
        return append(start..<position, isQuoted: false, hasDoubledQuotes: false, record) && firstQuote == nil
    }

    /// Reads from the opening quote up to the comma or the end of the line behind the closing one.
    private mutating func quotedField(in record: Record) -> Bool {
        let opening = position
        var hasDoubledQuotes = false
        position += 1
        while true {
            guard position < bytes.count else {
                let place = location(of: opening, in: record)
                report(
                    Problem(
                        "the quote that opens here is never closed",
                        expected: "a closing quote; quotes inside a field are doubled", at: place))
                fields.append(CSVField(opening + 1..<opening + 1, isQuoted: true, hasDoubledQuotes: false))
                return false
            }
            let byte = bytes[position]
            if byte > Self.quote {
                position += 1
            } else if byte == Self.quote {
                guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
                hasDoubledQuotes = true
                position += 2
            } else {
                if byte == Self.lineFeed || byte == Self.carriageReturn { countLineEnd() } else { position += 1 }
            }
        }
        let content = opening + 1..<position
        position += 1
        let behind = position
        skipField()
        if position > behind {
            report(
                "text behind the closing quote of a field",
                expected: "a comma or the end of the line; quotes inside a field are doubled", behind, record)
        }
        return append(content, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes, record) && position == behind
    }

    private mutating func append(
        _ range: Range<Int>, isQuoted: Bool, hasDoubledQuotes: Bool, _ record: Record
    ) -> Bool {
        guard range.count <= options.maximumFieldBytes else {
            report(
                "a field of \(range.count) bytes", expected: "at most \(options.maximumFieldBytes)",
                range.lowerBound - (isQuoted ? 1 : 0), record)
            fields.append(CSVField(range.lowerBound..<range.lowerBound, isQuoted: isQuoted, hasDoubledQuotes: false))
            return false
        }
        fields.append(CSVField(range, isQuoted: isQuoted, hasDoubledQuotes: hasDoubledQuotes))
        return true
    }

    // MARK: - Lines

    private mutating func skipField() {
        while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed,
            bytes[position] != Self.carriageReturn
        {
            position += 1
        }
    }

    private mutating func skipToLineEnd() {
        while position < bytes.count, bytes[position] != Self.lineFeed, bytes[position] != Self.carriageReturn {
            position += 1
        }
    }

    /// Passes over the end of a line, if there is one here.
    private mutating func endLine() {
        guard position < bytes.count, bytes[position] == Self.lineFeed || bytes[position] == Self.carriageReturn else {
            return
        }
        countLineEnd()
    }

    private mutating func countLineEnd() {
        let isPair =
            bytes[position] == Self.carriageReturn && position + 1 < bytes.count && bytes[position + 1] == Self.lineFeed
        position += isPair ? 2 : 1
        line += 1
    }

    // MARK: - Places

    mutating func report(_ problem: Problem) {
        problems.add(problem)
    }

    private mutating func report(_ message: String, expected: String, _ offset: Int, _ record: Record) {
        report(Problem(message, expected: expected, at: location(of: offset, in: record)))
    }

    func location(of offset: Int, in record: Record) -> SourceLocation {
        CSVPlace.location(of: offset, from: record.start, line: record.line, in: bytes, file: file)
    }

    /// The place right behind the last character of the record just read.
    func endOfLastField(in record: Record) -> SourceLocation {
        let end = fields.last.map { $0.range.upperBound + ($0.isQuoted ? 1 : 0) } ?? record.start
        return location(of: end, in: record)
    }
}

/// Where a byte of a CSV file stands, counted from the start of its record.
enum CSVPlace {
    static func location(
        of offset: Int, from start: Int, line: Int, in bytes: UnsafeBufferPointer<UInt8>, file: String
    ) -> SourceLocation {
        var line = line
        var lineStart = start
        let end = min(offset, bytes.count)
        var position = start
        while position < end {
            let byte = bytes[position]
            position += 1
            let endsLine =
                byte == UInt8(ascii: "\n")
                || (byte == UInt8(ascii: "\r") && !(position < bytes.count && bytes[position] == UInt8(ascii: "\n")))
            if endsLine {
                line += 1
                lineStart = position
            }
        }
        guard lineStart < end else { return SourceLocation(file: file, line: line, column: 1) }
        return SourceLocation(
            file: file, line: line, column: SourceText.column(of: Array(bytes[lineStart..<end])[...]))
    }
}
