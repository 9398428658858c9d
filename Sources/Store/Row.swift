import Amounts
import Calendars

/// One row of a result, read by position, counted from 0. Valid only inside the closure that receives it.
///
/// Every reader throws `StoreError.corrupt` when the cell does not hold what was asked for; a missing value is such a
/// case too, except for the readers whose names begin with `optional`. Nothing is converted: a number is not text.
package struct Row {
    let cells: Cells
    let columnCount: Int

    enum Cells {
        case sqlite(SQLiteCells)
        case postgresql(PostgresCells)
    }

    /// True when the cell has no value, or there is no such column.
    package func isNull(_ i: Int) -> Bool {
        guard i >= 0, i < columnCount else { return true }
        return switch cells {
        case .sqlite(let cells): cells.isNull(i)
        case .postgresql(let cells): cells.isNull(i)
        }
    }

    package func int(_ i: Int) throws -> Int64 {
        try required(integer(i), i, "a whole number")
    }

    package func bool(_ i: Int) throws -> Bool {
        let value: Int64? =
            switch cells {
            case .sqlite: integer(i)
            case .postgresql(let cells): i >= 0 && i < columnCount ? cells.truth(i) ?? cells.integer(i) : nil
            }
        switch value {
        case 0: return false
        case 1: return true
        default: throw corrupt(i, "0 or 1")
        }
    }

    package func text(_ i: Int) throws -> String {
        try required(utf8(i) { String(decoding: $0, as: UTF8.self) }, i, "text")
    }

    /// The bytes of a text where they lie, for bulk reads that need no string. Valid until the next row.
    package func utf8(_ i: Int) throws -> UnsafeBufferPointer<UInt8> {
        try required(utf8(i) { $0 }, i, "text")
    }

    package func blob(_ i: Int) throws -> [UInt8] {
        let bytes: [UInt8]? =
            if i >= 0, i < columnCount {
                switch cells {
                case .sqlite(let cells): cells.blob(i)
                case .postgresql(let cells): cells.blob(i)
                }
            } else {
                nil
            }
        return try required(bytes, i, "bytes")
    }

    package func date(_ i: Int) throws -> CalendarDate {
        try required(utf8(i, CalendarDate.init(ascii:)) ?? nil, i, "a date such as 2026-11-21")
    }

    package func instant(_ i: Int) throws -> Instant {
        Instant(microseconds: try required(integer(i), i, "a time in microseconds"))
    }

    package func decimal(_ i: Int) throws -> ExactDecimal {
        try required(utf8(i) { ExactDecimal(String(decoding: $0, as: UTF8.self)) } ?? nil, i, "a decimal such as 12.50")
    }

    package func rate(_ i: Int) throws -> Rate { Rate(try decimal(i)) }

    package func quantity(_ i: Int) throws -> Quantity { Quantity(try decimal(i)) }

    package func currency(_ i: Int) throws -> Currency {
        let currency = utf8(i) { Currency(String(decoding: $0, as: UTF8.self)) } ?? nil
        return try required(currency, i, "a currency such as GBP")
    }

    /// The minor units in one column, the currency in another.
    package func money(_ minorUnits: Int, _ currencyColumn: Int) throws -> Money {
        Money(minorUnits: try int(minorUnits), try currency(currencyColumn))
    }

    package func money(_ minorUnits: Int, _ currency: Currency) throws -> Money {
        Money(minorUnits: try int(minorUnits), currency)
    }

    package func period(_ i: Int) throws -> Period {
        try required(utf8(i) { Period(String(decoding: $0, as: UTF8.self)) } ?? nil, i, "a period such as 2026-11")
    }

    package func id<ID: RecordID>(_ i: Int, as type: ID.Type = ID.self) throws -> ID {
        ID(rawValue: try int(i))
    }
}

// MARK: - Cells that may be empty

extension Row {
    package func optionalInt(_ i: Int) throws -> Int64? { isNull(i) ? nil : try int(i) }
    package func optionalBool(_ i: Int) throws -> Bool? { isNull(i) ? nil : try bool(i) }
    package func optionalText(_ i: Int) throws -> String? { isNull(i) ? nil : try text(i) }
    package func optionalBlob(_ i: Int) throws -> [UInt8]? { isNull(i) ? nil : try blob(i) }
    package func optionalDate(_ i: Int) throws -> CalendarDate? { isNull(i) ? nil : try date(i) }
    package func optionalInstant(_ i: Int) throws -> Instant? { isNull(i) ? nil : try instant(i) }
    package func optionalDecimal(_ i: Int) throws -> ExactDecimal? { isNull(i) ? nil : try decimal(i) }
    package func optionalRate(_ i: Int) throws -> Rate? { isNull(i) ? nil : try rate(i) }
    package func optionalQuantity(_ i: Int) throws -> Quantity? { isNull(i) ? nil : try quantity(i) }
    package func optionalCurrency(_ i: Int) throws -> Currency? { isNull(i) ? nil : try currency(i) }
    package func optionalPeriod(_ i: Int) throws -> Period? { isNull(i) ? nil : try period(i) }

    /// Nil when there is no amount; an amount without its currency is an error.
    package func optionalMoney(_ minorUnits: Int, _ currencyColumn: Int) throws -> Money? {
        isNull(minorUnits) ? nil : try money(minorUnits, currencyColumn)
    }

    package func optionalMoney(_ minorUnits: Int, _ currency: Currency) throws -> Money? {
        isNull(minorUnits) ? nil : try money(minorUnits, currency)
    }

    package func optionalID<ID: RecordID>(_ i: Int, as type: ID.Type = ID.self) throws -> ID? {
        isNull(i) ? nil : try id(i)
    }
}

// MARK: - Inside

extension Row {
    private func integer(_ i: Int) -> Int64? {
        guard i >= 0, i < columnCount else { return nil }
        return switch cells {
        case .sqlite(let cells): cells.integer(i)
        case .postgresql(let cells): cells.integer(i)
        }
    }

    private func utf8<T>(_ i: Int, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T? {
        guard i >= 0, i < columnCount else { return nil }
        return switch cells {
        case .sqlite(let cells): cells.utf8(i).map(body)
        case .postgresql(let cells): cells.utf8(i).map(body)
        }
    }

    private func required<T>(_ value: T?, _ i: Int, _ expected: String) throws -> T {
        guard let value else { throw corrupt(i, expected) }
        return value
    }

    private func corrupt(_ i: Int, _ expected: String) -> StoreError {
        guard i >= 0, i < columnCount else {
            return .misuse("column \(i) was asked for, the statement has \(columnCount)")
        }
        let name =
            switch cells {
            case .sqlite(let cells): cells.name(i)
            case .postgresql(let cells): cells.name(i)
            }
        return .corrupt(column: name, expected: isNull(i) ? expected + " (it is empty)" : expected)
    }
}
