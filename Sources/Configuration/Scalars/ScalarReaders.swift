import Amounts
import Calendars
import Diagnostics

// MARK: - Text

extension ScalarReader<String> {
    /// One line of text, without spaces at its ends and without control characters.
    package static let text = text(maximumCharacters: 1_000)

    package static func text(maximumCharacters: Int) -> ScalarReader {
        ScalarReader(expected: "text", placeholder: "") { text throws(ScalarRejection) in
            try TextRules.checkLength(text, maximumCharacters)
            try TextRules.checkCharacters(text, allowsLines: false)
            return text
        }
    }

    /// Text of any number of lines, without control characters.
    package static let longText = longText(maximumCharacters: 100_000)

    package static func longText(maximumCharacters: Int) -> ScalarReader {
        ScalarReader(expected: "text", placeholder: "") { text throws(ScalarRejection) in
            try TextRules.checkLength(text, maximumCharacters)
            try TextRules.checkCharacters(text, allowsLines: true)
            return text
        }
    }

    /// A name made of small letters, digits, `_` and `-`, that begins with a letter: `england-wales`, `basic_pay`.
    package static let identifier = ScalarReader(
        "a name", expected: "small letters, digits, _ and -, at most 64, beginning with a letter", placeholder: ""
    ) { TextRules.isName($0, alsoAllowing: "_-") ? $0 : nil }

    /// A name that formulas can use: `gross`, `hours_worked`.
    package static let variable = ScalarReader(
        "a formula name", expected: "small letters, digits and _, at most 64, beginning with a letter", placeholder: ""
    ) { TextRules.isName($0, alsoAllowing: "_") ? $0 : nil }

    /// Names joined by dots: `payroll.calculate`.
    package static let dottedName = ScalarReader(
        "a name", expected: "names of small letters, digits, _ and - joined by dots, e.g. payroll.calculate",
        placeholder: ""
    ) { text in
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { TextRules.isName($0, alsoAllowing: "_-") } && text.utf8.count <= 128 ? text : nil
    }
}

enum TextRules {
    static func isName(_ text: some StringProtocol, alsoAllowing others: String) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: others.utf8.contains(byte)
                }
            }
    }

    static func checkLength(_ text: String, _ maximumCharacters: Int) throws(ScalarRejection) {
        // Bytes are counted first: they are never fewer than the characters, and counting them is free.
        guard text.utf8.count > maximumCharacters, text.count > maximumCharacters else { return }
        throw ScalarRejection("is too long: \(text.count) characters", expected: "at most \(maximumCharacters)")
    }

    static func checkCharacters(_ text: String, allowsLines: Bool) throws(ScalarRejection) {
        // Nearly every text is plain ASCII without spaces at its ends, which a look at the bytes settles.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
            allowsLines || (text.utf8.first != UInt8(ascii: " ") && text.utf8.last != UInt8(ascii: " "))
        {
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D:
                guard !allowsLines else { continue }
                throw ScalarRejection("has a line break or a tab in it", expected: "one line of text")
            case 0xFEFF:
                throw ScalarRejection(
                    "has a byte order mark (U+FEFF) in it", expected: "text; files were joined together, perhaps")
            case 0..<0x20, 0x7F...0x9F:
                throw ScalarRejection(
                    "has the control character U+\(codePoint(scalar)) in it",
                    expected: "text without control characters")
            default: continue
            }
        }
        guard !allowsLines else { return }
        if text.unicodeScalars.first?.properties.isWhitespace == true
            || text.unicodeScalars.last?.properties.isWhitespace == true
        {
            throw ScalarRejection("has a space at its start or end", expected: "text without spaces around it")
        }
    }

    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

// MARK: - Numbers

extension ScalarReader<Int> {
    /// A whole number in plain decimal digits: not `1_000`, `1e3`, `0x10` or `010`.
    package static func integer(_ range: ClosedRange<Int>) -> ScalarReader {
        ScalarReader(expected: "a whole number" + described(range), placeholder: range.lowerBound) {
            text throws(ScalarRejection) in
            let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
            let isPlain =
                !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
            guard isPlain else {
                throw ScalarRejection("is not a whole number", expected: "plain digits" + described(range))
            }
            guard let value = Int(text), range.contains(value) else {
                throw ScalarRejection("is out of range", expected: "a whole number" + described(range))
            }
            return value
        }
    }

    package static let integer = integer(Int.min...Int.max)

    private static func described(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let lowest, .max): ", \(lowest) or more"
        case (let lowest, let highest): ", \(lowest) to \(highest)"
        }
    }
}

