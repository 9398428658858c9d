import Amounts
import Calendars

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Receives the values of one row of a bulk insert: one `bind` for each column, in their order.
///
/// ```swift
/// try db.insert(into: "open_item", columns: ["customer_id", "due_on", "open_minor"], rows: items) { item, row in
///     try row.bind(item.customer)
///     try row.bind(item.dueOn)
///     try row.bind(item.open)
/// }
/// ```
public struct RowWriter: ~Copyable {
    /// Where the values go. On SQLite that is plain memory: this is its inner loop, which must touch no object.
    private var rows: SQLiteInsert.Binder?
    private let postgresql: PostgresInsert?
    private let digest: EffectDigest?
    private let columnCount: Int32
    private var position: Int32 = 0
    private var isFinished = false
    private let connection: Connection
    private let sink: any BulkInsertSink
    private let table: String

    init(_ connection: Connection, _ sink: any BulkInsertSink, _ insert: BulkInsert) {
        self.connection = connection
        self.sink = sink
        rows = (sink as? SQLiteInsert)?.binder
        postgresql = sink as? PostgresInsert
        digest = insert.digest
        columnCount = Int32(clamping: insert.columns.count)
        table = insert.table
    }

    deinit {
        guard !isFinished else { return }
        connection.endInsert()
        sink.abandon()
        digest?.end(table: table, inserted: 0)
    }

    /// Ends the insert. Returns the rows inserted.
    @usableFromInline
    consuming func finish() throws -> Int {
        try rows?.insertRows()
        isFinished = true
        connection.endInsert()
        let count = try sink.finish()
        digest?.end(table: table, inserted: count)
        return count
    }

    package mutating func bindNull() throws {
        try advance()
        if rows != nil {
            rows?.bindNull(position)
        } else {
            postgresql?.appendNull()
        }
        digest?.appendNull()
    }

    package mutating func bind(_ value: Int64) throws {
        try advance()
        if rows != nil {
            rows?.bind(value, position)
        } else {
            postgresql?.append(value)
        }
        digest?.append(value)
    }

    /// - Throws: `StoreError.misuse` when the text holds a NUL character, which PostgreSQL cannot keep.
    package mutating func bind(_ value: String) throws {
        var value = value
        try value.withUTF8 { try bind(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Binds a text that takes no part in the digest of what the run writes, as the stamp takes none.
    package mutating func bind(undigested value: String) throws {
        var value = value
        try value.withUTF8 { try bind(utf8: UnsafeRawBufferPointer($0), isDigested: false) }
    }

    package mutating func bind(_ value: [UInt8]) throws {
        try advance()
        try value.withUnsafeBytes { bytes in
            if rows != nil {
                try rows?.bind(blob: bytes, position)
            } else {
                postgresql?.append(blob: bytes)
            }
            digest?.append(blob: bytes)
        }
    }

    package mutating func bind(_ value: Currency) throws {
        let (first, second, third) = value.ascii
        try withUnsafeTemporaryAllocation(byteCount: 3, alignment: 1) { letters in
            letters[0] = first
            letters[1] = second
            letters[2] = third
            try bind(utf8: UnsafeRawBufferPointer(letters))
        }
    }

    package mutating func bind(_ value: CalendarDate) throws {
        let (year, month, day) = value.parts
        try withUnsafeTemporaryAllocation(byteCount: 10, alignment: 1) { text in
            func write(_ number: Int, _ position: Int) {
                text[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10 % 10)
                text[position + 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10)
            }
            write(year / 100, 0)
            write(year, 2)
            text[4] = UInt8(ascii: "-")
            write(month, 5)
            text[7] = UInt8(ascii: "-")
            write(day, 8)
            try bind(utf8: UnsafeRawBufferPointer(text))
        }
    }

    mutating func bind(utf8 bytes: UnsafeRawBufferPointer, isDigested: Bool = true) throws {
        try advance()
        guard !bytes.hasNUL else { throw StoreError.textWithNUL }
        if rows != nil {
            try rows?.bind(utf8: bytes, position)
        } else {
            postgresql?.append(utf8: bytes)
        }
        if isDigested { digest?.append(utf8: bytes) }
    }

    private mutating func advance() throws {
        guard position < columnCount else {
            throw StoreError.misuse("a row of \(table) binds more than its \(columnCount) columns")
        }
        position += 1
    }

    /// Hands the row on.
    @usableFromInline
    package mutating func finishRow() throws {
        guard position == columnCount else {
            throw StoreError.misuse("a row of \(table) binds \(position) of its \(columnCount) columns")
        }
        position = 0
        if rows != nil {
            try rows?.finishRow()
        } else {
            try postgresql?.finishRow()
        }
        digest?.finishRow()
    }
}

extension UnsafeRawBufferPointer {
    var hasNUL: Bool {
        guard let baseAddress else { return false }
        return memchr(baseAddress, 0, count) != nil
    }
}

extension StoreError {
    static let textWithNUL = StoreError.misuse("a text with a NUL character, which no store keeps")
}

// MARK: - Our types

extension RowWriter {
    package mutating func bind(_ value: Int) throws { try bind(Int64(value)) }
    package mutating func bind(_ value: Int32) throws { try bind(Int64(value)) }
    package mutating func bind(_ value: Bool) throws { try bind(value ? 1 : 0 as Int64) }
    package mutating func bind(_ value: Instant) throws { try bind(value.microseconds) }
    package mutating func bind(_ value: ExactDecimal) throws { try bind(value.description) }
    package mutating func bind(_ value: Rate) throws { try bind(value.decimal) }
    package mutating func bind(_ value: Quantity) throws { try bind(value.decimal) }
    /// The minor units alone: the currency is a column of its own.
    package mutating func bind(_ value: Money) throws { try bind(value.minorUnits) }
    package mutating func bind(_ value: Period) throws { try bind(value.description) }
    package mutating func bind(_ value: some RecordID) throws { try bind(value.rawValue) }

    package mutating func bind(_ value: Int64?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Int?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Int32?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Bool?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: String?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: [UInt8]?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: CalendarDate?) throws {
        if let value { try bind(value) } else { try bindNull() }
    }
    package mutating func bind(_ value: Instant?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: ExactDecimal?) throws {
        if let value { try bind(value) } else { try bindNull() }
    }
    package mutating func bind(_ value: Rate?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Quantity?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Money?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Currency?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: Period?) throws { if let value { try bind(value) } else { try bindNull() } }
    package mutating func bind(_ value: (some RecordID)?) throws {
        if let value { try bind(value) } else { try bindNull() }
    }

    /// Any value that can be an argument; slower than the others, for code that does not know its types.
    package mutating func bind(any value: (any SQLBindable)?) throws {
        switch value?.sqlValue ?? .null {
        case .null: try bindNull()
        case .integer(let number): try bind(number)
        case .text(let text): try bind(text)
        case .blob(let bytes): try bind(bytes)
        }
    }
}
