import Amounts
import Calendars
import Testing

@testable import Store

/// Every value comes back from either database as it went in.
@Suite struct ValueTests {
    @Test(arguments: StoreUnderTest.available, [Int64.min, -1, 0, 1, 9, 10, 99, 100, 1_000_000_007, .max - 1, .max])
    func `a whole number comes back`(database: StoreUnderTest, number: Int64) throws {
        #expect(try database.roundTrip(number: number) { try $0.int(0) } == [number, number])
    }

    @Test(arguments: StoreUnderTest.available, Self.texts)
    func `a text comes back`(database: StoreUnderTest, text: String) throws {
        #expect(try database.roundTrip(text: text) { try $0.text(0) } == [text, text])
    }

    static let texts = [
        "", " ", "a", "O'Brien", "\\", "\\N", "\\.", "\\x41", "tab\there", "line\nfeed\r\n", "\u{8}\u{b}\u{c}",
        "\"quoted\" ? $1 -- /* */", "Žofie Köß 李小龍 עִבְרִית", "👩‍👩‍👧‍👦", "e\u{301}", "\u{feff}bom", "NULL",
        String(repeating: "long ", count: 10_000),
    ]

    @Test(arguments: StoreUnderTest.available, [[], [0], [0, 255, 92, 9, 10, 13, 39], Array(0...255)] as [[UInt8]])
    func `bytes come back`(database: StoreUnderTest, bytes: [UInt8]) throws {
        let found = try database.withStore { store throws in
            try store.write { db throws in
                try db.execute("INSERT INTO cell (id, bytes) VALUES (1, ?)", bytes)
                try db.insert(into: "cell", columns: ["id", "bytes"], rows: [2]) { id, row in
                    try row.bind(id)
                    try row.bind(bytes)
                }
            }
            return try store.read { db throws in
                try db.all("SELECT bytes FROM cell ORDER BY id") { row throws in
                    #expect(!row.isNull(0))
                    return try row.blob(0)
                }
            }
        }
        #expect(found == [bytes, bytes])
    }

    @Test(arguments: StoreUnderTest.available, ["0001-01-01", "1969-12-31", "2000-02-29", "2026-11-21", "9999-12-31"])
    func `a date comes back`(database: StoreUnderTest, text: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(try database.roundTrip(date, { try $0.bind(date) }) { try $0.date(0) } == [date, date])
        #expect(try database.roundTrip(date, { try $0.bind(date) }) { try $0.text(0) } == [text, text])
    }

