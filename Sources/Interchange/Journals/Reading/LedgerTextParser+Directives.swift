import Amounts
import Calendars
import Configuration
import Diagnostics

extension LedgerTextParser {
    /// Every directive that has a word, for "did you mean".
    private static let words = [
        "account", "alias", "apply", "bucket", "comment", "commodity", "decimal-mark", "default", "end", "include",
        "payee", "tag", "year",
    ]

    /// Bytes of a regular expression.
    private static let maximumPatternBytes = 1_000

    func readDirective(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let start = cursor.position
        // The old way to write a directive: !include.
        if cursor.byte == UInt8(ascii: "!") || cursor.byte == UInt8(ascii: "@") { cursor.position += 1 }
        let bytes = cursor.word()
        let word = bytes.string
        let wordEnd = cursor.position
        cursor.skipBlanks()
        switch word {
        case "account": try readAccountDirective(&cursor)
        case "commodity": try readCommodityDirective(&cursor)
        case "alias": try readAlias(cursor)
        case "apply": try readApply(&cursor, start)
        case "end": try readEnd(&cursor, start)
        case "include": try files?.include(includedName(cursor), at: cursor.position)
        case "comment":
            block = .comment(JournalPlace(file: file, line: line))
        case "test" where format == .ledger:
            block = .comment(JournalPlace(file: file, line: line))
        case "year", "Y": try readYear(&cursor)
        case "D": try readDefaultCommodity(&cursor)
        case "P": try readPriceDirective(&cursor)
        case "decimal-mark" where format == .hledger:
            guard cursor.byte == UInt8(ascii: ".") || cursor.byte == UInt8(ascii: ",") else {
                throw TextSyntaxError(
                    "decimal-mark \(Quoted.text(cursor.rest)) is not one", expected: ". or ,", at: cursor.position)
            }
            scope.declaredMark = cursor.byte
            scopeChanged()
        case "A" where format == .ledger, "bucket" where format == .ledger:
            guard !cursor.isAtEnd else { throw missing("an account", cursor) }
            bucket = account(cursor.slice(cursor.trimmed(cursor.position..<cursor.end)))
        case "default" where format == .hledger && cursor.matches("commodity"):
            _ = cursor.word()
            cursor.skipBlanks()
            try readDefaultCommodity(&cursor)
        case "payee", "tag", "N":
            // Names that are declared or left out of price lists: nothing in the books hangs on them.
            block = .passedOver
        case "check", "assert", "expr", "eval", "def", "define", "value", "python", "import":
            guard format == .ledger else { throw unknown(word, cursor, start) }
            block = .passedOver
            notice(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is not looked at: expressions are not read",
                at: start, in: cursor.bytes)
        case "i", "o", "I", "O", "b", "h":
            throw TextSyntaxError(
                "the time-clock entry \(ShownText.quoted(cursor.slice(start..<cursor.end))) is not read",
                expected: "a transaction with the hours", at: start)
        case "C" where format == .hledger:
            notice("C is not looked at, as hledger itself does not", at: start, in: cursor.bytes)
        case "C", "capture", "fixed", "endfixed":
            guard format == .ledger else { throw unknown(word, cursor, start) }
            block = .passedOver
            throw TextSyntaxError(
                "\(word) changes amounts or accounts, and is not read",
                expected: "transactions as they are to be booked",
                at: start)
        default: try readOther(word, &cursor, start, wordEnd)
        }
    }

