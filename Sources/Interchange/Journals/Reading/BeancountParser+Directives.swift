import Amounts
import Calendars
import Configuration
import Diagnostics

extension BeancountParser {
    private static let dated = [
        "open", "close", "commodity", "balance", "pad", "price", "note", "document", "event", "query", "custom", "txn",
    ]
    private static let undated = ["option", "plugin", "include", "pushtag", "poptag", "pushmeta", "popmeta"]

    /// Plugins that look at the entries, or add nothing to accounts.
    private static let harmlessPlugins: Set<String> = [
        "auto", "auto_accounts", "check_average_cost", "check_closing", "check_commodity", "check_drained",
        "close_tree",
        "coherent_cost", "commodity_attr", "currency_accounts_check", "implicit_prices", "leafonly", "noduplicates",
        "nounused", "onecommodity", "pedantic", "sellgains", "unique_prices", "unused",
    ]

    /// Those of Fava that set links and tags.
    private static let harmlessPluginsOfFava: Set<String> = [
        "fava.plugins.link_documents", "fava.plugins.tag_discovered_documents",
    ]

    // MARK: - With a date

    func readDated(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        block = .passedOver
        let date = try BeancountScanner.date(&cursor)
        let place = cursor.position
        guard cursor.skipBlanks() else {
            throw TextSyntaxError("a space is missing behind the date", expected: "e.g. 2026-11-21 *", at: place)
        }
        let start = cursor.position
        let word = cursor.word()
        let wordEnd = cursor.position
        if word.count == 1, let flag = word.first, isFlag(flag) {
            try readHeader(&cursor, date, flag)
            return
        }
        cursor.skipBlanks()
        switch word.string {
        case "txn":
            cursor.position = wordEnd
            try readHeader(&cursor, date, UInt8(ascii: "*"))
        case "open": try readOpen(&cursor, date)
        case "close":
            let account = try account(&cursor)
            try begin(.closeAccount(account, on: date), &cursor)
        case "commodity":
            let commodity = try required(commodity(&cursor), "a commodity", "e.g. USD", cursor)
            try begin(.commodity(commodity, decimalPlaces: nil), &cursor)
        case "price":
            let commodity = try required(commodity(&cursor), "a commodity", "e.g. USD", cursor)
            cursor.skipBlanks()
            let price = try amount(&cursor)
            try begin(.price(date, commodity, price), &cursor)
        case "balance": try readBalance(&cursor, date)
        case "pad":
            let account = try account(&cursor)
            cursor.skipBlanks()
            let source = try self.account(&cursor)
            try expectEnd(&cursor)
            pads.add(PadTable.Pad(account: account, source: source, date: date, file: file, line: line))
        case "note", "document", "event", "query", "custom":
            notice("\(word.string) is not read: it changes no balance", at: start, in: cursor)
        default:
            throw TextSyntaxError(
                "\(ShownText.quoted(word)) is no directive"
                    + Suggestion.hint(for: word.string, among: Self.dated),
                expected: "* or ! for a transaction, or one of: " + Self.dated.joined(separator: ", "), at: start)
        }
    }

