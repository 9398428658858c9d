import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange

/// A file of exchange rates.
///
/// Source of the first two: European Central Bank, "Euro foreign exchange reference rates": `eurofxref-daily.xml`,
/// `eurofxref-hist.xml`; `eurofxref.csv`, `eurofxref-hist.csv`. What the bank calls N/A is no rate.
package enum ExchangeRateFile {
    package enum Format: String, CaseIterable, Sendable {
        /// The XML of the European Central Bank.
        case ecbXML = "ecb-xml"
        /// Its CSV: a column for each currency.
        case ecbCSV = "ecb-csv"
        /// Ours: `date,base,quote,rate`.
        case csv
    }

    package static let maximumFileBytes = 100_000_000

    /// - Parameter format: found by the contents where it is nil.
    /// - Throws: a `Failure` with everything that is wrong in the file.
    package static func read(
        contentsOf path: String, shownAs name: String, _ format: Format? = nil
    ) throws(Failure) -> [ExchangeRateRecords.New] {
        let bytes = try SourceFile.bytes(of: path, shownAs: name, maximumFileBytes: maximumFileBytes)
        var problems = ProblemList(maximumCount: 100)
        let rates = read(bytes, shownAs: name, format ?? self.format(of: bytes), problems: &problems)
        if problems.isEmpty, rates.isEmpty {
            problems.add("there is no rate in the file", expected: "rates", at: SourceLocation(file: name, line: 1))
        }
        reportRepeated(rates, &problems)
        try problems.throwIfAny(consequence: "nothing was imported")
        return rates
    }

    static func read(
        _ bytes: [UInt8], shownAs name: String, _ format: Format, problems: inout ProblemList
    ) -> [ExchangeRateRecords.New] {
        switch format {
        case .ecbXML: ECBRateXML.read(bytes, shownAs: name, problems: &problems)
        case .ecbCSV: ecbCSV(bytes, name, problems: &problems)
        case .csv: csv(bytes, name, problems: &problems)
        }
    }

    /// By the first character that is none of space and byte order mark, and the columns of the header: only ours has one that
    /// is called base, quote or rate.
    static func format(of bytes: [UInt8]) -> Format {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let head = String(decoding: start.drop { $0 <= 0x20 }.prefix(256), as: UTF8.self).lowercased()
        if head.hasPrefix("<") { return .ecbXML }
        let header = head.prefix { !$0.isNewline }.filter { $0 != " " && $0 != "\"" }
        let columns = header.split(separator: ",", omittingEmptySubsequences: false)
        return columns.contains { ["base", "quote", "rate"].contains($0) } ? .csv : .ecbCSV
    }

    private static func reportRepeated(_ rates: [ExchangeRateRecords.New], _ problems: inout ProblemList) {
        struct Key: Hashable {
            let date: CalendarDate
            let base: Currency
            let quote: Currency
        }
        var lines: [Key: Int] = [:]
        for item in rates {
            let key = Key(date: item.rate.date, base: item.rate.base, quote: item.rate.quote)
            guard let first = lines.updateValue(item.location.line, forKey: key) else { continue }
            lines[key] = first
            problems.add(
                "the rate of \(key.base) in \(key.quote) for \(key.date) stands here a second time (first on line \(first))",
                expected: "one rate for a day", at: item.location)
        }
    }

    // MARK: - CSV

    private static let positiveRate = ScalarReader<Rate>.rate.satisfying(
        "is not a rate of exchange", expected: "a number of more than zero, e.g. 1.0843"
    ) { $0 > .zero }

    private static func csv(
        _ bytes: [UInt8], _ name: String, problems: inout ProblemList
    ) -> [ExchangeRateRecords.New] {
        guard bytes.count <= maximumFileBytes else { return [] }
        let table = CSVTable(
            bytes: bytes, shownAs: name,
            columns: [.required("date"), .required("base"), .required("quote"), .required("rate")],
            problems: &problems)
        return table.map(&problems) { row in
            let date = row.required("date", .date)
            let base = row.required("base", .currency)
            let quote = row.required("quote", .currency)
            let rate = row.required("rate", positiveRate)
            if !row.hasProblems, base == quote {
                row.report("\(base) is quoted in itself", expected: "two currencies", at: "quote")
            }
            return ExchangeRateRecords.New(
                rate: ExchangeRate(date: date, base: base, quote: quote, rate: rate), location: row.location(of: "rate")
            )
        }
    }

    /// A header `Date,USD,JPY,…,` with a comma at its end, and rows with `2024-01-05` or `05 January 2024`.
    ///
    /// Read by lines: no field of it is quoted, and the columns are the currencies of the day, among them some that are
    /// no more.
    private static func ecbCSV(
        _ bytes: [UInt8], _ name: String, problems: inout ProblemList
    ) -> [ExchangeRateRecords.New] {
        let text = String(decoding: bytes, as: UTF8.self)
        var currencies: [Currency?]?
        var rates: [ExchangeRateRecords.New] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let raw = line.split(separator: ",", omittingEmptySubsequences: false)
            let fields = raw.map(trimmed)
            guard fields.contains(where: { !$0.isEmpty }) else { continue }
            var column = 1
            guard let header = currencies else {
                currencies = fields.dropFirst().map { Currency($0) }
                let isHeader = trimmed(fields[0].drop { $0 == "\u{FEFF}" }).lowercased() == "date"
                if !isHeader || !(currencies ?? []).contains(where: { $0 != nil }) {
                    problems.add(
                        "the file begins with \(Quoted.text(String(line)))",
                        expected: "a header such as Date, USD, JPY",
                        at: SourceLocation(file: name, line: index + 1, column: 1))
                    return []
                }
                for (field, currency) in zip(fields.dropFirst(), currencies ?? [])
                where currency == nil && !field.isEmpty && !isCode(field) {
                    problems.add(
                        "the column \(Quoted.text(String(field))) is no currency", expected: "e.g. USD",
                        at: SourceLocation(file: name, line: index + 1))
                }
                continue
            }
            guard let date = date(fields[0]) else {
                problems.add(
                    "\(Quoted.text(String(fields[0]))) is not a date", expected: "e.g. 2024-01-05 or 05 January 2024",
                    at: SourceLocation(file: name, line: index + 1, column: 1))
                continue
            }
            if fields.count != header.count + 1 {
                problems.add(
                    "the row has \(fields.count) fields", expected: "\(header.count + 1), as the header",
                    at: SourceLocation(file: name, line: index + 1, column: 1))
                continue
            }
            column += line.prefix { $0 != "," }.utf8.count + 1
            for (currency, raw) in zip(header, raw.dropFirst()) {
                let field = trimmed(raw)
                let location = SourceLocation(
                    file: name, line: index + 1, column: column + raw.prefix { $0 == " " }.utf8.count)
                column += raw.utf8.count + 1
                guard !field.isEmpty, field != "N/A", let currency, currency != .eur else { continue }
                do throws(ScalarRejection) {
                    rates.append(
                        .init(
                            rate: ExchangeRate(
                                date: date, base: .eur, quote: currency, rate: try positiveRate.read(String(field))),
                            location: location))
                } catch {
                    problems.add(error.problem(name: currency.code, value: String(field), at: location))
                }
            }
        }
        return rates
    }

    /// Whether it is written as the code of a currency.
    static func isCode(_ text: Substring) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// `2024-01-05`, or as in the file of the day `05 January 2024`.
    static func date(_ text: Substring) -> CalendarDate? {
        if let date = CalendarDate(text) { return date }
        let parts = text.split(separator: " ")
        guard parts.count == 3, let day = Int(parts[0]), let year = Int(parts[2]),
            let month = months.firstIndex(of: parts[1].lowercased())
        else { return nil }
        return CalendarDate(year: year, month: month + 1, day: day)
    }
}
