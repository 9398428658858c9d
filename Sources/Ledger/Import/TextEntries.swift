import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange

/// Turns the transactions of a text journal into entries.
struct TextEntries {
    let settings: JournalImport.Settings
    let symbols: CommoditySymbols
    let balance: ImportedBalance
    var prices: ImportedPrices
    var accounts: ImportedAccounts
    var problems = ProblemList(maximumCount: JournalImport.maximumProblems)
    /// Whether all declarations of the journal are known, wherever they stand in it.
    var isSecondReading = false

    /// What the journal says of its accounts anywhere, where that was read beforehand.
    private var types: [String: TextAccountType] = [:]
    /// Whether an entry cannot be made for a reason that was told before.
    private var hasFailed = false
    /// Currencies of which it was told that a rate is missing; each is told once.
    private var withoutRate: Set<Currency> = []
    /// By commodity that is no money, the postings that have no price.
    private var unpricedCounts: [TextCommodityID: Int] = [:]
    private var leftOutCounts: [TextCommodityID: Int] = [:]
    private var keys = ContentKeys()
    private var codes: [AccountCode?] = []
    private var reported: Set<TextAccountID> = []
    private var paths: [TextAccountID: String] = [:]
    private let chart: ChartOfAccounts
    private let stored: ExchangeRateTable
    private let hasCurrencies: Bool
    private var currencies: [Currency??] = []

    private static let maximumUnpricedTold = 10

    init(_ settings: JournalImport.Settings, chart: ChartOfAccounts, stored: ExchangeRateTable) {
        self.settings = settings
        self.chart = chart
        self.stored = stored
        hasCurrencies = chart.hasCurrencies
        symbols = CommoditySymbols(base: settings.base, named: settings.symbols)
        balance = ImportedBalance(
            base: settings.base, rounding: settings.roundingAccount, conversion: settings.conversionAccount)
        prices = ImportedPrices(base: settings.base, stored: stored)
        accounts = ImportedAccounts(chart: chart, map: settings.map, creates: settings.createsAccounts)
    }

    /// Thrown where an answer depends on declarations that may follow later in the journal.
    struct NeedsDeclarations: Error {}

    /// For a second reading of the same journal, with all that it declares.
    func again(declaring names: TextNames) throws -> TextEntries {
        var again = TextEntries(settings, chart: chart, stored: stored)
        again.isSecondReading = true
        again.prices = prices
        for account in names.accounts { again.types[names.name(account)] = names.type(of: account) }
        try again.prices.finish()
        return again
    }

    // MARK: - Declarations

    mutating func add(_ directive: TextDirective, _ names: TextNames) {
        switch directive.kind {
        case .account(let account, _, _, _):
            if let path = directive.metadata["name"] { paths[account] = path }
            guard settings.createsAccounts, type(of: account, names) != nil else { return }
            _ = code(of: account, names, at: names.location(file: directive.file, line: directive.line))
        case .price(let date, let commodity, let amount):
            guard !isSecondReading, let from = currency(commodity, names), let to = currency(amount.commodity, names)
            else { return }
            prices.add(date, from, amount.quantity, to)
        case .closeAccount, .commodity: break
        }
    }

    // MARK: - Transactions

    /// The entry; nil where something was reported, or nothing but zeros is in it.
    mutating func entry(_ transaction: TextTransaction, _ names: TextNames) throws -> JournalEntry? {
        let place = names.location(of: transaction)
        let before = problems.count
        hasFailed = false
        var lines: [ImportedLine] = []
        lines.reserveCapacity(transaction.postings.count + 1)
        var isPlain = true
        for posting in transaction.postings {
            if !settings.leftOut.isEmpty, isLeftOut(posting, names) { continue }
            guard let line = try line(posting, of: transaction, names) else { continue }
            if line.base == nil || line.amount.currency != settings.base { isPlain = false }
            lines.append(line)
            if posting.kind == .unbalancedVirtual, let counter = settings.counterAccount {
                var contrary = line
                contrary.account = counter
                contrary.amount = try line.amount.negated()
                contrary.weight = try line.weight.negated()
                contrary.base = try line.base?.negated()
                lines.append(contrary)
            }
        }
        guard problems.count == before, !hasFailed, !lines.isEmpty else { return nil }
        do {
            let postings = try postings(lines, isPlain: isPlain, on: transaction.date)
            guard postings.contains(where: { !$0.isNothing }) else { return nil }
            return try entry(transaction, names, postings)
        } catch let error as NeedsDeclarations {
            throw error
        } catch {
            if let missing = error as? MissingExchangeRate, !withoutRate.insert(missing.from).inserted { return nil }
            problems.add(importing: error, at: place)
            return nil
        }
    }