    private func isFlag(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "?"),
            UInt8(ascii: "%"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private func required<Value>(
        _ value: Value?, _ what: String, _ example: String, _ cursor: LineCursor
    ) throws(TextSyntaxError) -> Value {
        guard let value else {
            throw TextSyntaxError("\(what) is missing", expected: example, at: cursor.position)
        }
        return value
    }

    private func begin(_ kind: TextDirective.Kind, _ cursor: inout LineCursor) throws(TextSyntaxError) {
        try expectEnd(&cursor)
        var directive = TextDirective(kind)
        directive.file = file
        directive.line = line
        self.directive = directive
        block = .directive
    }

    /// `open ACCOUNT [COMMODITY,…] ["BOOKING"]`
    private func readOpen(_ cursor: inout LineCursor, _ date: CalendarDate) throws(TextSyntaxError) {
        let account = try account(&cursor)
        var commodities: [TextCommodityID] = []
        cursor.skipBlanks()
        while let commodity = commodity(&cursor) {
            commodities.append(commodity)
            cursor.skipBlanks()
            if cursor.take(",") { cursor.skipBlanks() }
        }
        if BeancountScanner.isTextStart(cursor) {
            let place = cursor.position
            let text = try BeancountScanner.text(&cursor)
            guard let method = BeancountInventory.Method(rawValue: text) else {
                throw TextSyntaxError(
                    "the booking method \(Quoted.text(text)) is not read", expected: BeancountInventory.Method.names,
                    at: place)
            }
            inventory.methods[account] = method
        }
        try begin(
            .account(account, type: context.names.type(of: account), opened: date, commodities: commodities), &cursor)
    }

    /// `balance ACCOUNT NUMBER [~ TOLERANCE] COMMODITY`: what it holds when the day begins.
    private func readBalance(_ cursor: inout LineCursor, _ date: CalendarDate) throws(TextSyntaxError) {
        let account = try account(&cursor)
        cursor.skipBlanks()
        let column = cursor.position + 1
        let place = cursor.position
        guard BeancountExpression.starts(at: cursor) else {
            throw TextSyntaxError("the balance has no amount", expected: "e.g. 10.00 USD", at: place)
        }
        let number = try BeancountExpression.read(&cursor)
        cursor.skipBlanks()
        var tolerance: ExactDecimal?
        if cursor.take("~") {
            cursor.skipBlanks()
            tolerance = try BeancountExpression.read(&cursor)
            cursor.skipBlanks()
        }
        let commodity = try required(commodity(&cursor), "a commodity", "e.g. USD", cursor)
        try expectEnd(&cursor)
        if tolerance == nil {
            // Twice the tolerance of a transaction.
            let unit = ExactDecimal(coefficient: number.scale > 0 ? 2 : 0, scale: number.scale)
            tolerance = try? unit.multiplied(by: toleranceMultiplier)
        }
        context.checks.append(
            BalanceCheck(
                account: account, date: date, amount: TextAmount(number, commodity), includesSubaccounts: true,
                isSole: false, tolerance: tolerance ?? .zero, countsOwnDay: false, file: file, line: line,
                column: column))
    }

    // MARK: - Without a date

    func readUndated(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        block = .passedOver
        let start = cursor.position
        let word = cursor.word().string
        cursor.skipBlanks()
        switch word {
        case "option":
            let name = try text(&cursor)
            cursor.skipBlanks()
            let place = cursor.position
            try readOption(name, try text(&cursor), cursor, place)
        case "plugin":
            let place = cursor.position
            let name = try text(&cursor)
            let last = name.split(separator: ".").last.map(String.init) ?? name
            guard
                (name.hasPrefix("beancount.plugins.") && Self.harmlessPlugins.contains(last))
                    || Self.harmlessPluginsOfFava.contains(name)
            else {
                throw TextSyntaxError(
                    "the plugin \(Quoted.text(name)) may change entries, and is not run",
                    expected: "the entries that it makes, written out (bean-report, or beancount's printer)", at: place)
            }
            notice("the plugin \(Quoted.text(name)) is not run: it changes no balance", at: start, in: cursor)
            return
        case "include":
            let place = cursor.position
            let name = try text(&cursor)
            try expectEnd(&cursor)
            guard let files, files.isFirstMeeting(with: name) else { return }
            try files.include(name, at: place)
            return
        case "pushtag":
            guard cursor.take("#") else { throw missingTag(cursor) }
            pushedTags.append(BeancountScanner.label(&cursor))
        case "poptag":
            let place = cursor.position
            guard cursor.take("#") else { throw missingTag(cursor) }
            let tag = BeancountScanner.label(&cursor)
            guard let index = pushedTags.lastIndex(of: tag) else {
                throw TextSyntaxError(
                    "the tag \(Quoted.text(tag)) was not pushed", expected: "pushtag before it", at: place)
            }
            pushedTags.remove(at: index)
        case "pushmeta":
            if let pair = try metadata(&cursor) { pushedMetadata.append(pair) }
        case "popmeta":
            let place = cursor.position
            let key = metadataKey(&cursor) ?? ""
            guard let index = pushedMetadata.lastIndex(where: { $0.key == key }) else {
                throw TextSyntaxError(
                    "the key \(Quoted.text(key)) was not pushed", expected: "pushmeta before it", at: place)
            }
            pushedMetadata.remove(at: index)
        default:
            throw TextSyntaxError(
                "\(ShownText.quoted(cursor.slice(start..<cursor.end))) is neither a transaction nor a directive"
                    + Suggestion.hint(for: word, among: Self.undated),
                expected: "a date, or one of: " + Self.undated.joined(separator: ", "), at: start)
        }
        try expectEnd(&cursor)
    }

    private func missingTag(_ cursor: LineCursor) -> TextSyntaxError {
        TextSyntaxError("the tag is missing", expected: "e.g. #trip", at: cursor.position)
    }

    private func text(_ cursor: inout LineCursor) throws(TextSyntaxError) -> String {
        guard BeancountScanner.isTextStart(cursor) else {
            throw TextSyntaxError("a text is missing", expected: "a text in quotes", at: cursor.position)
        }
        return try BeancountScanner.text(&cursor)
    }

    private func readOption(
        _ name: String, _ value: String, _ cursor: LineCursor, _ place: Int
    ) throws(TextSyntaxError) {
        switch name {
        case "name_assets", "name_liabilities", "name_equity", "name_income", "name_expenses":
            let type = TextAccountType(root: name.dropFirst("name_".count)) ?? .equity
            roots = roots.filter { $0.value != type }
            roots[value] = type
        case "inferred_tolerance_multiplier", "tolerance_multiplier":
            guard let number = ExactDecimal(value), !number.isNegative else {
                throw TextSyntaxError("\(Quoted.text(value)) is not a number", expected: "e.g. 0.5", at: place)
            }
            toleranceMultiplier = number
        case "inferred_tolerance_default":
            let parts = value.split(separator: ":").map(String.init)
            guard parts.count == 2, let number = ExactDecimal(parts[1]), !number.isNegative else {
                throw TextSyntaxError("\(Quoted.text(value)) is not read", expected: "e.g. USD:0.005", at: place)
            }
            defaultTolerances[parts[0]] = number
        case "infer_tolerance_from_cost": infersToleranceFromCost = value.uppercased() == "TRUE"
        case "booking_method":
            guard let method = BeancountInventory.Method(rawValue: value) else {
                throw TextSyntaxError(
                    "the booking method \(Quoted.text(value)) is not read", expected: BeancountInventory.Method.names,
                    at: place)
            }
            inventory.defaultMethod = method
        case "plugin_processing_mode" where value == "raw":
            throw TextSyntaxError(
                "the mode \(Quoted.text(value)) leaves pads and documents undone, and is not read",
                expected: "no such option", at: place)
        default: break  // Titles and settings of reports: no balance hangs on them.
        }
    }
}
