import Amounts
import ArgumentParser
import Calendars
import Configuration
import Diagnostics
import Foundation
import Interchange
import Jobs
import Ledger
import Store

/// `steward ledger import`: journals of other programs into the books.
struct LedgerImport: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import opening balances and journals: CSV, hledger, Ledger, Beancount.",
        discussion: """
            All of the file is posted, or nothing. What was posted before is left as it stands, so that the same file, or
            one that has grown, can be imported again.

            Accounts of the journal are found by what --accounts says, by `import_name` in config/accounts.yaml, by their
            number or their name; --create-accounts adds the others to that file. Amounts in other currencies are worth
            what the journal's own prices say, or else the rates in the store. Shares and other things with a price are
            booked in money, at that price; what has none is refused, or left out with --leave-out.

            --format settlements is what `steward ledger export` wrote beside a journal that was imported before.

            EXAMPLES
              steward ledger import --format hledger 2026.journal --create-accounts --dry-run
              steward ledger import --format beancount books.beancount --accounts names.csv
              steward ledger import --format csv opening.csv --opening --source takeover
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv, hledger, ledger, beancount, settlements

        /// Nil for settlements, which are no journal.
        var format: JournalImport.Format? {
            switch self {
            case .csv: .csv
            case .hledger: .text(.hledger)
            case .ledger: .text(.ledger)
            case .beancount: .text(.beancount)
            case .settlements: nil
            }
        }
    }

    enum UnknownType: String, CaseIterable, ExpressibleByArgument {
        case asset, liability, equity, income, expense
    }

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(help: "What the file is: csv, hledger, ledger, beancount or settlements.")
    var format: Format

    @Flag(help: "Add accounts that the chart does not have to config/accounts.yaml.")
    var createAccounts = false

    @Option(help: ArgumentHelp("Our accounts for the journal's: a CSV file with name,account.", valueName: "file"))
    var accounts: String?

    @Option(help: "What new accounts are whose name or declaration does not say it.")
    var unknownType: UnknownType?

    @Option(help: ArgumentHelp("The book that the entries go into.", valueName: "code"))
    var journal: String = JournalCode.general.rawValue

    @Flag(help: "The file holds opening balances: they count as having been there before its first day.")
    var opening = false

    @Option(
        help: ArgumentHelp("A name before the names of entries, for files that use the same ones.", valueName: "name"))
    var source: String?

    @Option(help: ArgumentHelp("A currency by the journal's own sign for it: '$=CAD'.", valueName: "sign=currency"))
    var commodity: [String] = []

    @Option(
        help: ArgumentHelp(
            "A commodity that is no money: its amounts are left out where they have no price. Hours, air miles.",
            valueName: "sign"))
    var leaveOut: [String] = []

    @Option(help: ArgumentHelp("Balances postings that nothing balances, (in round brackets).", valueName: "account"))
    var counterAccount: String?

    @Flag(help: "Check everything and say what would be imported; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        guard let format = format.format else { return try importSettlements(in: context) }
        let chart = try chart(of: context.company)
        let ledger = try LedgerSettings.load(for: context.company)
        let store = try context.openStore()
        let importing = JournalImport(
            try settings(format, context.company, chart, ledger), chart: chart,
            rates: try store.read { try ExchangeRateRecords.table(knownAt: nil, in: $0) })
        Interruption.listen()
        defer { Terminal.clearProgress() }
        let shown = FileImport.shownName(file)
        var addition: WrittenAddition?
        let result: JournalImport.Result
        do {
            result = try context.write(to: store, isDryRun: dryRun) { unit in
                // The chart may be one that is yet to be made.
                try FiscalCalendar.adopt(ledger, unit.stamp, in: unit.connection)
                try ControlAccounts.keep(chart, in: unit.connection)
                let result = try importing.run(
                    contentsOf: CommandContext.absolutePath(file), shownAs: shown, in: unit
                ) { count in
                    try Interruption.check(
                        consequence: "nothing was imported", advice: "Give the same command again to begin anew.")
                    Terminal.showProgress("importing: \(count) entries")
                }
                if !result.newAccounts.isEmpty {
                    let made = try ChartAddition(
                        result.newAccounts, toChartAt: context.company.path(ChartOfAccounts.file))
                    // Last of all: only the commit can still fail.
                    if !dryRun { addition = try WrittenAddition(made) }
                }
                return result
            }
        } catch {
            addition?.undo()
            throw error
        }
        Terminal.clearProgress()
        print(result, context.printer)
    }

    private func importSettlements(in context: CommandContext) throws {
        let importing = SettlementsImport(base: context.company.settings.currency)
        let result = try context.post(isDryRun: dryRun) {
            try importing.run(
                contentsOf: CommandContext.absolutePath(file), shownAs: FileImport.shownName(file), in: $0)
        }
        var details = Details()
        details.add(
            dryRun ? "would be imported" : "imported", key: "settlements", text: "\(result.settlements) settlements",
            json: .integer(result.settlements))
        details.add(
            "known already", key: "known_settlements", text: "\(result.knownSettlements) settlements",
            json: .integer(result.knownSettlements))
        details.add("dry run", text: nil, json: .bool(dryRun))
        context.printer.print(details)
    }

    // MARK: - Settings

    /// The chart; an empty one where accounts are created and there is none yet.
    private func chart(of company: Company) throws -> ChartOfAccounts {
        if createAccounts, !SourceFile.exists(company.path(ChartOfAccounts.file)) { return ChartOfAccounts.empty }
        return try ChartOfAccounts.load(for: company)
    }

    private func settings(
        _ format: JournalImport.Format, _ company: Company, _ chart: ChartOfAccounts, _ ledger: LedgerSettings
    ) throws -> JournalImport.Settings {
        var settings = JournalImport.Settings(format, base: company.settings.currency)
        guard let journal = JournalCode(journal) else {
            throw Failure(
                .usage, "\"\(journal)\" is not the code of a journal.",
                advice: "Write 1 to 8 capital letters and digits, e.g. GEN.")
        }
        settings.journal = journal
        settings.roundingAccount = ledger.accounts?.rounding
        settings.conversionAccount = ledger.accounts?.conversion
        settings.kind = opening ? .opening : .normal
        settings.createsAccounts = createAccounts
        settings.unknownType = unknownType.flatMap { AccountType(rawValue: $0.rawValue) }
        if let source {
            guard !source.isEmpty, source.utf8.count <= 64 else {
                throw Failure(.usage, "--source has no use.", advice: "Write 1 to 64 bytes, e.g. --source takeover.")
            }
            settings.source = source
        }
        if let accounts {
            settings.map = try AccountMap(
                contentsOf: CommandContext.absolutePath(accounts), shownAs: FileImport.shownName(accounts),
                chart: chart)
        }
        if let counterAccount {
            settings.counterAccount = try chart.account(named: counterAccount).code
        }
        for text in commodity {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let currency = Currency(parts[1]) else {
                throw Failure(
                    .usage, "--commodity \"\(text)\" names no currency.",
                    advice: "Write the journal's sign, = and a code of ISO 4217: --commodity '$=CAD'.")
            }
            settings.symbols[parts[0]] = currency
        }
        for symbol in leaveOut {
            guard !settings.isMoney(symbol) else {
                throw Failure(
                    .usage, "--leave-out \"\(symbol)\" would leave money out.",
                    advice: "It is for what is no money: --leave-out VACHR.")
            }
            settings.leftOut.insert(symbol)
        }
        return settings
    }

    // MARK: - Output

    private func print(_ result: JournalImport.Result, _ printer: Printer) {
        var details = Details()
        func add(_ label: String, key: String, _ count: Int, _ noun: String) {
            details.add(label, key: key, text: "\(count) \(noun)", json: .integer(count))
        }
        add(dryRun ? "would be imported" : "imported", key: "entries", result.entries, "entries")
        add("", key: "postings", result.postings, "postings")
        add("known already", key: "known_entries", result.knownEntries, "entries")
        add(dryRun ? "would be created" : "created", key: "new_accounts", result.newAccounts.count, "accounts")
        details.add("dry run", text: nil, json: .bool(dryRun))
        var created = Table(columns: [
            .init("Account"), .init("Name"), .init("Type"), .init("In the journal", key: "import_name"),
        ])
        created.rows = result.newAccounts.map {
            [.text($0.code.rawValue), .text($0.name), .text($0.type.rawValue), .text($0.importName ?? "")]
        }
        details.add(section: "NEW ACCOUNTS", key: "created_accounts", created)
        var notices = Table(columns: [.init("What was not read", key: "text")])
        notices.rows = result.notices.map { [.text($0.description)] }
        details.add(section: "NOTICES", key: "notices", notices)
        printer.print(details)
        if dryRun {
            printer.say("\nNothing was written. Give the command without --dry-run to import.")
        } else if result.entries == 0, result.newAccounts.isEmpty {
            let isEmpty = result.knownEntries == 0
            printer.say(
                "\n\(isEmpty ? "No entry was found in the file" : "Nothing was new"); nothing was written.")
        } else {
            let look = result.newAccounts.isEmpty ? "" : "look at the new accounts in \(ChartOfAccounts.file), then "
            printer.say("\nNext: \(look)`steward ledger balance`.")
        }
    }
}

/// The chart with new accounts, written in the place of the old one; it can be put back.
private struct WrittenAddition {
    private let addition: ChartAddition

    init(_ addition: ChartAddition) throws {
        self.addition = addition
        try Self.write(addition.contents, to: addition.path)
    }

    func undo() {
        if let former = addition.formerContents {
            try? Self.write(former, to: addition.path)
        } else {
            try? FileManager.default.removeItem(atPath: addition.path)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure(
                .failed, "\(ChartOfAccounts.file) cannot be written: \(fileErrorReason(error)); nothing was imported.",
                advice: "Check who may write there and whether the disk is full.")
        }
    }
}
