import Amounts
import Calendars
import Configuration
import Diagnostics

/// Reads the lines of Beancount's input.
///
/// Source: "Beancount Language Syntax"; "Precision & Tolerances"; "Balance Assertions"; where they are silent, what
/// beancount 3.2 does.
final class BeancountParser: JournalParser {
    let context: JournalContext
    var balancer: TransactionBalancer
    var files: JournalFiles?
    var file: Int32 = 0
    var line: Int32 = 0

    var transaction = TextTransaction(date: .earliest)
    var block = Block.none
    var isBroken = false
    /// Places of postings without an amount, and of those that name the commodity only.
    var openPostings: [Int] = []
    var openCommodities: [Int: TextCommodityID] = [:]
    /// By the place of the posting; its amount is the weight that is to be found until it is filled in.
    var openNumbers: [Int: OpenNumber] = [:]
    var directive: TextDirective?

    var pushedTags: [String] = []
    var pushedMetadata: [TextMetadata] = []
    var roots: [String: TextAccountType] = Dictionary(
        uniqueKeysWithValues: TextAccountType.allCases.map { ($0.beancountRoot, $0) })
    var toleranceMultiplier = ExactDecimal(coefficient: 5, scale: 1)
    var infersToleranceFromCost = false
    /// `inferred_tolerance_default`, by commodity; `*` stands for every other.
    var defaultTolerances: [String: ExactDecimal] = [:]
    var totals = TextBalances()
    var inventory = BeancountInventory()
    var pads = PadTable()
    private var checkedRoots: Set<TextAccountID> = []

    /// A text that goes on over several lines.
    private var unfinished: [UInt8] = []
    private var unfinishedLines = 0
    private var unfinishedStart: Int32 = 0

    enum Block {
        case none, transaction, directive
        /// Something that is not read and was named already.
        case passedOver
    }

    init(context: JournalContext) {
        self.context = context
        balancer = TransactionBalancer(format: .beancount, names: context.names)
    }

    func enter(file: Int32) {
        self.file = file
        block = .none
    }

    func leave(number: Int) {
        if unfinishedLines > 0 {
            context.problems.add(
                "the quote is never closed", expected: "a closing \"",
                at: context.names.location(file: file, line: unfinishedStart))
            unfinishedLines = 0
            unfinished.removeAll()
        }
        endBlock()
    }

    func finish() {}

    // MARK: - Lines

    func read(_ bytes: UnsafeBufferPointer<UInt8>, number: Int, in files: JournalFiles) {
        self.files = files
        file = files.current
        if unfinishedLines == 0 {
            line = Int32(truncatingIfNeeded: number)
            if Self.endsInText(bytes) {
                unfinished = Array(bytes)
                unfinishedLines = 1
                unfinishedStart = line
                return
            }
            readLine(bytes)
            return
        }
        unfinished.append(0x0A)
        unfinished.append(contentsOf: bytes)
        unfinishedLines += 1
        let isOpen = unfinished.withUnsafeBufferPointer(Self.endsInText)
        guard !isOpen || unfinishedLines >= context.options.maximumTextLines else { return }
        let whole = unfinished
        unfinished.removeAll()
        unfinishedLines = 0
        line = unfinishedStart
        whole.withUnsafeBufferPointer(readLine)
    }