    /// What is known by its first character only.
    private func readOther(
        _ word: String, _ cursor: inout LineCursor, _ start: Int, _ wordEnd: Int
    ) throws(TextSyntaxError) {
        let shown = ShownText.quoted(cursor.slice(start..<cursor.end))
        switch word.utf8.first {
        case UInt8(ascii: "~"):
            block = .passedOver
            notice(
                "the periodic transaction \(shown) is not read: it is a budget or forecast",
                expected: "transactions with a date", at: start, in: cursor.bytes)
        case UInt8(ascii: "="):
            block = .passedOver
            if format == .hledger {
                notice(
                    "the rule \(shown) is not applied, as hledger itself does without --auto",
                    expected: "the output of hledger print --auto, where it is meant to count", at: start,
                    in: cursor.bytes)
                return
            }
            cursor.position = start + 1
            cursor.skipBlanks()
            guard let rule = AutomatedTransaction(condition: cursor.rest) else {
                throw TextSyntaxError(
                    "the automated transaction \(shown) is not read",
                    expected: "= /REGULAR EXPRESSION/ of an account; or the postings that it adds, written out",
                    at: start)
            }
            automated.append(rule)
            block = .automated
        case UInt8(ascii: "Y") where word.utf8.dropFirst().allSatisfy(\.isDigit):
            cursor.position = start + 1
            try readYear(&cursor)
        case UInt8(ascii: "-") where format == .ledger:
            throw TextSyntaxError(
                "the option \(shown) is not read", expected: "a journal that needs no option", at: start)
        default: throw unknown(word, cursor, start)
        }
    }

    private func unknown(_ word: String, _ cursor: LineCursor, _ start: Int) -> TextSyntaxError {
        block = .passedOver
        let hint = Suggestion.hint(for: word, among: Self.words)
        return TextSyntaxError(
            "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is neither a transaction nor a directive\(hint)",
            expected: "a date, or a directive of \(format.rawValue)", at: start)
    }

    private func missing(_ what: String, _ cursor: LineCursor) -> TextSyntaxError {
        TextSyntaxError("\(what) is missing", expected: what, at: cursor.position)
    }

    // MARK: - Accounts

    private func readAccountDirective(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let end = nameEnd(cursor)
        let name = cursor.trimmed(cursor.position..<end)
        guard !name.isEmpty else {
            block = .passedOver
            throw missing("the name of an account", cursor)
        }
        let account = account(cursor.slice(name))
        var directive = TextDirective(.account(account, type: nil, opened: nil, commodities: []))
        directive.file = file
        directive.line = line
        self.directive = directive
        block = .account
        cursor.position = end
        cursor.skipBlanks()
        if cursor.take(";") { addDirectiveComment(cursor.rest) }
    }

    /// Where a name ends: before a tab, two spaces, or the end of the line.
    private func nameEnd(_ cursor: LineCursor) -> Int {
        var end = cursor.position
        while end < cursor.end {
            let byte = cursor.bytes[end]
            if byte == 0x09 || (byte == 0x20 && (end + 1 >= cursor.end || cursor.bytes[end + 1].isBlank)) { break }
            end += 1
        }
        return end
    }

    private func addDirectiveComment(_ text: String) {
        guard !text.isEmpty, var directive else { return }
        directive.comment = directive.comment.isEmpty ? text : directive.comment + "\n" + text
        var tags: [String] = []
        CommentReading.read(text, format: format, tags: &tags, metadata: &directive.metadata)
        if case .account(let account, nil, let opened, let commodities) = directive.kind,
            let value = directive.metadata.last(where: { $0.key == "type" })?.value,
            let type = TextAccountType(hledgerTag: value)
        {
            directive.kind = .account(account, type: type, opened: opened, commodities: commodities)
            context.names.declaredTypes[account] = type
        }
        self.directive = directive
    }

    func readAccountLine(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.take(";") {
            addDirectiveComment(cursor.rest)
            return
        }
        guard case .account(let account, _, _, _) = directive?.kind else { return }
        let start = cursor.position
        let word = cursor.word().string
        cursor.skipBlanks()
        switch word {
        case "note": directive?.metadata.append(TextMetadata("note", cursor.rest))
        case "alias":
            guard format == .ledger else { break }  // hledger passes over it.
            guard !cursor.isAtEnd else { throw missing("the alias", cursor) }
            scope.aliases.append(AccountAlias(old: cursor.rest, new: context.names.name(account)))
            scopeChanged()
        case "default": bucket = account
        case "payee" where format == .ledger:
            guard let pattern = try? Regex(cursor.rest), cursor.rest.utf8.count <= Self.maximumPatternBytes else {
                throw TextSyntaxError(
                    "payee \(Quoted.text(cursor.rest)) is no pattern that is read",
                    expected: "a regular expression, e.g. ^(KFC|Popeyes)$", at: start)
            }
            payeeAccounts.append((pattern.ignoresCase(), account))
        case "assert", "check", "eval", "expr", "value":
            notice(
                "\(word) of the account \(context.names.name(account)) is not looked at", at: start, in: cursor.bytes)
        default:
            // hledger's old account codes stand here, and are passed over by it, too.
            guard format == .hledger else {
                throw TextSyntaxError(
                    "\(Quoted.text(word)) is nothing that an account is told", expected: "note, alias, default",
                    at: start)
            }
        }
    }