    private func postings(
        _ lines: [ImportedLine], isPlain: Bool, on date: CalendarDate
    ) throws -> [JournalEntry.Posting] {
        if isPlain {
            var sum: Int128 = 0
            for line in lines { sum += Int128(line.weight.minorUnits) }
            if sum == 0 { return lines.map { $0.posting($0.base ?? $0.amount) } }
        }
        return try balance.postings(lines) { currency in
            guard isSecondReading else { throw NeedsDeclarations() }
            return try prices.rate(from: currency, on: date)
        }
    }

    private mutating func entry(
        _ transaction: TextTransaction, _ names: TextNames, _ postings: [JournalEntry.Posting]
    ) throws -> JournalEntry {
        let tags = transaction.metadata
        let prefix = settings.source
        var journal = settings.journal
        var kind = settings.kind
        var documentDate = transaction.secondaryDate
        var source = transaction.code.isEmpty ? nil : JournalEntry.Source(type: "document", id: transaction.code)
        var reverses: String?
        var key: String?
        if !tags.isEmpty {
            key = tags[EntryTags.entry].map { Self.prefixed(EntryTags.unescaped($0), prefix) }
            if let text = tags[EntryTags.journal] { journal = JournalCode(text) ?? journal }
            if let text = tags[EntryTags.kind] { kind = JournalEntry.Kind(rawValue: text) ?? kind }
            if let text = tags[EntryTags.documentDate] { documentDate = CalendarDate(text) ?? documentDate }
            if let type = tags[EntryTags.sourceType], let id = tags[EntryTags.sourceID] {
                source = JournalEntry.Source(type: EntryTags.unescaped(type), id: EntryTags.unescaped(id))
            }
            reverses = tags[EntryTags.reverses].map { Self.prefixed(EntryTags.unescaped($0), prefix) }
        }
        var description = transaction.payee
        if description.isEmpty {
            description = transaction.narration
        } else if !transaction.narration.isEmpty {
            description += " | " + transaction.narration
        }
        if !tags.isEmpty, let text = tags[EntryTags.description] { description = EntryTags.unescaped(text) }
        return try JournalEntry(
            key: key ?? keys.key(of: transaction, names, prefix: prefix ?? ContentKeys.prefix), journal: journal,
            kind: kind, date: transaction.date, documentDate: documentDate, source: source, reverses: reverses,
            description: description, postings: postings)
    }

    static func prefixed(_ key: String, _ prefix: String?) -> String { prefix.map { "\($0)/\(key)" } ?? key }

    // MARK: - Postings

    private mutating func line(
        _ posting: TextPosting, of transaction: TextTransaction, _ names: TextNames
    ) throws -> ImportedLine? {
        // Where the line is is only asked for when there is something to say of it.
        func place() -> SourceLocation {
            names.location(file: transaction.file, line: posting.line > 0 ? posting.line : transaction.line)
        }
        if posting.kind == .unbalancedVirtual, settings.counterAccount == nil {
            problems.add(
                "a posting in round brackets, which nothing balances",
                expected: "one in square brackets, or --counter-account with what is to balance it", at: place())
        }
        if let date = posting.date, date != transaction.date {
            problems.add(
                "the posting has the date \(date), its transaction \(transaction.date)",
                expected: "one date; split the transaction over a clearing account", at: place())
        }
        let code: AccountCode
        if codes.indices.contains(Int(posting.account.index)), let known = codes[Int(posting.account.index)] {
            code = known
        } else {
            guard !needsDeclarations(posting.account, names) else { throw NeedsDeclarations() }
            guard let found = self.code(of: posting.account, names, at: place()) else { return nil }
            code = found
        }
        do {
            guard var line = try line(posting, code, names, place) else { return nil }
            if hasCurrencies, let only = chart.details(of: code).currency, only != line.amount.currency {
                problems.add(
                    "\(line.amount) on \(code), which is kept in \(only)", expected: "an amount in \(only)", at: place()
                )
            }
            if !posting.metadata.isEmpty || !transaction.metadata.isEmpty {
                describe(&line, posting, transaction, place)
            }
            if line.description.isEmpty, !posting.comment.isEmpty, !Self.isNamedValue(posting),
                transaction.metadata[EntryTags.entry] == nil
            {
                line.description = posting.comment
            }
            return line
        } catch let error as ArithmeticError {
            problems.add(importing: error, at: place())
            return nil
        }
    }

