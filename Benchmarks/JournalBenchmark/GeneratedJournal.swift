import Glibc

/// A journal of two postings each in hledger's and Ledger's common words: 1,000 accounts, three currencies, a code, a
/// payee, every tenth amount left out.
enum GeneratedJournal {
    struct NotWritten: Error, CustomStringConvertible {
        let description: String
    }

    static func write(to path: String, transactions: Int) throws {
        guard let file = fopen(path, "w") else { throw NotWritten(description: "\(path) cannot be written") }
        defer { fclose(file) }
        let currencies = ["EUR", "USD", "GBP"]
        var text = ""
        for index in 0..<transactions {
            let day = index * 730 / max(1, transactions)
            let year = 2025 + day / 365
            let month = 1 + day % 365 / 31
            let cents = index * 7_919 % 1_000_000 + 1
            let amount = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
            let currency = currencies[index % 3]
            text += "\(year)-\(month < 10 ? "0" : "")\(month)-\(10 + index % 18) * (\(index)) Customer \(index % 997)\n"
            text += "    expenses:group \(index % 10):account \(index * 31 % 800)              \(amount) \(currency)\n"
            text += "    assets:bank:account \(index * 17 % 200)"
            text += index % 10 == 0 ? "\n\n" : "                   -\(amount) \(currency)\n\n"
            if text.utf8.count > 1 << 20 {
                try put(text, file)
                text = ""
            }
        }
        try put(text, file)
    }

    private static func put(_ text: String, _ file: UnsafeMutablePointer<FILE>) throws {
        guard fputs(text, file) >= 0 else { throw NotWritten(description: "the journal cannot be written") }
    }
}
