import Amounts

/// Amounts as hledger and Ledger write them: `-10.00 EUR`, `$-10`, `-$10`, `1.000,00 "green apples"`.
struct AmountReading {
    let format: TextJournalFormat
    let names: TextNames
    /// hledger's `decimal-mark`; 0 where there is none.
    var declaredMark: UInt8 = 0
    /// hledger's `D`: the commodity of plain numbers.
    var defaultCommodity = TextCommodityID.none
    /// Ledger's `alias` of a commodity: what each other symbol stands for.
    private var aliases: [TextCommodityID: TextCommodityID] = [:]
    private var styles: [Style] = []

    private struct Style {
        /// The decimal mark that was declared or, in Ledger, seen; 0 where it is not known.
        var decimalMark: UInt8 = 0
        /// The most decimal places of an amount so far.
        var places: UInt8 = 0
        /// The decimal places that were declared.
        var declaredPlaces: UInt8?
    }

    init(format: TextJournalFormat, names: TextNames) {
        self.format = format
        self.names = names
    }

    // MARK: - What is known of commodities

    /// The decimal places by which Ledger judges whether a rest is nothing: the most that it has seen so far.
    func places(of commodity: TextCommodityID) -> UInt8 {
        let index = Int(commodity.index)
        guard styles.indices.contains(index) else { return 0 }
        return max(styles[index].places, styles[index].declaredPlaces ?? 0)
    }

    mutating func declare(_ commodity: TextCommodityID, decimalMark: UInt8, places: UInt8) {
        reserveStyle(commodity)
        if decimalMark != 0 { styles[Int(commodity.index)].decimalMark = decimalMark }
        styles[Int(commodity.index)].declaredPlaces = places
    }

    private mutating func reserveStyle(_ commodity: TextCommodityID) {
        while styles.count <= Int(commodity.index) { styles.append(Style()) }
    }

    // MARK: - Amounts

    /// An amount as it was written, with its decimal mark.
    struct Reading {
        var amount: TextAmount
        /// 0 where the number has none.
        var decimalMark: UInt8
        var hasCommodity: Bool
    }

    /// Reads the amount here.
    ///
    /// - Parameter isOfPosting: whether its decimal places and mark count as the commodity's own, as Ledger has it for
    ///   the amounts of postings and not for prices.
    mutating func amount(
        _ cursor: inout LineCursor, isOfPosting: Bool
    ) throws(TextSyntaxError) -> TextAmount {
        try reading(&cursor, isOfPosting: isOfPosting).amount
    }

    mutating func reading(
        _ cursor: inout LineCursor, isOfPosting: Bool = false
    ) throws(TextSyntaxError) -> Reading {
        let start = cursor.position
        var isNegative = false
        var hasSign = takeSign(&cursor, &isNegative)
        if hasSign { cursor.skipBlanks() }
        var commodity = defaultCommodity
        var hasCommodity = false
        let scan: NumberScan
        if startsNumber(cursor) {
            scan = try number(&cursor)
            if let symbol = try symbolBehind(&cursor) {
                commodity = symbol
                hasCommodity = true
            }
        } else {
            guard let symbol = try symbol(&cursor) else { throw notAnAmount(cursor, start) }
            commodity = symbol
            hasCommodity = true
            cursor.skipBlanks()
            let signPlace = cursor.position
            if takeSign(&cursor, &isNegative) {
                guard !hasSign else {
                    throw TextSyntaxError("the amount has two signs", expected: "one, e.g. $-10", at: signPlace)
                }
                hasSign = true
                cursor.skipBlanks()
            }
            guard startsNumber(cursor) else { throw notAnAmount(cursor, start) }
            scan = try number(&cursor)
        }
        return try resolve(
            scan, commodity, isNegative: isNegative, hasCommodity: hasCommodity, isOfPosting: isOfPosting, cursor)
    }

