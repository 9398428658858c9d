import Amounts
import Calendars
import Glibc
import Ledger

/// A journal of two postings each: 1,000 accounts, the company's currency in two of three transactions, euros with a price
/// of their own in the third.
enum GeneratedBooks {
    struct NotWritten: Error, CustomStringConvertible {
        let description: String
    }

    /// In hledger's and Ledger's common words.
    static func write(to path: String, transactions: Int) throws {
        guard let file = fopen(path, "w") else { throw NotWritten(description: "\(path) cannot be written") }
        defer { fclose(file) }
        var text = ""
        for index in 0..<transactions {
            let day = index * 730 / max(1, transactions)
            let year = 2024 + day / 365
            let month = 1 + day % 365 / 31
            let cents = index * 7_919 % 1_000_000 + 1
            let amount = decimal(cents)
            text += "\(year)-\(month < 10 ? "0" : "")\(month)-\(10 + index % 18) * (\(index)) Customer \(index % 997)\n"
            text += "    expenses:group \(index % 10):account \(index * 31 % 800)              \(amount) "
            let isForeign = index % 3 == 2
            text += isForeign ? "EUR @@ \(decimal(cents * 86 / 100 + 1)) GBP\n" : "GBP\n"
            text += "    assets:bank:account \(index * 17 % 200)"
            text += index % 10 == 0 ? "\n\n" : "                   -\(amount) "
            if index % 10 != 0 {
                text += isForeign ? "EUR @@ \(decimal(cents * 86 / 100 + 1)) GBP\n\n" : "GBP\n\n"
            }
            if text.utf8.count > 1 << 20 {
                guard fputs(text, file) >= 0 else { throw NotWritten(description: "\(path) cannot be written") }
                text = ""
            }
        }
        guard fputs(text, file) >= 0 else { throw NotWritten(description: "\(path) cannot be written") }
    }

    private static func decimal(_ cents: Int) -> String {
        "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }

    /// Entries of two postings each, day after day through 700 days, as books are kept.
    static func entries(_ range: Range<Int>, of count: Int) throws -> [JournalEntry] {
        let start = CalendarDate(year: 2024, month: 1, day: 1) ?? .earliest
        return try range.map { index in
            let amount = Int64(index * 7_919 % 1_000_000 + 1)
            return try JournalEntry(
                key: "benchmark/\(index)", date: start.adding(days: index * 700 / count),
                description: "Customer \(index % 997)",
                postings: [
                    .init(
                        account: AccountCode("\(5_000 + index * 31 % 800)"),
                        amount: Money(minorUnits: amount, .gbp), description: ""),
                    .init(
                        account: AccountCode("\(1_000 + index * 17 % 200)"),
                        amount: Money(minorUnits: -amount, .gbp), description: ""),
                ])
        }
    }
}