    @Test(arguments: StoreUnderTest.available)
    func `amounts, rates, decimals, periods and times come back`(database: StoreUnderTest) throws {
        let decimal = try #require(ExactDecimal("-123456789012345678.123456789012345678"))
        let rate = try #require(Rate("13.8%"))
        let quantity = try #require(Quantity("37.50"))
        let period = try #require(Period("2026-W47"))
        let instant = Instant(microseconds: -1)
        let money = Money(minorUnits: .min, .jpy)
        #expect(try database.roundTrip(decimal, { try $0.bind(decimal) }) { try $0.decimal(0) } == [decimal, decimal])
        #expect(try database.roundTrip(rate, { try $0.bind(rate) }) { try $0.rate(0) } == [rate, rate])
        // The scale is kept, not only the value.
        let quantities = try database.roundTrip(quantity, { try $0.bind(quantity) }) { try $0.quantity(0).description }
        #expect(quantities == ["37.50", "37.50"])
        #expect(try database.roundTrip(period, { try $0.bind(period) }) { try $0.period(0) } == [period, period])
        #expect(
            try database.roundTrip(Currency.kwd, { try $0.bind(Currency.kwd) }) { try $0.currency(0) } == [.kwd, .kwd])
        #expect(
            try database.roundTrip(number: instant, { try $0.bind(instant) }) { try $0.instant(0) }
                == [instant, instant])
        #expect(
            try database.roundTrip(number: money, { try $0.bind(money) }) { try $0.money(0, .jpy) } == [money, money])
        #expect(try database.roundTrip(number: true, { try $0.bind(true) }) { try $0.bool(0) } == [true, true])
        let id = DepartmentID(rawValue: 42)
        #expect(
            try database.roundTrip(number: id, { try $0.bind(id) }) { try $0.id(0, as: DepartmentID.self) } == [id, id])
    }

    @Test(arguments: StoreUnderTest.available)
    func `an amount is read with its currency`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { try $0.execute("INSERT INTO cell (id, number, \"text\") VALUES (1, 1250, 'GBP')") }
            let money = try store.read { db throws in
                try db.first("SELECT number, \"text\" FROM cell") { try $0.money(0, 1) }
            }
            #expect(money == Money(minorUnits: 1_250, .gbp))
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a missing value is nil, and an error where one must be`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.execute("INSERT INTO cell (id, number, \"text\", bytes) VALUES (1, ?, ?, ?)", nil, nil, nil)
                try db.insert(into: "cell", columns: ["id", "number", "text", "bytes"], rows: [2]) { id, row in
                    try row.bind(id)
                    try row.bind(nil as Int64?)
                    try row.bind(nil as String?)
                    try row.bind(nil as [UInt8]?)
                }
            }
            try store.read { db throws in
                try db.forEach("SELECT number, \"text\", bytes FROM cell") { row throws in
                    #expect(try row.optionalInt(0) == nil)
                    #expect(try row.optionalInstant(0) == nil)
                    #expect(try row.optionalMoney(0, 1) == nil)
                    #expect(try row.optionalID(0, as: DepartmentID.self) == nil)
                    #expect(try row.optionalText(1) == nil)
                    #expect(try row.optionalDate(1) == nil)
                    #expect(try row.optionalDecimal(1) == nil)
                    #expect(try row.optionalPeriod(1) == nil)
                    #expect(try row.optionalBlob(2) == nil)
                    #expect(row.isNull(0) && row.isNull(1) && row.isNull(2))
                    #expect(throws: StoreError.corrupt(column: "number", expected: "a whole number (it is empty)")) {
                        try row.int(0)
                    }
                    #expect(throws: StoreError.corrupt(column: "text", expected: "text (it is empty)")) {
                        try row.text(1)
                    }
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `a cell that holds something else is named, without its value`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.execute("INSERT INTO cell (id, number, \"text\") VALUES (1, 7, '2026-02-30')")
            }
            try store.read { db throws in
                _ = try db.first("SELECT number, \"text\" FROM cell") { row throws in
                    #expect(throws: StoreError.corrupt(column: "text", expected: "a date such as 2026-11-21")) {
                        try row.date(1)
                    }
                    #expect(throws: StoreError.corrupt(column: "text", expected: "a whole number")) { try row.int(1) }
                    #expect(throws: StoreError.corrupt(column: "text", expected: "a currency such as GBP")) {
                        try row.currency(1)
                    }
                    #expect(throws: StoreError.corrupt(column: "text", expected: "a decimal such as 12.50")) {
                        try row.decimal(1)
                    }
                    #expect(throws: StoreError.corrupt(column: "number", expected: "text")) { try row.text(0) }
                    #expect(throws: StoreError.corrupt(column: "number", expected: "0 or 1")) { try row.bool(0) }
                    #expect(throws: StoreError.corrupt(column: "number", expected: "bytes")) { try row.blob(0) }
                    #expect(throws: StoreError.misuse("column 2 was asked for, the statement has 2")) {
                        try row.int(2)
                    }
                    #expect(throws: StoreError.misuse("column -1 was asked for, the statement has 2")) {
                        try row.text(-1)
                    }
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `text with a NUL character is refused`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            #expect(throws: StoreError.textWithNUL) {
                try store.write { try $0.execute("INSERT INTO cell (id, \"text\") VALUES (1, ?)", "a\0b") }
            }
            #expect(throws: StoreError.textWithNUL) {
                try store.write { db throws in
                    try db.insert(into: "cell", columns: ["id", "text"], rows: [1]) { id, row in
                        try row.bind(id)
                        try row.bind("a\0b")
                    }
                }
            }
            #expect(try store.read { try $0.first("SELECT COUNT(*) FROM cell") { try $0.int(0) } } == 0)
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `text sorts by its bytes`(database: StoreUnderTest) throws {
        try database.withStore { store throws in
            try store.write { db throws in
                try db.insert(
                    into: "cell", columns: ["id", "text"], rows: ["b", "B", "a", "Z", "ä", "_", "10", "9"].enumerated()
                ) {
                    item, row in
                    try row.bind(item.offset)
                    try row.bind(item.element)
                }
            }
            let sorted = try store.read { try $0.all("SELECT \"text\" FROM cell ORDER BY \"text\"") { try $0.text(0) } }
            #expect(sorted == ["10", "9", "B", "Z", "_", "a", "b", "ä"])
            let like = try store.read {
                try $0.all("SELECT \"text\" FROM cell WHERE \"text\" LIKE ?", "b%") { try $0.text(0) }
            }
            #expect(like == ["b"])
        }
    }
}

extension StoreUnderTest {
    /// A text or number written as an argument and by a bulk insert, read back.
    func roundTrip<T>(text: String, _ read: (Row) throws -> T) throws -> [T] {
        try roundTrip(text, { try $0.bind(text) }, read)
    }

    func roundTrip<T>(number: Int64, _ read: (Row) throws -> T) throws -> [T] {
        try roundTrip(number: number, { try $0.bind(number) }, read)
    }

    func roundTrip<T>(
        number: any SQLBindable, _ bind: (inout RowWriter) throws -> Void, _ read: (Row) throws -> T
    ) throws -> [T] {
        try roundTrip(number, column: "number", bind, read)
    }

    func roundTrip<T>(
        _ value: any SQLBindable, column: String = "text", _ bind: (inout RowWriter) throws -> Void,
        _ read: (Row) throws -> T
    ) throws -> [T] {
        try withStore { store throws in
            try store.write { db throws in
                try db.execute("INSERT INTO cell (id, \"\(column)\") VALUES (1, ?)", value)
                try db.insert(into: "cell", columns: ["id", column], rows: [2]) { id, row in
                    try row.bind(id)
                    try bind(&row)
                }
            }
            return try store.read { try $0.all("SELECT \"\(column)\" FROM cell ORDER BY id", map: read) }
        }
    }
}