    /// Whether the comment is a named value and nothing else.
    private static func isNamedValue(_ posting: TextPosting) -> Bool {
        guard posting.metadata.count == 1 else { return false }
        let pair = posting.metadata[0]
        return posting.comment.filter { $0 != " " } == "\(pair.key):\(pair.value)".filter { $0 != " " }
    }

    private mutating func line(
        _ posting: TextPosting, _ code: AccountCode, _ names: TextNames, _ place: () -> SourceLocation
    ) throws -> ImportedLine? {
        let quantity = posting.amount.quantity
        let isPriced = posting.cost != nil || posting.price != nil
        // A plain number that has a price counts things, not money: `2 @ 3.97 USD`.
        guard let own = currency(posting.amount.commodity, names), !isPriced || posting.amount.commodity != .none else {
            return try atCost(posting, code, names, place)
        }
        guard let amount = try money(quantity, own, isExact: !posting.isInferred) else {
            problems.add(
                "\(quantity) \(names.name(posting.amount.commodity)) has more decimal places than \(own)",
                expected: "at most \(own.exponent)", at: place())
            return nil
        }
        guard isPriced, !quantity.isZero else {
            return ImportedLine(
                account: code, amount: amount, weight: amount, base: own == settings.base ? amount : nil)
        }
        guard let weight = try weight(of: posting, names, place) else { return nil }
        guard own != weight.currency else { return try atCost(posting, code, names, place) }
        return ImportedLine(
            account: code, amount: amount, weight: weight,
            base: own == settings.base ? amount : weight.currency == settings.base ? weight : nil)
    }

    /// What is no currency is booked at what it cost: the books are kept in money.
    private mutating func atCost(
        _ posting: TextPosting, _ code: AccountCode, _ names: TextNames, _ place: () -> SourceLocation
    ) throws -> ImportedLine? {
        let quantity = posting.amount.quantity
        let symbol = names.name(posting.amount.commodity)
        guard !quantity.isZero else { return nil }
        guard posting.cost != nil || posting.price != nil else {
            report(unpriced: posting.amount, symbol, place)
            return nil
        }
        guard let weight = try weight(of: posting, names, place) else { return nil }
        return ImportedLine(
            account: code, amount: weight, weight: weight, base: weight.currency == settings.base ? weight : nil,
            description: symbol.isEmpty ? "\(quantity)" : "\(quantity) \(symbol)")
    }

    /// Tells the first few of each commodity one by one: a journal of hours and miles has thousands of them.
    private mutating func report(unpriced amount: TextAmount, _ symbol: String, _ place: () -> SourceLocation) {
        hasFailed = true
        unpricedCounts[amount.commodity, default: 0] += 1
        guard unpricedCounts[amount.commodity, default: 0] <= Self.maximumUnpricedTold else { return }
        problems.add(
            "\(amount.quantity) \(Quoted.text(symbol)) is no amount of money and has no price",
            expected: Self.expectation(ofUnpriced: symbol), at: place())
    }

    private static func expectation(ofUnpriced symbol: String) -> String {
        "a price or cost; --commodity '\(symbol)=CUR' where it is a currency; or --leave-out '\(symbol)'"
    }

    /// Tells at the end of the journal what was only counted.
    mutating func finish(_ names: TextNames) {
        for (commodity, count) in unpricedCounts.sorted(by: { $0.key < $1.key }) where count > Self.maximumUnpricedTold
        {
            let symbol = names.name(commodity)
            problems.add(
                "\(count - Self.maximumUnpricedTold) more postings in \(Quoted.text(symbol)) have no price",
                expected: Self.expectation(ofUnpriced: symbol))
        }
    }

    /// What was left out because the person who imports said so.
    func leftOut(_ names: TextNames) -> [Problem] {
        leftOutCounts.sorted { $0.key < $1.key }.map { commodity, count in
            Problem("left out, as told: the amounts in \(Quoted.text(names.name(commodity))), \(count) of them")
        }
    }

    /// Whether the posting is in a commodity that is to be left out. With a price or cost it is money, and stays.
    private mutating func isLeftOut(_ posting: TextPosting, _ names: TextNames) -> Bool {
        guard posting.cost == nil, posting.price == nil, posting.amount.commodity != .none,
            settings.leftOut.contains(names.name(posting.amount.commodity))
        else { return false }
        leftOutCounts[posting.amount.commodity, default: 0] += 1
        return true
    }

