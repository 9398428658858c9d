/// What accounts and commodities are called in one of the formats.
///
/// hledger and Ledger take nearly every name as it is. Beancount has five roots, parts of ASCII letters, digits and
/// hyphens that begin with a capital, and commodities of capitals: there the name as it was goes into the metadata of
/// the account's `open` and the commodity's `commodity`.
struct TextNaming {
    private let format: TextJournalFormat
    private(set) var accounts: [TextAccountID: String] = [:]
    private(set) var commodities: [TextCommodityID: String] = [:]
    private var taken: Set<String> = []

    /// - Parameters:
    ///   - accounts: all that are written; names that collide are told apart in their order.
    ///   - unknownType: the type of accounts whose names do not tell it.
    init(
        _ format: TextJournalFormat, accounts: [TextAccountID], commodities: [TextCommodityID], names: TextNames,
        unknownType: TextAccountType
    ) {
        self.format = format
        for account in accounts {
            self.accounts[account] =
                format == .beancount
                ? unique(Self.beancountName(names.name(account), names.type(of: account) ?? unknownType))
                : Self.safeName(names.name(account))
        }
        taken.removeAll()
        // A commodity that needs no other name comes first, so that USD stays USD beside $.
        let symbols = commodities.map { (id: $0, name: names.name($0)) }
        for symbol in symbols.filter({ isPlain($0.name) }) + symbols.filter({ !isPlain($0.name) }) {
            self.commodities[symbol.id] =
                format == .beancount ? unique(Self.beancountCommodity(symbol.name)) : Self.quoted(symbol.name)
        }
    }

    private func isPlain(_ name: String) -> Bool { Self.beancountCommodity(name) == name }

    private mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    static func percentEscape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    // MARK: - hledger and Ledger

    /// The name, with what would end it or be read as a bracket or mark written as `%3B`.
    static func safeName(_ name: String) -> String {
        let bytes = Array(name.utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isEdge = index == 0 || index == bytes.count - 1
            let mustEscape =
                switch byte {
                case 0..<0x20, 0x7F, UInt8(ascii: ";"): true
                case 0x20: isEdge || bytes[index - 1] == 0x20
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "<"), UInt8(ascii: "*"), UInt8(ascii: "!"),
                    UInt8(ascii: "@"), UInt8(ascii: "="), UInt8(ascii: "~"), UInt8(ascii: "\""):
                    index == 0
                default: false
                }
            if mustEscape { result += percentEscape(byte) } else { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Words that Ledger reads as parts of an expression.
    private static let ledgerWords: Set<String> = [
        "and", "any", "all", "div", "else", "false", "if", "or", "not", "true",
    ]

    /// The symbol, in quotes unless it is made of letters and signs of currencies only.
    static func quoted(_ symbol: String) -> String {
        guard !symbol.isEmpty else { return "" }
        let isPlain = symbol.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "A"..."Z", "a"..."z", "$": true
            default:
                scalar.value > 0x7F
                    && (scalar.properties.generalCategory == .currencySymbol || scalar.properties.isAlphabetic)
            }
        }
        if isPlain, !ledgerWords.contains(symbol) { return symbol }
        return "\"" + String(symbol.map { $0 == "\"" || $0 == "\n" || $0 == "\r" ? "'" : $0 }) + "\""
    }

    // MARK: - Beancount

    static func beancountName(_ name: String, _ type: TextAccountType) -> String {
        var parts = name.split(separator: ":").map(String.init)
        if let first = parts.first, TextAccountType(root: first) == type || first == type.beancountRoot {
            parts.removeFirst()
        }
        if parts.isEmpty { parts = ["Other"] }
        return ([type.beancountRoot] + parts.map(beancountPart)).joined(separator: ":")
    }

    /// ASCII letters, digits and single hyphens, beginning with a capital letter or a digit.
    private static func beancountPart(_ part: String) -> String {
        var result = ""
        for scalar in part.unicodeScalars {
            let plain = plainLetters(scalar)
            if plain.isEmpty {
                if !result.hasSuffix("-") { result += "-" }
            } else {
                result += plain
            }
        }
        while result.hasPrefix("-") { result.removeFirst() }
        while result.hasSuffix("-") { result.removeLast() }
        guard let first = result.first else { return "X" }
        return first.uppercased() + result.dropFirst()
    }

    /// A letter or digit in ASCII, accents removed; empty for everything else but hyphens.
    private static func plainLetters(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9": return String(scalar)
        case "Ä", "Æ": return "Ae"
        case "ä", "æ": return "ae"
        case "Ö", "Ø", "Œ": return "Oe"
        case "ö", "ø", "œ": return "oe"
        case "Ü": return "Ue"
        case "ü": return "ue"
        case "ß": return "ss"
        default: break
        }
        // Latin-1, U+00C0 to U+00FF, without what stands above.
        let latin = Array("AAAAAAACEEEEIIIIDNOOOOO-OUUUUY-saaaaaaaceeeeiiiidnooooo-ouuuuy-y".unicodeScalars)
        let index = Int(scalar.value) - 0xC0
        guard latin.indices.contains(index), latin[index] != "-" else { return "" }
        return String(latin[index])
    }

    private static let currencySigns = [
        "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₿": "BTC", "₩": "KRW", "₺": "TRY",
        "": "UNIT",
    ]

    /// Two to 24 capitals, digits, `'._-`, beginning with a letter and ending with a letter or digit.
    static func beancountCommodity(_ symbol: String) -> String {
        if let known = currencySigns[symbol] { return known }
        var result = ""
        for scalar in symbol.unicodeScalars {
            switch scalar {
            case "A"..."Z", "0"..."9", "'", ".", "_", "-": result.unicodeScalars.append(scalar)
            case "a"..."z": result += String(scalar).uppercased()
            case _ where scalar.value > 0x7F: result += "U" + String(scalar.value, radix: 16, uppercase: true)
            default: result += "-"
            }
        }
        while let last = result.utf8.last, !(last.isDigit || last.isASCIILetter) { result.removeLast() }
        if result.utf8.first.map({ !$0.isASCIILetter }) ?? true || result.utf8.count < 2 { result = "X" + result }
        if result.utf8.count < 2 { result += "X" }
        if ["TRUE", "FALSE", "NULL"].contains(result) { result += "-C" }
        // Room is left for the number of one that collides.
        var cut = String(result.prefix(20))
        while let last = cut.utf8.last, !(last.isDigit || last.isASCIILetter) { cut.removeLast() }
        return cut
    }
}