    /// Whether a quote is open at the end.
    private static func endsInText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var isInText = false
        var index = 0
        // Headlines and comments hold what they like.
        guard let first = bytes.first, first.isBlank || first.isDigit || first.isASCIILetter else { return false }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                isInText.toggle()
            } else if isInText, byte == UInt8(ascii: "\\") {
                index += 1
            } else if !isInText, byte == UInt8(ascii: ";") {
                return false
            }
            index += 1
        }
        return isInText
    }

    private func readLine(_ bytes: UnsafeBufferPointer<UInt8>) {
        var cursor = LineCursor(bytes)
        do throws(TextSyntaxError) {
            if let first = bytes.first, first.isBlank {
                cursor.skipBlanks()
                if cursor.isAtEnd {
                    endBlock()
                } else {
                    try readIndented(&cursor)
                }
            } else {
                endBlock()
                if !bytes.isEmpty { try readTopLevel(&cursor) }
            }
        } catch {
            report(error, in: bytes)
        }
    }

    private func readIndented(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.byte == UInt8(ascii: ";") { return }
        switch block {
        case .transaction: try readTransactionLine(&cursor)
        case .directive:
            if let pair = try metadata(&cursor) { directive?.metadata.append(pair) }
            try expectEnd(&cursor)
        case .passedOver: break
        case .none:
            block = .passedOver
            throw TextSyntaxError(
                "an indented line that belongs to nothing: \(ShownText.quoted(cursor.slice(cursor.position..<cursor.end)))",
                expected: "a transaction before it, without an empty line between", at: cursor.position)
        }
    }

    private func readTopLevel(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        switch cursor.byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try readDated(&cursor)
        case UInt8(ascii: ";"), UInt8(ascii: "*"), UInt8(ascii: ":"), UInt8(ascii: "#"), UInt8(ascii: "!"),
            UInt8(ascii: "&"), UInt8(ascii: "?"), UInt8(ascii: "%"), 0x0C:
            break  // A comment, or a headline of an outline.
        default: try readUndated(&cursor)
        }
    }

    func endBlock() {
        switch block {
        case .transaction: endTransaction()
        case .directive:
            if let directive { context.deliver(directive) }
            directive = nil
        case .none, .passedOver: break
        }
        block = .none
    }

    // MARK: - Problems

    func report(_ error: TextSyntaxError, in bytes: UnsafeBufferPointer<UInt8>) {
        if block == .transaction { isBroken = true }
        context.problems.add(Problem(error.message, expected: error.expected, at: location(error.offset, in: bytes)))
    }

    func notice(_ message: String, expected: String? = nil, at offset: Int, in cursor: LineCursor) {
        context.notices.add(Problem(message, expected: expected, at: location(offset, in: cursor.bytes)))
    }

    /// The place of a byte; a text of several lines is counted line by line.
    private func location(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourceLocation {
        var start = 0
        var number = Int(line)
        for index in bytes.indices.prefix(max(0, offset)) where bytes[index] == 0x0A {
            start = index + 1
            number += 1
        }
        return LineText.location(
            of: offset - start, in: UnsafeBufferPointer(rebasing: bytes[start...]), file: files?.currentName ?? "",
            number: number)
    }

    /// Nothing but a comment may stand here.
    func expectEnd(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        cursor.skipBlanks()
        guard cursor.isAtEnd || cursor.byte == UInt8(ascii: ";") else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(cursor.position..<cursor.end))) is not read here",
                expected: "the end of the line", at: cursor.position)
        }
    }

    // MARK: - Accounts and commodities

    /// The account that stands here.
    func account(_ cursor: inout LineCursor) throws(TextSyntaxError) -> TextAccountID {
        let start = cursor.position
        guard let bytes = BeancountScanner.account(&cursor) else {
            var word = cursor
            throw TextSyntaxError(
                "\(ShownText.quoted(word.word())) is not an account", expected: "e.g. Assets:Bank", at: start)
        }
        let account = TextAccountID(index: context.names.accountTable.number(bytes))
        if checkedRoots.contains(account) { return account }
        let root = String(decoding: bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        guard let type = roots[root] else {
            throw TextSyntaxError(
                "the account \(ShownText.quoted(bytes)) begins with \(Quoted.text(root))",
                expected: "one of " + roots.keys.sorted().joined(separator: ", "), at: start)
        }
        context.names.declaredTypes[account] = type
        checkedRoots.insert(account)
        return account
    }

    func commodity(_ cursor: inout LineCursor) -> TextCommodityID? {
        guard let bytes = BeancountScanner.commodity(&cursor) else { return nil }
        return TextCommodityID(index: context.names.commodityTable.number(bytes))
    }

    /// A number and its commodity.
    func amount(_ cursor: inout LineCursor) throws(TextSyntaxError) -> TextAmount {
        let start = cursor.position
        guard BeancountExpression.starts(at: cursor) else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is not an amount", expected: "e.g. 10.00 USD",
                at: start)
        }
        let number = try BeancountExpression.read(&cursor)
        cursor.skipBlanks()
        guard let commodity = commodity(&cursor) else {
            throw TextSyntaxError("the amount has no commodity", expected: "e.g. 10.00 USD", at: cursor.position)
        }
        return TextAmount(number, commodity)
    }

    // MARK: - Metadata

    /// `key: value`, where it stands here.
    func metadata(_ cursor: inout LineCursor) throws(TextSyntaxError) -> TextMetadata? {
        guard let key = metadataKey(&cursor) else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(cursor.position..<cursor.end))) is not read here",
                expected: "key: value", at: cursor.position)
        }
        cursor.skipBlanks()
        if BeancountScanner.isTextStart(cursor) { return TextMetadata(key, try BeancountScanner.text(&cursor)) }
        let end = cursor.find(UInt8(ascii: ";")) ?? cursor.end
        let value = cursor.text(cursor.position..<end)
        cursor.position = end
        return TextMetadata(key, value)
    }

    /// A small letter, then letters, digits, `-` and `_`, then a colon and a blank.
    func metadataKey(_ cursor: inout LineCursor) -> String? {
        var ahead = cursor
        guard ahead.byte >= UInt8(ascii: "a"), ahead.byte <= UInt8(ascii: "z") else { return nil }
        while ahead.byte.isASCIILetter || ahead.byte.isDigit || ahead.byte == UInt8(ascii: "-")
            || ahead.byte == UInt8(ascii: "_")
        {
            ahead.position += 1
        }
        guard ahead.byte == UInt8(ascii: ":") else { return nil }
        let key = ahead.slice(cursor.position..<ahead.position).string
        ahead.position += 1
        guard ahead.isAtEnd || ahead.byte.isBlank || ahead.byte == UInt8(ascii: "\"") else { return nil }
        cursor = ahead
        return key
    }
}