    // MARK: - Commodities and prices

    private func readCommodityDirective(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let start = cursor.position
        guard !cursor.isAtEnd else {
            block = .passedOver
            throw missing("a commodity", cursor)
        }
        block = .commodity
        var ahead = cursor
        // `commodity $1,000.00` of hledger; everywhere else the symbol alone.
        if format == .hledger, cursor.slice(cursor.position..<commentOrEnd(cursor)).contains(where: \.isDigit),
            let reading = try? amounts.reading(&ahead)
        {
            declare(reading, at: start)
            return
        }
        guard let symbol = try amounts.symbol(&cursor) else {
            throw TextSyntaxError(
                "\(Quoted.text(cursor.rest)) is not a commodity", expected: "e.g. EUR, $ or \"green apples\"", at: start
            )
        }
        directive = commodityDirective(symbol, nil)
    }

    private func commentOrEnd(_ cursor: LineCursor) -> Int { cursor.find(UInt8(ascii: ";")) ?? cursor.end }

    private func commodityDirective(_ symbol: TextCommodityID, _ places: UInt8?) -> TextDirective {
        var directive = TextDirective(.commodity(symbol, decimalPlaces: places))
        directive.file = file
        directive.line = line
        return directive
    }

    private func declare(_ reading: AmountReading.Reading, at offset: Int) {
        let places = reading.amount.quantity.scale
        amounts.declare(reading.amount.commodity, decimalMark: reading.decimalMark, places: places)
        directive = commodityDirective(reading.amount.commodity, places)
    }

    func readCommodityLine(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.take(";") {
            addDirectiveComment(cursor.rest)
            return
        }
        let start = cursor.position
        let word = cursor.word().string
        cursor.skipBlanks()
        switch word {
        case "format":
            let reading = try amounts.reading(&cursor)
            let metadata = directive?.metadata ?? []
            declare(reading, at: start)
            directive?.metadata = metadata
        case "note": directive?.metadata.append(TextMetadata("note", cursor.rest))
        case "nomarket", "default": break
        case "alias" where format == .ledger:
            guard case .commodity(let commodity, _) = directive?.kind else { return }
            try amounts.readAlias(&cursor, of: commodity)
        case "value": notice("value of a commodity is not looked at", at: start, in: cursor.bytes)
        default:
            throw TextSyntaxError(
                "\(Quoted.text(word)) of a commodity is not read", expected: "format, note, nomarket, alias, default",
                at: start)
        }
    }

    private func readDefaultCommodity(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let reading = try amounts.reading(&cursor, isOfPosting: true)
        guard format == .hledger else { return }
        amounts.declare(
            reading.amount.commodity, decimalMark: reading.decimalMark, places: reading.amount.quantity.scale)
        scope.defaultCommodity = reading.amount.commodity
        scopeChanged()
    }

    /// `P DATE [TIME] COMMODITY PRICE`
    private func readPriceDirective(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let date = try dates.date(&cursor, defaultYear: scope.year)
        cursor.skipBlanks()
        if cursor.byte.isDigit, cursor.slice(cursor.position..<cursor.end).prefix(9).contains(UInt8(ascii: ":")) {
            _ = cursor.word()
            cursor.skipBlanks()
        }
        let place = cursor.position
        guard let commodity = try amounts.symbol(&cursor) else {
            throw TextSyntaxError("the price names no commodity", expected: "e.g. P 2026-11-21 EUR 1.10 USD", at: place)
        }
        cursor.skipBlanks()
        let price = try amounts.amount(&cursor, isOfPosting: false)
        var directive = TextDirective(.price(date, commodity, price))
        directive.file = file
        directive.line = line
        context.deliver(directive)
    }