extension ScalarReader<Bool> {
    /// `true` or `false`: not `yes`, `on`, `1` or `True`.
    package static let bool = ScalarReader("a yes-or-no value", expected: "true or false", placeholder: false) { text in
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

extension ScalarReader<ExactDecimal> {
    /// A plain decimal number: `1250.5`.
    package static let decimal = ScalarReader(
        "a decimal number", expected: "e.g. 1250.50: digits, a point, no separators, at most 18 decimal places",
        placeholder: .zero
    ) { ExactDecimal($0) }
}

extension ScalarReader<Rate> {
    /// `8%` or `0.08`.
    package static let rate = ScalarReader("a rate", expected: "e.g. 8% or 0.08", placeholder: .zero) { Rate($0) }
}

extension ScalarReader<Quantity> {
    package static let quantity = ScalarReader(
        "a quantity", expected: "a decimal number, e.g. 37.5", placeholder: .zero
    ) { Quantity($0) }
}

extension ScalarReader<Money> {
    /// An amount of `currency`: a plain decimal number with no more decimal places than the currency has.
    package static func money(_ currency: Currency) -> ScalarReader {
        ScalarReader(
            expected: "an amount of \(currency.code), \(moneyForm(currency))", placeholder: .zero(currency)
        ) { text throws(ScalarRejection) in
            if let money = Money(text, currency) { return money }
            guard let decimal = ExactDecimal(text) else {
                throw ScalarRejection("is not an amount of \(currency.code)", expected: moneyForm(currency))
            }
            guard decimal.normalized.scale > currency.exponent else {
                throw ScalarRejection("is too large an amount", expected: "at most 92 quadrillion minor units")
            }
            throw ScalarRejection(
                "has more decimal places than \(currency.code)", expected: "at most \(currency.exponent)")
        }
    }

    private static func moneyForm(_ currency: Currency) -> String {
        let example = currency.exponent == 0 ? "1250" : "1250." + String(repeating: "0", count: Int(currency.exponent))
        return "e.g. \(example): no separators, no sign of the currency"
    }

    /// As `money`, and not below zero.
    package static func nonNegativeMoney(_ currency: Currency) -> ScalarReader {
        money(currency).satisfying("is negative", expected: "zero or more") { !$0.isNegative }
    }

    /// As `money`, and above zero.
    package static func positiveMoney(_ currency: Currency) -> ScalarReader {
        money(currency).satisfying("is not above zero", expected: "more than zero") { $0.isPositive }
    }
}

extension ScalarReader<Currency> {
    package static let currency = ScalarReader(
        "a currency", expected: "an ISO 4217 code, e.g. GBP", placeholder: .gbp
    ) { Currency($0) }
}

// MARK: - Time

extension ScalarReader<CalendarDate> {
    package static let date = ScalarReader<CalendarDate>(expected: "a date, e.g. 2026-11-21", placeholder: .earliest) {
        text throws(ScalarRejection) in
        if let date = CalendarDate(text) { return date }
        let hasForm =
            text.utf8.count == 10
            && zip(text.utf8, "0000-00-00".utf8).allSatisfy { byte, form in
                form == UInt8(ascii: "-") ? byte == form : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        if hasForm { throw ScalarRejection("is no day of the calendar", expected: "a day that exists, as YYYY-MM-DD") }
        throw ScalarRejection("is not a date", expected: "YYYY-MM-DD, e.g. 2026-11-21")
    }
}

extension ScalarReader<Instant> {
    package static let instant = ScalarReader(
        "a moment", expected: "in UTC, e.g. 2026-11-21T20:14:04Z", placeholder: Instant(microseconds: 0)
    ) { Instant($0) }
}

extension ScalarReader<Period> {
    package static let period = ScalarReader(
        "a period", expected: "e.g. 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026", placeholder: .year(1)
    ) { Period($0) }
}

extension ScalarReader<TimeOfDay> {
    package static let time = ScalarReader("a time", expected: "HH:MM, e.g. 06:00", placeholder: .midnight) {
        TimeOfDay($0)
    }
}

extension ScalarReader<Weekday> {
    package static let weekday = ScalarReader.choice(Weekday.allCases.map { ($0.name, $0) }, placeholder: .monday)
}

extension ScalarReader<Period.Granularity> {
    package static let granularity = ScalarReader.choice(Period.Granularity.self)
}

// MARK: - Choices

extension ScalarReader {
    /// One of the raw values of an enumeration.
    package static func choice(_ type: Value.Type) -> ScalarReader
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        var cases = Value.allCases.makeIterator()
        guard let first = cases.next() else {
            preconditionFailure("an enumeration without cases has nothing to choose")
        }
        // The words are put together only for who has given another one.
        return ScalarReader(expected: Self.listed(Value.allCases.map(\.rawValue)), placeholder: first) {
            text throws(ScalarRejection) in
            if let value = Value(rawValue: text) { return value }
            throw rejection(of: text, among: Value.allCases.map(\.rawValue))
        }
    }

    /// One of these words.
    package static func choice(_ words: [(word: String, value: Value)], placeholder: Value) -> ScalarReader {
        ScalarReader(expected: Self.listed(words.map(\.word)), placeholder: placeholder) {
            text throws(ScalarRejection) in
            if let match = words.first(where: { $0.word == text }) { return match.value }
            throw rejection(of: text, among: words.map(\.word))
        }
    }

    private static func rejection(of text: String, among names: [String]) -> ScalarRejection {
        ScalarRejection(
            "is not one of the choices" + Suggestion.hint(for: text, among: names), expected: listed(names))
    }

    /// `day, week or month`; the first twenty of more.
    private static func listed(_ names: [String]) -> String {
        guard names.count <= 20 else { return names.prefix(20).joined(separator: ", ") + ", …" }
        guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
