import Amounts
import Calendars

extension TextJournalWriter {
    /// Names shorter than this many characters leave room up to it, so that amounts stand below each other.
    private static let nameColumn = 40
    private static let quantityColumn = 14

    mutating func writeLedgerStyle(_ transaction: TextTransaction) {
        text.line(header(transaction))
        for comment in comments(of: transaction.comment, transaction.metadata, transaction.tags, hasDate: true)
            + transaction.links.map({ "link: \($0)" })
        {
            text.line("    ; \(comment)")
        }
        let marks = transaction.postings.map { posting in
            let mark = posting.status == .cleared ? "* " : posting.status == .pending ? "! " : ""
            return mark + bracketed(posting)
        }
        let quantities = transaction.postings.map { $0.amount.quantity.description }
        let nameWidth = max(Self.nameColumn, marks.map(\.count).max() ?? 0)
        let quantityWidth = max(Self.quantityColumn, quantities.map(\.utf8.count).max() ?? 0)
        for (index, posting) in transaction.postings.enumerated() {
            let mark = marks[index]
            let quantity = quantities[index]
            var line = "    " + mark + TextOutput.spaces(nameWidth - mark.count + 2)
            line += TextOutput.spaces(quantityWidth - quantity.utf8.count) + quantity
            let symbol = symbol(posting.amount.commodity)
            if !symbol.isEmpty { line += " " + symbol }
            var notes: [String] = []
            line += exchange(posting, &notes)
            if let assertion = posting.assertion { line += stated(assertion, &notes) }
            text.line(line)
            if let date = posting.date, !posting.comment.contains("[") {
                notes.append("[\(TextOutput.date(date))]")
            }
            notes += comments(of: posting.comment, posting.metadata, posting.tags, hasDate: posting.date != nil)
            for note in notes { text.line("    ; \(note)") }
        }
    }

    private func header(_ transaction: TextTransaction) -> String {
        var line = TextOutput.date(transaction.date)
        if let second = transaction.secondaryDate { line += "=" + TextOutput.date(second) }
        if transaction.status == .cleared { line += " *" }
        if transaction.status == .pending { line += " !" }
        if !transaction.code.isEmpty { line += " (\(plain(transaction.code, "()"))) " } else { line += " " }
        let payee = plain(transaction.payee, "|", isFirst: transaction.code.isEmpty)
        let narration = plain(transaction.narration, "", isFirst: transaction.code.isEmpty && payee.isEmpty)
        line += payee.isEmpty ? narration : narration.isEmpty ? payee : "\(payee) | \(narration)"
        while line.hasSuffix(" ") { line.removeLast() }
        return line.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// One line of text in which nothing means anything: signs that would are written in their full width.
    private func plain(_ text: String, _ signs: String, isFirst: Bool = false) -> String {
        var result = ""
        var isStart = isFirst
        for scalar in text.unicodeScalars {
            let isMark = isStart && (scalar == "*" || scalar == "!" || scalar == "(" || scalar == "=")
            if scalar == ";" || signs.unicodeScalars.contains(scalar) || isMark,
                let wide = Unicode.Scalar(scalar.value + 0xFEE0)
            {
                result.unicodeScalars.append(wide)
            } else if scalar.properties.generalCategory == .control {
                result += " "
            } else {
                result.unicodeScalars.append(scalar)
            }
            if scalar != " " { isStart = false }
        }
        return result
    }

    private func bracketed(_ posting: TextPosting) -> String {
        let name = name(posting.account)
        switch posting.kind {
        case .real: return name
        case .balancedVirtual: return "[\(name)]"
        case .unbalancedVirtual: return "(\(name))"
        }
    }

    /// Cost and price. What the posting counts in the transaction is written as each program reads it; the rest is a
    /// note.
    private func exchange(_ posting: TextPosting, _ notes: inout [String]) -> String {
        func priced(_ kind: TextPrice.Kind, _ amount: TextAmount) -> String {
            " \(kind == .total ? "@@" : "@") \(self.amount(amount))"
        }
        guard let cost = posting.cost else { return posting.price.map { priced($0.kind, $0.amount) } ?? "" }
        if format == .hledger {
            if let price = posting.price { notes.append("price\(priced(price.kind, price.amount))") }
            var lot = cost.date.map { TextOutput.date($0) } ?? ""
            if let label = cost.label { lot += (lot.isEmpty ? "" : " ") + label }
            if !lot.isEmpty { notes.append("lot \(plain(lot, "[],:"))") }
            return priced(cost.kind, cost.amount)
        }
        var result =
            cost.kind == .total ? " {{\(amount(cost.amount))}}" : " {\(amount(cost.amount))}"
        if let date = cost.date { result += " [\(TextOutput.date(date))]" }
        if let label = cost.label { result += " (\(plain(label, "()")))" }
        // Ledger counts the cost only beside a price, and only where that is of the same commodity.
        guard let price = posting.price, price.amount.commodity == cost.amount.commodity else {
            if let price = posting.price { notes.append("price\(priced(price.kind, price.amount))") }
            return result + priced(cost.kind, cost.amount)
        }
        return result + priced(price.kind, price.amount)
    }

    private func stated(_ assertion: TextAssertion, _ notes: inout [String]) -> String {
        let sign = "=" + (assertion.isSole ? "=" : "") + (assertion.includesSubaccounts ? "*" : "")
        let text = "\(sign) \(amount(assertion.amount))"
        guard options.source == format else {
            notes.append("balance \(text)")
            return ""
        }
        return " \(text)"
    }

    /// The lines of a comment, then what names and tags it does not hold yet.
    private func comments(
        of comment: String, _ metadata: [TextMetadata], _ tags: [String], hasDate: Bool
    ) -> [String] {
        var lines = comment.split(whereSeparator: \.isNewline).map { line in
            hasDate ? String(line) : withoutDates(String(line))
        }
        for pair in metadata where !comment.contains(pair.key + ":") {
            let value = plain(pair.value, "[],")
            lines.append(format == .hledger ? "\(pair.key):\(value)" : "\(pair.key): \(value)")
        }
        for tag in tags where !comment.contains(":\(tag):") {
            lines.append(format == .hledger ? "\(tag):" : ":\(tag):")
        }
        return lines.filter { !$0.isEmpty }
    }

    /// A comment of a posting without a date of its own, in which brackets are no date.
    private func withoutDates(_ line: String) -> String {
        String(line.map { $0 == "[" ? "［" : $0 })
    }
}
