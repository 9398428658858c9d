import Amounts
import Calendars
import Interchange
import Store

/// Entries as transactions of a text journal.
struct ExportedText {
    let names = TextNames()
    private(set) var declarations = TextDeclarations()

    private let chart: ChartOfAccounts
    private let base: Currency
    private var accounts: [AccountCode: TextAccountID] = [:]
    private var commodities: [Currency: TextCommodityID] = [:]

    init(chart: ChartOfAccounts, base: Currency) {
        self.chart = chart
        self.base = base
    }

    /// Declares the accounts of the chart and all that was posted to, the currencies and the named values.
    mutating func declare(_ days: ClosedRange<CalendarDate>, in connection: Connection) throws {
        var first: [AccountCode: CalendarDate] = [:]
        try connection.forEach(
            """
            SELECT account, MIN(entry_date) FROM posting WHERE entry_date >= ? AND entry_date <= ?
             GROUP BY account ORDER BY account
            """, days.lowerBound, days.upperBound
        ) { first[AccountCode(try $0.text(0))] = try $0.date(1) }
        let earliest = first.values.min() ?? CalendarDate(dayNumber: 0)
        for account in chart.accounts {
            declarations.add(id(of: account.code), opened: first[account.code] ?? earliest)
            if account.cashFlow == .cash, account.type == .asset { declarations.addCash(id(of: account.code)) }
        }
        for (code, date) in first { declarations.add(id(of: code), opened: date) }
        declarations.add(id(of: base), decimalPlaces: base.exponent)
        let currencies = try connection.all(
            "SELECT DISTINCT currency FROM posting WHERE entry_date >= ? AND entry_date <= ?", days.lowerBound,
            days.upperBound
        ) { try $0.currency(0) }
        for currency in currencies { declarations.add(id(of: currency), decimalPlaces: currency.exponent) }
        var sample = TextTransaction(date: earliest)
        sample.metadata = EntryTags.all.map { TextMetadata($0, "") }
        declarations.add(sample)
    }

    private mutating func id(of account: AccountCode) -> TextAccountID {
        if let id = accounts[account] { return id }
        let declared = chart[account]
        let type = declared.flatMap { TextAccountType(rawValue: $0.type.rawValue) } ?? .equity
        let id = names.account(
            TextChartAccount(code: account.rawValue, name: declared?.name ?? "", type: type).path)
        accounts[account] = id
        return id
    }

    private mutating func id(of currency: Currency) -> TextCommodityID {
        if let id = commodities[currency] { return id }
        let id = names.commodity(currency.code)
        commodities[currency] = id
        return id
    }

    private mutating func amount(_ money: Money) -> TextAmount {
        TextAmount(
            ExactDecimal(coefficient: Int128(money.minorUnits), scale: money.currency.exponent), id(of: money.currency))
    }

    mutating func transaction(_ entry: JournalEntry) throws -> TextTransaction {
        var transaction = TextTransaction(date: entry.date)
        transaction.status = .cleared
        if entry.documentDate != entry.date { transaction.secondaryDate = entry.documentDate }
        var tags = [TextMetadata(EntryTags.entry, EntryTags.escaped(entry.key))]
        if Self.isPlain(entry.description) {
            transaction.payee = entry.description
        } else {
            transaction.payee = Self.oneLine(entry.description)
            tags.append(TextMetadata(EntryTags.description, EntryTags.escaped(entry.description)))
        }
        if entry.journal != .general { tags.append(TextMetadata(EntryTags.journal, entry.journal.rawValue)) }
        if entry.kind != .normal { tags.append(TextMetadata(EntryTags.kind, entry.kind.rawValue)) }
        if let source = entry.source {
            tags.append(TextMetadata(EntryTags.sourceType, EntryTags.escaped(source.type)))
            tags.append(TextMetadata(EntryTags.sourceID, EntryTags.escaped(source.id)))
        }
        if let reverses = entry.reverses {
            tags.append(TextMetadata(EntryTags.reverses, EntryTags.escaped(reverses)))
        }
        transaction.metadata = tags
        for posting in entry.postings { try add(posting, to: &transaction) }
        return transaction
    }

    private mutating func add(_ posting: JournalEntry.Posting, to transaction: inout TextTransaction) throws {
        let account = id(of: posting.account)
        var line = TextPosting(account, amount(posting.amount))
        if let party = posting.party {
            line.metadata.append(TextMetadata(EntryTags.party, EntryTags.escaped(party.description)))
        }
        if let costCentre = posting.dimensions.costCentre {
            line.metadata.append(TextMetadata(EntryTags.costCentre, EntryTags.escaped(costCentre)))
        }
        if let project = posting.dimensions.project {
            line.metadata.append(TextMetadata(EntryTags.project, EntryTags.escaped(project)))
        }
        if let due = posting.due { line.metadata.append(TextMetadata(EntryTags.due, "\(due)")) }
        if !posting.description.isEmpty {
            line.metadata.append(TextMetadata(EntryTags.text, EntryTags.escaped(posting.description)))
        }
        guard posting.amount.currency != base else {
            transaction.postings.append(line)
            return
        }
        var worth = line
        worth.amount = amount(posting.base)
        worth.metadata.append(TextMetadata(EntryTags.worthOf, posting.amount.currency.code))
        let signs = posting.amount.minorUnits.signum() * posting.base.minorUnits.signum()
        if signs > 0 {
            line.price = TextPrice(.total, amount(try posting.base.magnitude()))
            transaction.postings.append(line)
        } else {
            // No program has a price below zero, and what moves nothing has none.
            if !posting.amount.isZero {
                line.price = TextPrice(.total, amount(.zero(base)))
                transaction.postings.append(line)
            }
            if !posting.base.isZero { transaction.postings.append(worth) }
        }
    }

    /// Whether a text on the first line of a transaction is read back as it is in every format.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        let marks: [UInt8] = [0x20, UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "("), UInt8(ascii: "=")]
        guard !marks.contains(first), last != 0x20 else { return false }
        return !text.utf8.contains { byte in
            byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|")
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }
}
