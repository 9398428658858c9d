import Amounts
import Calendars

extension TextJournalWriter {
    private static let nameColumn = 50
    private static let quantityColumn = 14

    mutating func writeBeancountStyle(_ transaction: TextTransaction) {
        var line = TextOutput.date(transaction.date) + (transaction.status == .pending ? " !" : " *")
        if !transaction.payee.isEmpty, !transaction.narration.isEmpty {
            line += " " + TextOutput.quoted(transaction.payee)
        }
        line += " " + TextOutput.quoted(transaction.narration.isEmpty ? transaction.payee : transaction.narration)
        for tag in transaction.tags { line += " #" + label(tag) }
        for link in transaction.links { line += " ^" + label(link) }
        text.line(line)
        if !transaction.code.isEmpty { text.line("  code: \(TextOutput.quoted(transaction.code))") }
        if let date = transaction.secondaryDate { text.line("  date2: \(TextOutput.date(date))") }
        writeNotes(transaction.comment, transaction.metadata, indent: "  ")
        let accounts = transaction.postings.map { posting in
            (posting.status == .pending ? "! " : "") + name(posting.account)
        }
        let quantities = transaction.postings.map { $0.amount.quantity.description }
        let nameWidth = max(Self.nameColumn, accounts.map(\.utf8.count).max() ?? 0)
        let quantityWidth = max(Self.quantityColumn, quantities.map(\.utf8.count).max() ?? 0)
        for (index, posting) in transaction.postings.enumerated() {
            guard posting.kind != .unbalancedVirtual else {
                report(
                    "the posting to (\(names.name(posting.account))), which nothing balances, is unknown to Beancount",
                    transaction, line: posting.line)
                continue
            }
            let account = accounts[index]
            let quantity = quantities[index]
            var line = "  " + account + TextOutput.spaces(nameWidth - account.utf8.count + 2)
            line += TextOutput.spaces(quantityWidth - quantity.utf8.count) + quantity
            line += " " + symbol(posting.amount.commodity)
            var notes: [String] = []
            line += exchange(posting, transaction, &notes)
            text.line(line)
            for note in notes { text.line("    ; \(note)") }
            if posting.kind == .balancedVirtual { text.line("    virtual: TRUE") }
            if let date = posting.date { text.line("    date: \(TextOutput.date(date))") }
            if let assertion = posting.assertion {
                text.line("    balance: \(TextOutput.quoted(amount(assertion.amount)))")
            }
            for tag in posting.tags { text.line("    tag: \(TextOutput.quoted(tag))") }
            writeNotes(posting.comment, posting.metadata, indent: "    ")
        }
    }

    /// Cost and price.
    ///
    /// Beancount looks for the lot of every sale at cost. Ledger does not, and its journals need not have it: what a
    /// posting counts is then written as its price, and the price beside it becomes a note.
    private mutating func exchange(
        _ posting: TextPosting, _ transaction: TextTransaction, _ notes: inout [String]
    ) -> String {
        // A price of nothing is none.
        guard !posting.amount.quantity.isZero else { return "" }
        func priced(_ price: TextPrice) -> String { "\(price.kind == .total ? "@@" : "@") \(amount(price.amount))" }
        var result = ""
        var price = posting.price
        if let cost = posting.cost {
            if options.source == .ledger {
                if let price { notes.append("price \(priced(price))") }
                price = TextPrice(cost.kind, cost.amount)
            } else {
                var parts = [amount(cost.amount)]
                if let date = cost.date { parts.append(TextOutput.date(date)) }
                if let label = cost.label { parts.append(TextOutput.quoted(label)) }
                let inner = parts.joined(separator: ", ")
                result += cost.kind == .total ? " {{\(inner)}}" : " {\(inner)}"
            }
        }
        if let price {
            if price.amount.quantity.isNegative {
                report("a negative price is unknown to Beancount", transaction, line: posting.line)
            }
            result += " \(priced(price))"
        }
        return result
    }

    /// Comments as comments, named values as metadata.
    private mutating func writeNotes(_ comment: String, _ metadata: [TextMetadata], indent: String) {
        for line in comment.split(whereSeparator: \.isNewline) { text.line("\(indent); \(line)") }
        var keys: Set<String> = ["code", "date2", "virtual", "date", "balance", "tag"]
        for pair in metadata {
            let key = metadataKey(pair.key)
            // Each key once: a second one replaces the first when it is read.
            guard keys.insert(key).inserted else { continue }
            text.line("\(indent)\(key): \(TextOutput.quoted(pair.value))")
        }
    }

    /// A small letter, then letters, digits, `-` and `_`.
    private func metadataKey(_ key: String) -> String {
        var result = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_": result.unicodeScalars.append(scalar)
            default: result += "-"
            }
        }
        guard let first = result.unicodeScalars.first else { return "key" }
        if ("A"..."Z").contains(first) { return first.properties.lowercaseMapping + result.dropFirst() }
        return ("a"..."z").contains(first) ? result : "key-" + result
    }

    private func label(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar -> Character in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "/", ".": Character(scalar)
                default: "-"
                }
            })
    }
}
