import Amounts
import Calendars
import Configuration
import Diagnostics

/// An entry as a person wrote it, every value with its place.
struct DraftEntry {
    var key: String
    var journal: JournalCode = .general
    var kind: JournalEntry.Kind = .normal
    var date: CalendarDate
    var documentDate: CalendarDate?
    /// The number of the document.
    var document: String?
    var description: String
    /// Whether it is undone on the first day of the next period.
    var isReversedNext = false
    var postings: [DraftPosting]
    var location: SourceLocation
    /// Whether all of it could be read: what could not was reported, and its parts are looked at all the same.
    var isComplete = true
}

struct DraftPosting {
    var account: AccountCode
    /// A debit is positive.
    var amount: Money
    /// In the currency of the books; nil where the rate of the document's day gives it.
    var base: Money?
    var party: String?
    var dimensions: Dimensions
    var due: CalendarDate?
    var description: String
    var location: SourceLocation
    var accountLocation: SourceLocation
    var partyLocation: SourceLocation
    /// Whether all of it could be read; else its account is empty or its amount nothing where they could not.
    var isComplete = true
}

/// Makes entries of what a person wrote.
package struct EntryDrafting {
    private let chart: ChartOfAccounts
    private let settings: LedgerSettings
    /// The currency of the books.
    private let base: Currency
    /// The rates of documents in other currencies.
    private let rates: ExchangeRateTable?

    package static let keyPrefix = "manual/"
    package static let documentSource = "document"

    package init(
        chart: ChartOfAccounts, settings: LedgerSettings, base: Currency, rates: ExchangeRateTable? = nil
    ) {
        self.chart = chart
        self.settings = settings
        self.base = base
        self.rates = rates
    }

    /// The entries, each followed by its reversal where it has one.
    func entries(of drafts: [DraftEntry], problems: inout ProblemList) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var lines: [String: Int] = [:]
        for draft in drafts {
            if !draft.key.isEmpty, let line = lines.updateValue(draft.location.line, forKey: draft.key) {
                problems.add(
                    "the entry \(Quoted.text(draft.key)) stands here a second time (first on line \(line))",
                    expected: "a name of its own", at: draft.location)
                lines[draft.key] = line
                continue
            }
            let before = problems.count
            let postings = draft.postings.map { posting($0, problems: &problems) }
            guard problems.count == before, draft.isComplete else { continue }
            do {
                let entry = try entry(draft, postings)
                if draft.isReversedNext {
                    let pair = try ReversingEntry(
                        entry, in: FiscalPeriod(containing: entry.date, in: settings.cycle))
                    entries += [pair.entry, pair.reversal]
                } else {
                    entries.append(entry)
                }
            } catch {
                problems.add(Self.problem(error, at: draft.location))
            }
        }
        return entries
    }

    static func problem(_ error: any Error, at location: SourceLocation) -> Problem {
        guard let failure = (error as? any ReportableError)?.failure else {
            return Problem("\(error)", at: location)
        }
        let details = failure.problems.map(\.description).joined(separator: "; ")
        return Problem(details.isEmpty ? failure.summary : details, at: location)
    }

    func posting(_ draft: DraftPosting, problems: inout ProblemList) -> JournalEntry.Posting {
        var party: Party?
        if chart[draft.account] == nil, !draft.account.rawValue.isEmpty {
            problems.add(
                "there is no account \(draft.account)"
                    + Suggestion.hint(for: draft.account.rawValue, among: chart.codes),
                expected: "an account of \(ChartOfAccounts.file)", at: draft.accountLocation)
        }
        let kind = chart.controlAccounts[draft.account]
        if let text = draft.party {
            party = read(text, kind, at: draft.partyLocation, problems: &problems)
        } else if let kind, draft.isComplete {
            problems.add(
                "account \(draft.account) is a control account and no party is named",
                expected: "the \(kind.rawValue) whose account it is", at: draft.location)
        }
        if draft.amount.isZero, draft.isComplete {
            problems.add("the amount is zero", expected: "a debit or a credit", at: draft.location)
        }
        return JournalEntry.Posting(
            account: draft.account, amount: draft.amount, base: draft.base, party: party, dimensions: draft.dimensions,
            due: draft.due, description: draft.description)
    }

    /// A party with its kind, `customer:C-1042`; on a control account its number is enough.
    private func read(
        _ text: String, _ kind: Party.Kind?, at location: SourceLocation, problems: inout ProblemList
    ) -> Party? {
        do throws(ScalarRejection) {
            guard let kind, !Party.Kind.allCases.contains(where: { text.hasPrefix("\($0.rawValue):") }) else {
                let party = try ScalarReader<Party>.party.read(text)
                if let kind, party.kind != kind {
                    throw ScalarRejection("is of another kind than the account", expected: "the kind \(kind.rawValue)")
                }
                return party
            }
            return Party(kind, try ScalarReader<String>.partyID.read(text))
        } catch {
            problems.add(error.problem(name: "party", value: text, at: location))
            return nil
        }
    }

    private func entry(_ draft: DraftEntry, _ postings: [JournalEntry.Posting]) throws -> JournalEntry {
        let hasBase = zip(draft.postings, postings).map { draft, _ in
            draft.base != nil || draft.amount.currency == base
        }
        var booked = postings
        if hasBase.contains(false) { booked = try self.booked(draft, postings) }
        if Set(booked.map(\.amount.currency)).count > 1, let accounts = settings.accounts {
            booked = try booked.throughConversion(accounts.conversion, description: "Currency conversion")
        }
        return try JournalEntry(
            key: Self.keyPrefix + draft.key, journal: draft.journal, kind: draft.kind, date: draft.date,
            documentDate: draft.documentDate,
            source: draft.document.map { JournalEntry.Source(type: Self.documentSource, id: $0) },
            description: draft.description, postings: booked)
    }

    /// The postings of a document in another currency, at the rate of its day.
    private func booked(_ draft: DraftEntry, _ postings: [JournalEntry.Posting]) throws -> [JournalEntry.Posting] {
        let foreign = Set(draft.postings.map(\.amount.currency)).subtracting([base])
        guard foreign.count == 1, let currency = foreign.first, draft.postings.allSatisfy({ $0.base == nil }) else {
            throw Failure(
                .refused, "The entry has amounts without a base amount; give it for all amounts that are not \(base).")
        }
        let date = draft.documentDate ?? draft.date
        guard let rates else {
            throw MissingExchangeRate(from: currency, to: base, date: date, newest: nil, maximumAgeDays: 0)
        }
        let rate = try rates.rate(from: currency, to: base, on: date)
        return try postings.booked(at: rate, residueTo: try settings.requiredAccounts().rounding)
    }
}
