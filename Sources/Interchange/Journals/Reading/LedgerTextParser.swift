import Amounts
import Calendars
import Configuration
import Diagnostics

/// Reads the lines of hledger's and Ledger's journals, which differ in a few rules only.
///
/// Sources: hledger(1), version 1.25, "JOURNAL FORMAT"; Ledger 3.3, "Ledger: Command-Line Accounting", chapter 5, and
/// where that is silent its `textual.cc` and `xact.cc`.
final class LedgerTextParser: JournalParser {
    let context: JournalContext
    let format: TextJournalFormat
    var amounts: AmountReading
    var dates = DateReading()
    var balancer: TransactionBalancer
    var totals = RunningTotals()
    var files: JournalFiles?
    var line: Int32 = 0
    var file: Int32 = 0

    // The transaction at hand.
    var transaction = TextTransaction(date: .earliest)
    var block = Block.none
    var isBroken = false
    /// Places of postings without an amount.
    var openPostings: [Int] = []
    var hasAssertions = false
    /// The directive at hand.
    var directive: TextDirective?

    // What directives have set.
    var scope = Scope()
    var outerScopes: [Scope] = []
    /// Ledger's `bucket`: takes the other side of a transaction of one posting.
    var bucket: TextAccountID?
    /// Ledger's `payee` of an account: where postings to an account that is called Unknown go, by their payees.
    var payeeAccounts: [(pattern: Regex<AnyRegexOutput>, account: TextAccountID)] = []
    /// Ledger's automated transactions: they add to every transaction behind them.
    var automated: [AutomatedTransaction] = []

    /// Accounts by the bytes that stand for them, as long as prefix and aliases stay the same.
    var accountsAsWritten = NameTable()
    var accountNumbers: [TextAccountID] = []

    /// What an included file inherits and cannot change for the file that includes it.
    struct Scope {
        var year: Int?
        /// Names of `apply account`, outermost first.
        var prefixes: [String] = []
        var aliases: [AccountAlias] = []
        var declaredMark: UInt8 = 0
        var defaultCommodity = TextCommodityID.none
        /// What `apply` opened and `end apply` closes.
        var applied: [String] = []
    }

    /// What indented lines belong to.
    enum Block: Equatable {
        case none
        case transaction
        case account
        case commodity
        case automated
        /// Something that is not read and was named already.
        case passedOver
        /// From `comment` to `end comment`, whatever stands there.
        case comment(JournalPlace)
    }

    init(format: TextJournalFormat, context: JournalContext) {
        self.format = format
        self.context = context
        amounts = AmountReading(format: format, names: context.names)
        balancer = TransactionBalancer(format: format, names: context.names)
        scope.year = context.options.defaultYear
    }

    // MARK: - Files

    func enter(file: Int32) {
        outerScopes.append(scope)
        self.file = file
        block = .none
    }

    func leave(number: Int) {
        endBlock()
        if case .comment(let place) = block {
            // The end of a file ends it, too; but it may not be meant to reach so far.
            context.notices.add(
                "the comment is never closed: what stands behind it is left out", expected: "a line \"end comment\"",
                at: context.names.location(file: place.file, line: place.line))
            block = .none
        }
        guard let outer = outerScopes.popLast() else { return }
        let own = scope
        scope = outer
        // Ledger's aliases hold from there on, wherever they were made.
        if format == .ledger { scope.aliases = own.aliases }
        scopeChanged()
    }

    func finish() {}

    // MARK: - Lines

    func read(_ bytes: UnsafeBufferPointer<UInt8>, number: Int, in files: JournalFiles) {
        self.files = files
        file = files.current
        line = Int32(truncatingIfNeeded: number)
        var cursor = LineCursor(bytes)
        if case .comment = block {
            readComment(&cursor)
            return
        }
        do throws(TextSyntaxError) {
            if let first = bytes.first, first.isBlank {
                cursor.skipBlanks()
                if cursor.isAtEnd || (cursor.byte == 0x0C && cursor.position + 1 == cursor.end) {
                    endBlock()
                } else {
                    try readIndented(&cursor)
                }
            } else {
                endBlock()
                if context.options.passesOverTransactions, bytes.first?.isDigit == true {
                    block = .passedOver
                } else if !bytes.isEmpty {
                    try readTopLevel(&cursor)
                }
            }
        } catch {
            report(error, in: bytes)
        }
    }

