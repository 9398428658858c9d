import Amounts
import Calendars
import Configuration
import Diagnostics

extension LedgerTextParser {
    // MARK: - The first line

    /// `DATE[=DATE2] [*|!] [(CODE)] DESCRIPTION [; COMMENT]`
    func readHeader(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let date = try dates.date(&cursor, defaultYear: scope.year)
        transaction.reset(date: date)
        transaction.file = file
        transaction.line = line
        openPostings.removeAll(keepingCapacity: true)
        hasAssertions = false
        if cursor.take(UInt8(ascii: "=")) {
            transaction.secondaryDate = try dates.date(&cursor, defaultYear: date.year)
        }
        guard cursor.isAtEnd || cursor.byte.isBlank || cursor.byte == UInt8(ascii: ";") else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(0..<cursor.end))) does not begin with a date",
                expected: "YYYY-MM-DD, then a space", at: 0)
        }
        cursor.skipBlanks()
        transaction.status = status(&cursor)
        cursor.skipBlanks()
        if cursor.byte == UInt8(ascii: "(") {
            let open = cursor.position
            if let close = cursor.find(UInt8(ascii: ")")) {
                transaction.code = cursor.text(open + 1..<close)
                cursor.position = close + 1
                cursor.skipBlanks()
            }
        }
        let end = commentStart(cursor, isAfterAnySpace: format == .hledger)
        var description = cursor.trimmed(cursor.position..<end)
        if format == .hledger, let bar = cursor.slice(description).firstIndex(of: UInt8(ascii: "|")) {
            transaction.payee = cursor.text(description.lowerBound..<(description.lowerBound + bar))
            description = (description.lowerBound + bar + 1)..<description.upperBound
            transaction.narration = cursor.text(description)
        } else {
            transaction.payee = cursor.text(description)
        }
        if end < cursor.end { addComment(cursor.text(end + 1..<cursor.end)) }
    }

    func status(_ cursor: inout LineCursor) -> TextStatus {
        if cursor.take(UInt8(ascii: "*")) { return .cleared }
        if cursor.take(UInt8(ascii: "!")) { return .pending }
        return .unmarked
    }

    /// Where the comment of a line begins, or its end. Ledger's begins with a semicolon behind a tab or two spaces.
    private func commentStart(_ cursor: LineCursor, isAfterAnySpace: Bool) -> Int {
        var index = cursor.position
        while index < cursor.end {
            if cursor.bytes[index] == UInt8(ascii: ";") {
                if isAfterAnySpace || index == cursor.position { return index }
                if cursor.bytes[index - 1] == 0x09 { return index }
                if index >= 2, cursor.bytes[index - 1].isBlank, cursor.bytes[index - 2].isBlank { return index }
            }
            index += 1
        }
        return cursor.end
    }

    // MARK: - The lines below

    func readTransactionLine(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.byte == UInt8(ascii: ";") {
            addComment(cursor.text(cursor.position + 1..<cursor.end))
            return
        }
        if format == .ledger, try readCheck(cursor) { return }
        guard transaction.postings.count < context.options.maximumPostings else {
            isBroken = true
            block = .passedOver
            throw TextSyntaxError(
                "the transaction has more than \(context.options.maximumPostings) postings", expected: "fewer", at: 0)
        }
        try readPosting(&cursor)
    }

    /// Ledger's `assert`, `check` and `expr` among the postings.
    private func readCheck(_ cursor: LineCursor) throws(TextSyntaxError) -> Bool {
        guard cursor.matches("assert ") || cursor.matches("check ") || cursor.matches("expr ") else { return false }
        notice(
            "\(ShownText.quoted(cursor.slice(cursor.position..<cursor.end))) is not looked at: expressions are not read",
            at: cursor.position, in: cursor.bytes)
        return true
    }

    /// `[*|!] ACCOUNT  [AMOUNT] [{COST}] [@ PRICE] [= BALANCE] [; COMMENT]`
    private func readPosting(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let status = status(&cursor)
        cursor.skipBlanks()
        let (named, kind) = try readAccount(&cursor)
        let account = payeeAccounts.isEmpty ? named : accountOfPayee(insteadOf: named)
        var posting = TextPosting(account, TextAmount(.zero, .none))
        posting.kind = kind
        posting.status = status
        posting.line = line
        var hasAmount = false
        cursor.skipBlanks()
        while !cursor.isAtEnd {
            switch cursor.byte {
            case UInt8(ascii: ";"):
                let comment = cursor.text(cursor.position + 1..<cursor.end)
                cursor.position = cursor.end
                try readComment(comment, of: &posting)
            case UInt8(ascii: "="): try readAssertion(&cursor, &posting, hasAmount: hasAmount)
            case UInt8(ascii: "@") where hasAmount: try readPrice(&cursor, &posting)
            case UInt8(ascii: "{") where hasAmount: try readCost(&cursor, &posting)
            case UInt8(ascii: "[") where hasAmount: try readLotDate(&cursor, &posting)
            case UInt8(ascii: "(") where hasAmount:
                if cursor.matches("(@)") || cursor.matches("(@@)") {
                    try readPrice(&cursor, &posting)
                } else {
                    try readLotNote(&cursor, &posting)
                }
            default:
                guard !hasAmount else {
                    throw TextSyntaxError(
                        "\(ShownText.quoted(cursor.slice(cursor.position..<cursor.end))) behind the amount is not read",
                        expected: "a price (@), a balance (=) or a comment (;)", at: cursor.position)
                }
                posting.amount =
                    format == .ledger && cursor.byte == UInt8(ascii: "(")
                    ? try amounts.expression(&cursor) : try amounts.amount(&cursor, isOfPosting: true)
                hasAmount = true
            }
            cursor.skipBlanks()
        }
        dropUncountedCost(&posting)
        if !hasAmount {
            posting.isInferred = true
            if posting.assertion != nil {
                posting.assertion?.isAssignment = true
            } else {
                openPostings.append(transaction.postings.count)
            }
        }
        if posting.assertion != nil { hasAssertions = true }
        transaction.postings.append(posting)
    }

    /// Ledger counts a posting at the cost of its lot only where it has a price, too, in the same commodity; else the
    /// cost is no more than a mark on the lot.
    private func dropUncountedCost(_ posting: inout TextPosting) {
        guard let cost = posting.cost, posting.price?.amount.commodity != cost.amount.commodity else { return }
        posting.metadata.append(
            TextMetadata("lot-cost", "\(cost.amount.quantity) \(context.names.name(cost.amount.commodity))"))
        if let date = cost.date { posting.metadata.append(TextMetadata("lot-date", "\(date)")) }
        if let label = cost.label { posting.metadata.append(TextMetadata("lot", label)) }
        posting.cost = nil
    }

    /// The account's name, which ends at a tab or two spaces, and the brackets around it.
    func readAccount(
        _ cursor: inout LineCursor
    ) throws(TextSyntaxError) -> (TextAccountID, TextPosting.Kind) {
        var start = cursor.position
        var end = start
        let bytes = cursor.bytes
        while end < cursor.end {
            let byte = bytes[end]
            if byte == 0x09 { break }
            if byte == 0x20, end + 1 >= cursor.end || bytes[end + 1].isBlank { break }
            end += 1
        }
        cursor.position = end
        var kind = TextPosting.Kind.real
        if start < end {
            switch (bytes[start], bytes[end - 1]) {
            case (UInt8(ascii: "("), UInt8(ascii: ")")): kind = .unbalancedVirtual
            case (UInt8(ascii: "["), UInt8(ascii: "]")): kind = .balancedVirtual
            case (UInt8(ascii: "<"), UInt8(ascii: ">")) where format == .ledger:
                throw TextSyntaxError(
                    "the deferred posting \(ShownText.quoted(cursor.slice(start..<end))) is not read",
                    expected: "an account without < >", at: start)
            default: break
            }
        }
        if kind != .real {
            start += 1
            end -= 1
        }
        let name = cursor.trimmed(start..<end)
        guard !name.isEmpty else {
            throw TextSyntaxError("the posting names no account", expected: "e.g. expenses:food  10.00 EUR", at: start)
        }
        return (account(cursor.slice(name)), kind)
    }

    /// `@ PRICE` or `@@ PRICE`, in brackets where it is not to be remembered.
    private func readPrice(_ cursor: inout LineCursor, _ posting: inout TextPosting) throws(TextSyntaxError) {
        let start = cursor.position
        guard posting.price == nil else {
            throw TextSyntaxError("the amount has two prices", expected: "one", at: start)
        }
        let kind = priceKind(&cursor)
        cursor.skipBlanks()
        // Ledger's fixated price: the same price, whatever the price list says later.
        if format == .ledger, cursor.take("=") { cursor.skipBlanks() }
        let amount = try amounts.amount(&cursor, isOfPosting: false)
        posting.price = TextPrice(kind, amount)
    }

    private func priceKind(_ cursor: inout LineCursor) -> TextPrice.Kind {
        if cursor.take("(@@)") || cursor.take("@@") { return .total }
        if !cursor.take("(@)") { _ = cursor.take("@") }
        return .perUnit
    }

    /// `{COST}`, `{=COST}`, `{{COST}}`. hledger reads it and does nothing with it.
    private func readCost(_ cursor: inout LineCursor, _ posting: inout TextPosting) throws(TextSyntaxError) {
        let start = cursor.position
        let isTotal = cursor.take("{{")
        if !isTotal { _ = cursor.take("{") }
        cursor.skipBlanks()
        _ = cursor.take("=")
        cursor.skipBlanks()
        guard cursor.byte != UInt8(ascii: "}") else {
            throw TextSyntaxError("the lot has no cost", expected: "e.g. {10.00 USD}", at: start)
        }
        let amount = try amounts.amount(&cursor, isOfPosting: false)
        cursor.skipBlanks()
        guard isTotal ? cursor.take("}}") : cursor.take("}") else {
            throw TextSyntaxError(
                "the cost of the lot is not closed", expected: isTotal ? "}}" : "}", at: cursor.position)
        }
        guard posting.cost == nil else {
            throw TextSyntaxError("the lot has two costs", expected: "one", at: start)
        }
        // hledger does nothing with it: kept, it would count before the price.
        if format == .ledger { posting.cost = TextCost(isTotal ? .total : .perUnit, amount) }
    }

    private func readLotDate(_ cursor: inout LineCursor, _ posting: inout TextPosting) throws(TextSyntaxError) {
        cursor.position += 1
        let date = try dates.date(&cursor, defaultYear: scope.year)
        guard cursor.take("]") else {
            throw TextSyntaxError("the date of the lot is not closed", expected: "]", at: cursor.position)
        }
        if posting.cost != nil {
            posting.cost?.date = date
        } else {
            posting.metadata.append(TextMetadata("lot-date", "\(date)"))
        }
    }

    private func readLotNote(_ cursor: inout LineCursor, _ posting: inout TextPosting) throws(TextSyntaxError) {
        let start = cursor.position
        guard !cursor.matches("((") else {
            throw TextSyntaxError(
                "the valuation \(ShownText.quoted(cursor.slice(start..<cursor.end))) is not read",
                expected: "no expression", at: start)
        }
        guard let close = cursor.find(UInt8(ascii: ")")) else {
            throw TextSyntaxError("the note of the lot is not closed", expected: ")", at: start)
        }
        let text = cursor.text(start + 1..<close)
        if posting.cost != nil {
            posting.cost?.label = text
        } else {
            posting.metadata.append(TextMetadata("lot", text))
        }
        cursor.position = close + 1
    }

    /// `= BALANCE`; hledger has `==`, `=*` and `==*` beside it.
    private func readAssertion(
        _ cursor: inout LineCursor, _ posting: inout TextPosting, hasAmount: Bool
    ) throws(TextSyntaxError) {
        let start = cursor.position
        guard posting.assertion == nil else {
            throw TextSyntaxError("the posting has two balances", expected: "one", at: start)
        }
        cursor.position += 1
        let isSole = format == .hledger && cursor.take("=")
        let isInclusive = format == .hledger && cursor.take("*")
        cursor.skipBlanks()
        var assertion = TextAssertion(try amounts.amount(&cursor, isOfPosting: true))
        assertion.isSole = isSole
        assertion.includesSubaccounts = isInclusive
        guard hasAmount || !isInclusive else {
            throw TextSyntaxError(
                "an amount is not made from the balance of several accounts", expected: "an amount before =*", at: start
            )
        }
        posting.assertion = assertion
        cursor.skipBlanks()
        if cursor.byte == UInt8(ascii: "@") {
            // Of an amount that is made from the balance it is the price; hledger passes others over.
            let kind = priceKind(&cursor)
            cursor.skipBlanks()
            let price = try amounts.amount(&cursor, isOfPosting: false)
            if !hasAmount { posting.price = TextPrice(kind, price) }
        }
    }

    // MARK: - Comments

    /// A comment of the last posting, or of the transaction where there is none yet.
    func addComment(_ text: String) {
        guard !text.isEmpty else { return }
        if let last = transaction.postings.indices.last {
            var posting = transaction.postings[last]
            try? readComment(text, of: &posting)
            transaction.postings[last] = posting
        } else {
            transaction.comment = transaction.comment.isEmpty ? text : transaction.comment + "\n" + text
            var tags = transaction.tags
            var metadata = transaction.metadata
            CommentReading.read(text, format: format, tags: &tags, metadata: &metadata)
            transaction.tags = tags
            transaction.metadata = metadata
        }
    }

    private func readComment(_ text: String, of posting: inout TextPosting) throws(TextSyntaxError) {
        guard !text.isEmpty else { return }
        posting.comment = posting.comment.isEmpty ? text : posting.comment + "\n" + text
        CommentReading.read(text, format: format, tags: &posting.tags, metadata: &posting.metadata)
        if let date = CommentReading.date(in: text, format: format, year: transaction.date.year) { posting.date = date }
    }
}
