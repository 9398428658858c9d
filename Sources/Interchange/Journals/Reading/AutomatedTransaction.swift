import Amounts

/// Ledger's `= /^Income/` with the postings below it: what is added to every transaction with such an account.
///
/// Only conditions that are one regular expression of an account are known.
///
/// Source: Ledger 3.3, "Automated Transactions", and `auto_xact_t::extend_xact`.
struct AutomatedTransaction {
    struct Template {
        var account: TextAccountID
        var kind: TextPosting.Kind
        /// A share of the posting that it follows; or, with a commodity, an amount of its own.
        var amount: TextAmount
        var isShare: Bool
        var line: Int32
    }

    var templates: [Template] = []
    private let pattern: Regex<AnyRegexOutput>
    /// By account, whether it fits, as far as it was asked.
    private var answers: [TextAccountID: Bool] = [:]

    /// Bytes of a regular expression.
    private static let maximumPatternBytes = 1_000

    /// - Parameter condition: what stands behind `=`; nil where it is more than one regular expression.
    init?(condition: String) {
        var text = condition[...]
        if text.hasPrefix("expr ") { text = text.dropFirst(5).drop { $0 == " " } }
        if text.hasPrefix("account =~ ") { text = text.dropFirst(11).drop { $0 == " " } }
        let isDelimited = text.utf8.count > 2 && text.hasPrefix("/") && text.hasSuffix("/")
        if isDelimited {
            text = text.dropFirst().dropLast()
        } else {
            guard text.allSatisfy({ $0.isLetter || $0.isNumber || $0 == ":" || $0 == "^" || $0 == "$" || $0 == "-" })
            else {
                return nil
            }
        }
        guard !text.isEmpty, text.utf8.count <= Self.maximumPatternBytes, !text.contains("/"),
            let pattern = try? Regex(String(text))
        else { return nil }
        self.pattern = pattern.ignoresCase()
    }

    mutating func matches(_ account: TextAccountID, _ names: TextNames) -> Bool {
        if let known = answers[account] { return known }
        let answer = (try? pattern.firstMatch(in: names.name(account))) != nil
        answers[account] = answer
        return answer
    }

    /// What is added beside `posting`.
    func postings(for posting: TextPosting) throws(TransactionBalancer.Imbalance) -> [TextPosting] {
        var result: [TextPosting] = []
        for template in templates {
            var amount = template.amount
            if template.isShare {
                guard let share = try? posting.amount.quantity.multiplied(by: template.amount.quantity) else {
                    throw TransactionBalancer.Imbalance(
                        message: "what an automated transaction adds has too many digits",
                        expected: "at most 18 decimal places")
                }
                amount = TextAmount(share, posting.amount.commodity)
            }
            var added = TextPosting(template.account, amount)
            added.kind = template.kind
            added.isInferred = true
            added.line = template.line
            result.append(added)
        }
        return result
    }
}

extension LedgerTextParser {
    /// `ACCOUNT  SHARE` or `ACCOUNT  AMOUNT`
    func readAutomatedLine(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.byte == UInt8(ascii: ";") { return }
        let start = cursor.position
        let (account, kind) = try readAccount(&cursor)
        cursor.skipBlanks()
        guard !cursor.isAtEnd, cursor.byte != UInt8(ascii: ";"), !context.names.name(account).contains("$account")
        else {
            throw TextSyntaxError(
                "the posting \(ShownText.quoted(cursor.slice(start..<cursor.end))) of an automated transaction is not read",
                expected: "an account and a share or amount", at: start)
        }
        let reading = try amounts.reading(&cursor, isOfPosting: false)
        cursor.skipBlanks()
        guard cursor.isAtEnd || cursor.byte == UInt8(ascii: ";") else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(cursor.position..<cursor.end))) in an automated transaction is not read",
                expected: "a share or amount alone", at: cursor.position)
        }
        guard let last = automated.indices.last else { return }
        automated[last].templates.append(
            AutomatedTransaction.Template(
                account: account, kind: kind, amount: reading.amount, isShare: !reading.hasCommodity, line: line))
    }
}
