import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange

/// Turns the rows of a CSV file of postings into entries.
struct CSVEntries {
    private(set) var accounts: ImportedAccounts

    private let settings: JournalImport.Settings
    private let balance: ImportedBalance
    private let chart: ChartOfAccounts
    private let rates: ExchangeRateTable
    private var reported: Set<String> = []
    /// Currencies of which it was told that a rate is missing; each is told once.
    private var withoutRate: Set<Currency> = []

    init(_ settings: JournalImport.Settings, chart: ChartOfAccounts, rates: ExchangeRateTable) {
        self.settings = settings
        self.rates = rates
        self.chart = chart
        balance = ImportedBalance(
            base: settings.base, rounding: settings.roundingAccount, conversion: settings.conversionAccount)
        accounts = ImportedAccounts(chart: chart, map: settings.map, creates: settings.createsAccounts)
    }

    /// The entry; nil where something is wrong with it, which was reported.
    mutating func entry(_ rows: PostingsCSV.Entry, _ problems: inout ProblemList) -> JournalEntry? {
        let before = problems.count
        var hasFailed = false
        let first = rows.postings.first
        let description = first?.description ?? ""
        var lines: [ImportedLine] = []
        lines.reserveCapacity(rows.postings.count)
        for row in rows.postings {
            guard let code = code(of: row, &problems) else {
                hasFailed = true
                continue
            }
            let party = row.party.flatMap { EntryTags.party($0) }
            if row.party != nil, party == nil {
                problems.add(
                    "party \(Quoted.text(row.party ?? "")) does not say what it is",
                    expected: Party.Kind.allCases.map { "\($0.rawValue) …" }.joined(separator: ", "), at: row.location)
            }
            if let only = chart.details(of: code).currency, only != row.amount.currency {
                problems.add(
                    "\(row.amount) on \(code), which is kept in \(only)", expected: "an amount in \(only)",
                    at: row.location)
            }
            let isBase = row.amount.currency == settings.base
            lines.append(
                ImportedLine(
                    account: code, amount: row.amount, weight: row.baseAmount ?? row.amount,
                    base: row.baseAmount ?? (isBase ? row.amount : nil), party: party,
                    dimensions: Dimensions(costCentre: row.costCentre, project: row.project), due: row.dueDate,
                    description: row.text ?? (row.description == description ? "" : row.description ?? "")))
        }
        let journal = first?.journal.flatMap { JournalCode($0) }
        if let text = first?.journal, journal == nil {
            problems.add(
                "journal \(Quoted.text(text)) is not the code of a journal",
                expected: "1 to 8 capital letters and digits, e.g. GEN", at: first?.location)
        }
        let kind = first?.kind.flatMap { JournalEntry.Kind(rawValue: $0) }
        if let text = first?.kind, kind == nil {
            problems.add(
                "kind \(Quoted.text(text)) is not a kind of entry",
                expected: "normal, opening, adjusting, revaluation or closing", at: first?.location)
        }
        guard problems.count == before, !hasFailed, !lines.isEmpty, rows.isComplete else { return nil }
        do {
            let postings = try balance.postings(lines) { try rates.rate(from: $0, to: settings.base, on: rows.date) }
            return try JournalEntry(
                key: TextEntries.prefixed(rows.key, settings.source), journal: journal ?? settings.journal,
                kind: kind ?? settings.kind, date: rows.date, documentDate: first?.documentDate,
                source: first?.document.map { Self.source($0, type: first?.documentType) },
                reverses: first?.reverses.map { TextEntries.prefixed($0, settings.source) },
                description: description, postings: postings)
        } catch {
            if let missing = error as? MissingExchangeRate, !withoutRate.insert(missing.from).inserted { return nil }
            problems.add(importing: error, at: first?.location)
            return nil
        }
    }

    private static func source(_ id: String, type: String?) -> JournalEntry.Source {
        JournalEntry.Source(type: type ?? "document", id: id)
    }

    private mutating func code(of row: PostingsCSV.Posting, _ problems: inout ProblemList) -> AccountCode? {
        let name = row.account
        let given = row.accountType.flatMap { AccountType(rawValue: $0) }
        let type = given ?? TextAccountType(root: name.prefix { $0 != ":" }).map { AccountType($0) }
        switch accounts.account(
            name, title: row.accountName, type: type ?? settings.unknownType)
        {
        case .account(let code): return code
        case .typeMissing where reported.insert(name).inserted:
            problems.add(
                "it is not told whether the new account \(Quoted.text(name)) is an asset, a liability, equity, income "
                    + "or an expense", expected: "a column account_type that says it, or --unknown-type",
                at: row.location)
        case .unknown where reported.insert(name).inserted:
            problems.add(
                "the account \(Quoted.text(name)) is not in the chart\(accounts.suggestion(for: name))",
                expected: "an account of \(ChartOfAccounts.file), a row in --accounts, or --create-accounts",
                at: row.location)
        default: break
        }
        return nil
    }
}

extension ProblemList {
    /// Adds what kept an entry from being made.
    mutating func add(importing error: any Error, at place: SourceLocation?) {
        switch error {
        case ImportedBalance.Trouble.noRoundingAccount(let money):
            add("rounding leaves \(money)", expected: "an account for rounding in config/ledger.yaml", at: place)
        case ImportedBalance.Trouble.noConversionAccount:
            add(
                "one currency is changed into another", expected: "an account for conversion in config/ledger.yaml",
                at: place)
        case let error as MissingExchangeRate:
            let newest = error.newest.map { "; the newest one is of \($0)" } ?? ""
            add(
                "there is no rate from \(error.from) to \(error.to) for \(error.date)\(newest)",
                expected: "a price in the journal, or imported rates", at: place)
        case ArithmeticError.overflow:
            add("an amount is too large", expected: "at most 92 quadrillion minor units", at: place)
        default:
            let failure = (error as? any ReportableError)?.failure ?? Failure(.failed, "\(error)")
            if failure.problems.isEmpty { add(failure.summary, expected: failure.advice, at: place) }
            for problem in failure.problems { add(problem.message, expected: problem.expected, at: place) }
        }
    }
}