    private mutating func weight(
        of posting: TextPosting, _ names: TextNames, _ place: () -> SourceLocation
    ) throws -> Money? {
        let weight = try posting.weight
        guard let currency = currency(weight.commodity, names) else {
            problems.add(
                "the price is in \(Quoted.text(names.name(weight.commodity))), which is no currency",
                expected: "a price in money", at: place())
            return nil
        }
        return try Money(rounding: weight.quantity, .halfAwayFromZero, currency)
    }

    private func money(
        _ quantity: ExactDecimal, _ currency: Currency, isExact: Bool
    ) throws(ArithmeticError) -> Money? {
        if quantity.scale == currency.exponent, let minor = Int64(exactly: quantity.coefficient) {
            return Money(minorUnits: minor, currency)
        }
        if isExact { return try Money(exactly: quantity, currency) }
        return try Money(rounding: quantity, .halfAwayFromZero, currency)
    }

    /// Party, dimensions, due date and text, from the posting's named values or else those of its transaction.
    private mutating func describe(
        _ line: inout ImportedLine, _ posting: TextPosting, _ transaction: TextTransaction,
        _ place: () -> SourceLocation
    ) {
        func value(_ key: String) -> String? {
            let text = posting.metadata[key] ?? transaction.metadata[key]
            return text.flatMap { $0.isEmpty ? nil : EntryTags.unescaped($0) }
        }
        if let text = value(EntryTags.party) { line.party = EntryTags.party(text) }
        line.dimensions = Dimensions(costCentre: value(EntryTags.costCentre), project: value(EntryTags.project))
        if let text = value(EntryTags.due) {
            line.due = CalendarDate(text)
            if line.due == nil {
                problems.add(
                    "due \(Quoted.text(text)) is not a date", expected: "YYYY-MM-DD, e.g. 2026-11-21", at: place())
            }
        }
        if let text = posting.metadata[EntryTags.text] { line.description = EntryTags.unescaped(text) }
        if let text = posting.metadata[EntryTags.worthOf], let currency = Currency(text), line.base != nil {
            line.amount = .zero(currency)
        }
    }

    // MARK: - Names

    private mutating func currency(_ commodity: TextCommodityID, _ names: TextNames) -> Currency? {
        let index = Int(commodity.index)
        while currencies.count <= index { currencies.append(nil) }
        if let known = currencies[index] { return known }
        let currency = symbols.currency(names.name(commodity))
        currencies[index] = .some(currency)
        return currency
    }

    private func type(of account: TextAccountID, _ names: TextNames) -> TextAccountType? {
        guard !types.isEmpty else { return names.type(of: account) }
        var name = names.name(account)[...]
        while true {
            if let type = types[String(name)] { return type }
            guard let colon = name.lastIndex(of: ":") else { return names.type(of: account) }
            name = name[..<colon]
        }
    }

    /// Whether the account's type may stand further down in the journal.
    private func needsDeclarations(_ account: TextAccountID, _ names: TextNames) -> Bool {
        guard settings.createsAccounts, !isSecondReading, type(of: account, names) == nil else { return false }
        var accounts = accounts
        guard case .typeMissing = accounts.account(names.name(account), path: paths[account], type: nil) else {
            return false
        }
        return true
    }

    private mutating func code(
        of account: TextAccountID, _ names: TextNames, at place: SourceLocation
    ) -> AccountCode? {
        let name = names.name(account)
        let type = type(of: account, names).map { AccountType($0) }
        let answer = accounts.account(
            name, path: paths[account], type: type ?? (isSecondReading ? settings.unknownType : nil))
        switch answer {
        case .account(let code):
            while codes.count <= Int(account.index) { codes.append(nil) }
            codes[Int(account.index)] = code
            return code
        case .typeMissing where reported.insert(account).inserted:
            problems.add(
                "it is not told whether \(Quoted.text(name)) is an asset, a liability, equity, income or an expense",
                expected: "a declaration with a type, a name that begins with it, or --unknown-type", at: place)
        case .unknown where reported.insert(account).inserted:
            problems.add(
                "the account \(Quoted.text(name)) is not in the chart\(accounts.suggestion(for: name))",
                expected: "an import_name in \(ChartOfAccounts.file), a row in --accounts, or --create-accounts",
                at: place)
        default: break
        }
        hasFailed = true
        return nil
    }

    /// The accounts that were created, with the types that the whole journal gives them.
    func newAccounts(_ names: TextNames) -> [NewAccount] {
        accounts.created.map { account in
            var account = account
            if let name = account.importName, let type = names.type(of: names.account(name)) {
                account.type = AccountType(type)
            }
            return account
        }
    }
}