    private func readIndented(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        switch block {
        case .transaction: try readTransactionLine(&cursor)
        case .account: try readAccountLine(&cursor)
        case .commodity: try readCommodityLine(&cursor)
        case .automated: try readAutomatedLine(&cursor)
        case .passedOver, .comment: break
        case .none:
            if cursor.byte == UInt8(ascii: ";") || cursor.byte == UInt8(ascii: "#") || cursor.byte == UInt8(ascii: "*")
            {
                return
            }
            block = .passedOver
            throw TextSyntaxError(
                "an indented line that belongs to nothing: \(ShownText.quoted(cursor.slice(cursor.position..<cursor.end)))",
                expected: "a transaction before it, without an empty line between", at: cursor.position)
        }
    }

    private func readTopLevel(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        switch cursor.byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            isBroken = true
            block = .transaction
            try readHeader(&cursor)
            isBroken = false
        case UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "*"), 0x0C: break
        case UInt8(ascii: "|") where format == .ledger, UInt8(ascii: "%") where format == .ledger: break
        default: try readDirective(&cursor)
        }
    }

    private func readComment(_ cursor: inout LineCursor) {
        cursor.skipBlanks()
        let isEnd =
            cursor.matches("end comment") || cursor.matches("end test") || (format == .ledger && cursor.rest == "end")
        if isEnd { block = .none }
    }

    func endBlock() {
        switch block {
        case .transaction: endTransaction()
        case .account, .commodity:
            if let directive { context.deliver(directive) }
            directive = nil
        case .none, .passedOver, .automated: break
        case .comment: return
        }
        block = .none
    }

    // MARK: - Problems

    func report(_ error: TextSyntaxError, in bytes: UnsafeBufferPointer<UInt8>) {
        if block == .transaction { isBroken = true }
        context.problems.add(
            Problem(
                error.message, expected: error.expected,
                at: LineText.location(
                    of: error.offset, in: bytes, file: files?.currentName ?? "", number: Int(line))))
    }

    /// Names what is not read and changes no balance.
    func notice(_ message: String, expected: String? = nil, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        context.notices.add(
            Problem(
                message, expected: expected,
                at: LineText.location(of: offset, in: bytes, file: files?.currentName ?? "", number: Int(line))))
    }

    // MARK: - Accounts

    func scopeChanged() {
        accountsAsWritten.removeAll()
        accountNumbers.removeAll()
        amounts.declaredMark = scope.declaredMark
        amounts.defaultCommodity = scope.defaultCommodity
    }

    /// The account that these bytes name here, by the prefix and the aliases in force.
    func account(_ bytes: UnsafeBufferPointer<UInt8>) -> TextAccountID {
        let known = Int(accountsAsWritten.number(bytes))
        if known < accountNumbers.count { return accountNumbers[known] }
        let account: TextAccountID
        if scope.prefixes.isEmpty, scope.aliases.isEmpty {
            account = TextAccountID(index: context.names.accountTable.number(bytes))
        } else {
            account = context.names.account(resolved(bytes.string))
        }
        accountNumbers.append(account)
        return account
    }

    private func resolved(_ name: String) -> String {
        if format == .ledger {
            // The whole name first, then its first part; what an alias says is not prefixed.
            if let alias = scope.aliases.last(where: { $0.old == name }) { return alias.new }
            if let colon = name.firstIndex(of: ":"),
                let alias = scope.aliases.last(where: { $0.old == name[..<colon] })
            {
                return alias.new + name[colon...]
            }
            return prefixed(name)
        }
        // hledger: prefixed, then through every alias, the last one first.
        var result = prefixed(name)
        for alias in scope.aliases.reversed() { result = alias.applied(to: result) }
        return result
    }

    /// Source: Ledger 3.3, `journal_t::register_account`.
    func accountOfPayee(insteadOf account: TextAccountID) -> TextAccountID {
        let name = context.names.name(account)
        guard name == "Unknown" || name.hasSuffix(":Unknown") else { return account }
        let payee = transaction.payee
        return payeeAccounts.first { (try? $0.pattern.firstMatch(in: payee)) != nil }?.account ?? account
    }

    func prefixed(_ name: String) -> String {
        (scope.prefixes + [name]).joined(separator: ":")
    }
}