    // MARK: - What holds from here on

    private func readAlias(_ cursor: LineCursor) throws(TextSyntaxError) {
        if format == .hledger, cursor.byte == UInt8(ascii: "/") {
            scope.aliases.append(try aliasByPattern(cursor))
            scopeChanged()
            return
        }
        guard let equals = cursor.find(UInt8(ascii: "=")) else { throw missing("alias OLD=NEW", cursor) }
        let old = cursor.text(cursor.position..<equals)
        let new = cursor.text(equals + 1..<commentOrEnd(cursor))
        guard !old.isEmpty, !new.isEmpty else { throw missing("alias OLD=NEW", cursor) }
        scope.aliases.append(AccountAlias(old: old, new: format == .ledger ? prefixed(new) : new))
        scopeChanged()
    }

    /// `/PATTERN/ = REPLACEMENT`; a slash in the pattern stands behind a backslash.
    private func aliasByPattern(_ cursor: LineCursor) throws(TextSyntaxError) -> AccountAlias {
        var close = cursor.position + 1
        while close < cursor.end, cursor.bytes[close] != UInt8(ascii: "/") {
            close += cursor.bytes[close] == UInt8(ascii: "\\") ? 2 : 1
        }
        var behind = cursor
        behind.position = min(close + 1, cursor.end)
        behind.skipBlanks()
        guard close < cursor.end, behind.take(UInt8(ascii: "=")) else {
            throw missing("alias /PATTERN/ = REPLACEMENT", cursor)
        }
        let pattern = cursor.text(cursor.position + 1..<close).replacing("\\/", with: "/")
        let replacement = cursor.text(behind.position..<cursor.end)
        guard let alias = AccountAlias(pattern: pattern, replacement: replacement) else {
            throw TextSyntaxError(
                "\(Quoted.text(pattern)) is no regular expression that is read", expected: "e.g. /^assets:bank:(.*)/",
                at: cursor.position)
        }
        return alias
    }

    private func readYear(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        guard let year = Int(cursor.word().string), (1...9_999).contains(year) else {
            throw TextSyntaxError("the year is not one", expected: "e.g. Y 2026", at: 0)
        }
        scope.year = year
    }

    private func readApply(_ cursor: inout LineCursor, _ start: Int) throws(TextSyntaxError) {
        let word = cursor.word().string
        cursor.skipBlanks()
        switch word {
        case "account":
            guard !cursor.isAtEnd else { throw missing("an account", cursor) }
            scope.prefixes.append(cursor.rest)
            scopeChanged()
        case "year": try readYear(&cursor)
        case "tag": break
        default:
            throw TextSyntaxError(
                "apply \(word) changes amounts or prices, and is not read", expected: "apply account, apply year",
                at: start)
        }
        scope.applied.append(word)
    }

    private func readEnd(_ cursor: inout LineCursor, _ start: Int) throws(TextSyntaxError) {
        var words = cursor.rest.split(separator: " ").map(String.init)
        if words == ["aliases"] {
            scope.aliases.removeAll()
            scopeChanged()
            return
        }
        if words.first == "apply" { words.removeFirst() }
        guard let last = scope.applied.last, words.isEmpty || words == [last] else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) ends nothing that has begun",
                expected: scope.applied.last.map { "end apply \($0)" } ?? "apply before it", at: start)
        }
        scope.applied.removeLast()
        if last == "account" {
            scope.prefixes.removeLast()
            scopeChanged()
        }
    }

    private func includedName(_ cursor: LineCursor) -> String {
        var name = cursor.rest
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = String(name.dropFirst().dropLast()) }
        return name
    }
}
