import Amounts
import Calendars
import Diagnostics

/// Writes journals as text for hledger, Ledger or Beancount, the same bytes for the same journal.
///
/// ```swift
/// var writer = TextJournalWriter(.beancount, names: names, declarations: declarations)
/// writer.begin()
/// for transaction in transactions {
///     writer.write(transaction)
///     try file.write(writer.takeBytes())
/// }
/// ```
///
/// Accounts, commodities and prices come first, in the order of their names and days; transactions stay in the order in
/// which they are given. Every amount is written out, with its commodity behind it and a point before its decimal
/// places. What a format has no words for goes into comments, so that balances stay the same; what would change a
/// balance goes to `problems`.
package struct TextJournalWriter {
    package let format: TextJournalFormat
    /// What cannot be said in the format; whoever sees any of them should not use the text.
    package private(set) var problems = ProblemList()
    package var bytes: [UInt8] { text.bytes }

    let names: TextNames
    let options: TextWriterOptions
    var text = TextOutput()
    private let declarations: TextDeclarations
    private let naming: TextNaming

    package init(
        _ format: TextJournalFormat, names: TextNames, declarations: TextDeclarations,
        options: TextWriterOptions = TextWriterOptions()
    ) {
        self.format = format
        self.names = names
        self.declarations = declarations
        self.options = options
        naming = TextNaming(
            format, accounts: Self.sorted(declarations.accounts.keys, names.name),
            commodities: Self.sorted(declarations.commodities.keys, names.name), names: names,
            unknownType: options.unknownType)
    }

    /// Hands over what was written so far and goes on empty: for journals larger than memory.
    package mutating func takeBytes() -> [UInt8] {
        defer { text.bytes = [] }
        return text.bytes
    }

    private static func sorted<ID>(_ ids: some Sequence<ID>, _ name: (ID) -> String) -> [ID] {
        ids.map { (id: $0, name: name($0)) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map(\.id)
    }

    /// Writes what stands before the transactions.
    package mutating func begin() {
        if let title = options.title {
            for line in title.split(whereSeparator: \.isNewline) { text.line("; \(line)") }
        }
        let commodities = Self.sorted(declarations.commodities.keys, names.name)
        let accounts = Self.sorted(declarations.accounts.keys, names.name)
        switch format {
        case .hledger: beginHledger(commodities, accounts)
        case .ledger: beginLedger(commodities, accounts)
        case .beancount: beginBeancount(commodities, accounts)
        }
        let prices = declarations.prices.map { (price: $0, name: names.name($0.commodity)) }
            .sorted { ($0.price.date, $0.name) < ($1.price.date, $1.name) }.map(\.price)
        for price in prices {
            let date = TextOutput.date(price.date)
            text.line(
                format == .beancount
                    ? "\(date) price \(symbol(price.commodity))  \(amount(price.amount))"
                    : "P \(date) \(symbol(price.commodity)) \(amount(price.amount))")
        }
        if !prices.isEmpty { text.line("") }
    }

    private mutating func beginHledger(_ commodities: [TextCommodityID], _ accounts: [TextAccountID]) {
        text.line("decimal-mark .")
        text.line("")
        for commodity in commodities {
            // Plain numbers are declared, too: by a number alone.
            let symbol = symbol(commodity)
            let sample = sample(declarations.commodities[commodity] ?? 0)
            text.line("commodity \(sample)\(symbol.isEmpty ? "" : " " + symbol)")
        }
        if !commodities.isEmpty { text.line("") }
        for account in accounts {
            let isCash = declarations.cashAccounts.contains(account)
            let type = isCash ? "C" : names.type(of: account)?.hledgerLetter
            text.line("account \(name(account))\(type.map { "  ; type:\($0)" } ?? "")")
        }
        if !accounts.isEmpty { text.line("") }
    }

    private mutating func beginLedger(_ commodities: [TextCommodityID], _ accounts: [TextAccountID]) {
        text.line("")
        for commodity in commodities where !names.name(commodity).isEmpty {
            text.line("commodity \(symbol(commodity))")
            text.line("    format \(sample(declarations.commodities[commodity] ?? 0)) \(symbol(commodity))")
        }
        if !commodities.isEmpty { text.line("") }
        for account in accounts { text.line("account \(name(account))") }
        if !accounts.isEmpty { text.line("") }
        let tags = declarations.tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for tag in tags { text.line("tag \(tag)") }
        if !tags.isEmpty { text.line("") }
    }

    private mutating func beginBeancount(_ commodities: [TextCommodityID], _ accounts: [TextAccountID]) {
        text.line("option \"inferred_tolerance_default\" \"*:0.005\"")
        text.line("")
        let first = TextOutput.date(declarations.firstDate)
        for commodity in commodities {
            text.line("\(first) commodity \(symbol(commodity))")
            let name = names.name(commodity)
            if name != symbol(commodity) { text.line("  symbol: \(TextOutput.quoted(name))") }
        }
        if !commodities.isEmpty { text.line("") }
        for account in accounts {
            let opened = TextOutput.date(declarations.accounts[account] ?? declarations.firstDate)
            text.line("\(opened) open \(name(account))")
            let name = names.name(account)
            if name != self.name(account) { text.line("  name: \(TextOutput.quoted(name))") }
        }
        if !accounts.isEmpty { text.line("") }
    }

    /// 1000.00: how a commodity is written, with its decimal places; hledger wants a mark even where there are none.
    private func sample(_ places: UInt8) -> String {
        "1000" + (places > 0 || format == .hledger ? "." : "") + String(repeating: "0", count: Int(places))
    }

    // MARK: - Names and amounts

    func name(_ account: TextAccountID) -> String {
        naming.accounts[account] ?? TextNaming.safeName(names.name(account))
    }

    func symbol(_ commodity: TextCommodityID) -> String {
        naming.commodities[commodity] ?? TextNaming.quoted(names.name(commodity))
    }

    func amount(_ amount: TextAmount) -> String {
        let symbol = symbol(amount.commodity)
        return symbol.isEmpty ? amount.quantity.description : "\(amount.quantity) \(symbol)"
    }

    mutating func report(_ message: String, _ transaction: TextTransaction, line: Int32) {
        problems.add(
            message, expected: "a journal without it, or another format",
            at: names.location(file: transaction.file, line: line))
    }

    /// Writes one transaction and an empty line.
    package mutating func write(_ transaction: TextTransaction) {
        switch format {
        case .hledger, .ledger: writeLedgerStyle(transaction)
        case .beancount: writeBeancountStyle(transaction)
        }
        text.line("")
    }
}
