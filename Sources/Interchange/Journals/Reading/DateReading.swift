import Calendars

/// Dates as hledger and Ledger write them: `2026-11-21`, `2026/11/21`, `2026.11.21`, `11/21` with a year from elsewhere.
struct DateReading {
    /// The last date that was read, for dates come in runs.
    private var lastParts = (year: 0, month: 0, day: 0)
    private var lastDate = CalendarDate.earliest

    /// Reads a date here.
    ///
    /// - Parameter defaultYear: the year of dates that have none.
    mutating func date(
        _ cursor: inout LineCursor, defaultYear: Int?
    ) throws(TextSyntaxError) -> CalendarDate {
        let start = cursor.position
        let first = number(&cursor)
        let separator = cursor.byte
        guard first.digits > 0, isSeparator(separator) else { throw notADate(cursor, start) }
        cursor.position += 1
        let second = number(&cursor)
        guard second.digits > 0 else { throw notADate(cursor, start) }
        if cursor.byte == separator, cursor.byte(after: 1).isDigit {
            cursor.position += 1
            let third = number(&cursor)
            guard first.digits == 4 else {
                throw TextSyntaxError(
                    "the year of the date \(quoted(cursor, start)) does not have four digits",
                    expected: "YYYY-MM-DD", at: start)
            }
            guard second.digits <= 2, third.digits <= 2 else { throw notADate(cursor, start) }
            return try checked(first.value, second.value, third.value, cursor, start)
        }
        guard first.digits <= 2, second.digits <= 2 else { throw notADate(cursor, start) }
        guard let defaultYear else {
            throw TextSyntaxError(
                "the date \(quoted(cursor, start)) has no year",
                expected: "YYYY-MM-DD, or a line \"Y 2026\" before it", at: start)
        }
        return try checked(defaultYear, first.value, second.value, cursor, start)
    }

    private mutating func checked(
        _ year: Int, _ month: Int, _ day: Int, _ cursor: LineCursor, _ start: Int
    ) throws(TextSyntaxError) -> CalendarDate {
        if lastParts == (year, month, day) { return lastDate }
        guard let date = CalendarDate(year: year, month: month, day: day) else {
            throw TextSyntaxError(
                "\(quoted(cursor, start)) is no day of the calendar", expected: "a day that exists", at: start)
        }
        lastParts = (year, month, day)
        lastDate = date
        return date
    }

    private func number(_ cursor: inout LineCursor) -> (value: Int, digits: Int) {
        var value = 0
        var digits = 0
        while cursor.byte.isDigit, digits < 9 {
            value = value * 10 + Int(cursor.byte & 0x0F)
            digits += 1
            cursor.position += 1
        }
        return (value, digits)
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
    }

    private func notADate(_ cursor: LineCursor, _ start: Int) -> TextSyntaxError {
        var word = cursor
        word.position = start
        _ = word.word()
        return TextSyntaxError(
            "\(quoted(word, start)) is not a date", expected: "YYYY-MM-DD, e.g. 2026-11-21", at: start)
    }

    private func quoted(_ cursor: LineCursor, _ start: Int) -> String {
        ShownText.quoted(cursor.slice(start..<cursor.position))
    }
}