    private mutating func resolve(
        _ scan: NumberScan, _ commodity: TextCommodityID, isNegative: Bool, hasCommodity: Bool, isOfPosting: Bool,
        _ cursor: LineCursor
    ) throws(TextSyntaxError) -> Reading {
        let index = Int(commodity.index)
        if index >= styles.count { reserveStyle(commodity) }
        let known = styles[index].decimalMark != 0 ? styles[index].decimalMark : declaredMark
        let places: Int
        var mark: UInt8 = 0
        if scan.marks == 0 {
            places = 0
        } else if scan.marks == 1, scan.dots == 1, known == 0 {
            places = scan.digitsBehindLastMark
            mark = UInt8(ascii: ".")
        } else if format == .ledger {
            let result = try DecimalMark.ledgerPlaces(
                scan, in: cursor.bytes, usesDecimalComma: known == UInt8(ascii: ","))
            places = result.places
            if result.usesDecimalComma {
                mark = UInt8(ascii: ",")
                if isOfPosting { styles[index].decimalMark = mark }
            } else {
                mark = UInt8(ascii: ".")
            }
        } else {
            places = try DecimalMark.hledgerPlaces(scan, known: known)
            if places > 0 || (scan.marks == 1 && scan.digitsBehindLastMark == 0) { mark = scan.lastMark }
        }
        let quantity = try scan.quantity(decimalPlaces: places, isNegative: isNegative, isPrice: !isOfPosting)
        if isOfPosting, quantity.scale > styles[index].places { styles[index].places = quantity.scale }
        return Reading(amount: TextAmount(quantity, commodity), decimalMark: mark, hasCommodity: hasCommodity)
    }

    private func number(_ cursor: inout LineCursor) throws(TextSyntaxError) -> NumberScan {
        try NumberScan.read(&cursor, allowsSpaces: format == .hledger, allowsExponent: format == .hledger)
    }

    private func takeSign(_ cursor: inout LineCursor, _ isNegative: inout Bool) -> Bool {
        switch cursor.byte {
        case UInt8(ascii: "-"): isNegative = true
        case UInt8(ascii: "+"): break
        default: return false
        }
        cursor.position += 1
        return true
    }

    private func startsNumber(_ cursor: LineCursor) -> Bool {
        let byte = cursor.byte
        return byte.isDigit
            || ((byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")) && cursor.byte(after: 1).isDigit)
    }

    /// The commodity behind a number, when there is one.
    private func symbolBehind(_ cursor: inout LineCursor) throws(TextSyntaxError) -> TextCommodityID? {
        var ahead = cursor
        var width = ahead.groupSpaceWidth()
        while width > 0 || ahead.byte == 0x09 {
            ahead.position += max(1, width)
            width = ahead.groupSpaceWidth()
        }
        guard let found = try symbol(&ahead) else { return nil }
        cursor = ahead
        return found
    }

    /// The commodity that stands here; nil where none does.
    func symbol(_ cursor: inout LineCursor) throws(TextSyntaxError) -> TextCommodityID? {
        let start = cursor.position
        if cursor.take(UInt8(ascii: "\"")) {
            guard let close = cursor.find(UInt8(ascii: "\"")) else {
                throw TextSyntaxError("the quote is never closed", expected: "e.g. \"green apples\"", at: start)
            }
            defer { cursor.position = close + 1 }
            guard close > start + 1 else {
                throw TextSyntaxError("the commodity has no name", expected: "e.g. \"green apples\"", at: start)
            }
            return commodity(cursor.slice(start + 1..<close))
        }
        while cursor.position < cursor.end, isSymbolByte(cursor) { cursor.position += 1 }
        guard cursor.position > start else { return nil }
        return commodity(cursor.slice(start..<cursor.position))
    }

    private func commodity(_ bytes: UnsafeBufferPointer<UInt8>) -> TextCommodityID {
        let symbol = TextCommodityID(index: names.commodityTable.number(bytes))
        return aliases.isEmpty ? symbol : aliases[symbol] ?? symbol
    }

    /// Reads another symbol for `commodity`, which holds from here on.
    mutating func readAlias(_ cursor: inout LineCursor, of commodity: TextCommodityID) throws(TextSyntaxError) {
        let start = cursor.position
        guard let symbol = try symbol(&cursor), cursor.isAtEnd else {
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is not a commodity", expected: "e.g. alias USD",
                at: start)
        }
        if symbol != commodity { aliases[symbol] = commodity }
    }

    /// Source: the characters that hledger ("nonsimple commodity characters") and Ledger (`invalid_chars`) exclude.
    private func isSymbolByte(_ cursor: LineCursor) -> Bool {
        switch cursor.byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "'"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "~"), UInt8(ascii: "\\"):
            true
        case 0x80...: cursor.groupSpaceWidth() == 0
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "&"),
            UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "<"), UInt8(ascii: ">"):
            format == .hledger
        default: false
        }
    }

    private func notAnAmount(_ cursor: LineCursor, _ start: Int) -> TextSyntaxError {
        let shown = ShownText.quoted(cursor.slice(start..<cursor.end))
        if cursor.byte == UInt8(ascii: "(") {
            return TextSyntaxError(
                "the amount \(shown) is an expression, which is not read", expected: "the amount that it comes to",
                at: start)
        }
        return TextSyntaxError(
            "\(shown) is not an amount", expected: "a number and a commodity, e.g. 10.00 EUR or $10.00", at: start)
    }
}
