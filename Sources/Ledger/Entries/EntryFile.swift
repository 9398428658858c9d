import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange

/// A file of entries that a person wrote: YAML, or CSV with one row for each posting (`PostingsCSV`).
///
/// ```yaml
/// entries:
///   - entry: rent-2026-04
///     date: 2026-04-30
///     description: Rent of April
///     postings:
///       - {account: "7100", debit: 1200.00, cost_centre: BRS-SHOP}
///       - {account: "1200", credit: 1200.00}
/// ```
package struct EntryFile {
    private let drafting: EntryDrafting
    private let base: Currency
    /// What the command says of all of its entries.
    package struct Defaults: Hashable, Sendable {
        package var kind: JournalEntry.Kind
        package var isReversedNext: Bool

        package init(kind: JournalEntry.Kind = .normal, isReversedNext: Bool = false) {
            self.kind = kind
            self.isReversedNext = isReversedNext
        }
    }

    /// What a person may post: the others are the ledger's own.
    private enum Kind: String, CaseIterable {
        case normal, adjusting, opening

        var kind: JournalEntry.Kind {
            switch self {
            case .normal: .normal
            case .adjusting: .adjusting
            case .opening: .opening
            }
        }
    }

    package init(_ drafting: EntryDrafting, base: Currency) {
        self.drafting = drafting
        self.base = base
    }

    /// The entries of a file, in its order.
    ///
    /// - Throws: a `Failure` with everything that is wrong in it.
    package func read(
        contentsOf path: String, shownAs name: String, _ defaults: Defaults = Defaults()
    ) throws(Failure) -> [JournalEntry] {
        var problems = ProblemList()
        let drafts =
            name.hasSuffix(".csv")
            ? try csv(path, name, defaults, problems: &problems) : yaml(path, name, defaults, problems: &problems)
        let entries = drafting.entries(of: drafts, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was posted")
        return entries
    }

    // MARK: - YAML

    private func yaml(
        _ path: String, _ name: String, _ defaults: Defaults, problems: inout ProblemList
    ) -> [DraftEntry] {
        guard let document = YAMLDocument(contentsOf: path, shownAs: name, problems: &problems) else { return [] }
        // Kept apart, for what has a mistake in its form is looked at all the same.
        var drafts: [DraftEntry] = []
        _ = document.mapping(&problems) { map in
            map.list("entries", minimumCount: 1) { $0.mapping { drafts.append(entry($0, defaults)) } }
        }
        return drafts
    }

    private func entry(_ map: YAMLMapping, _ defaults: Defaults) -> DraftEntry {
        let key = map.required("entry", .text(maximumCharacters: 150))
        let date = map.required("date", .date)
        let journal = map.optional("journal", .journal, default: .general)
        let kind = map.optional("kind", .choice(Kind.self))?.kind ?? defaults.kind
        let description = map.required("description", .text)
        let document = map.optional("document", .text(maximumCharacters: 200))
        let documentDate = map.optional("document_date", .date)
        let isReversedNext = map.optional("reverse_on_day_1", .bool, default: defaults.isReversedNext)
        let postings = Self.postings(in: map, description, base: base)
        return DraftEntry(
            key: key, journal: journal, kind: kind, date: date, documentDate: documentDate, document: document,
            description: description, isReversedNext: isReversedNext, postings: postings, location: map.location,
            isComplete: !map.hasProblems)
    }

    /// The postings of an entry, as far as they can be read.
    ///
    /// - Parameter base: the currency of the books.
    static func postings(in map: YAMLMapping, _ description: String, base: Currency) -> [DraftPosting] {
        var postings: [DraftPosting] = []
        _ = map.list("postings", minimumCount: 2) {
            $0.mapping { postings.append(posting($0, description, base: base)) }
        }
        return postings
    }

    private static func posting(_ map: YAMLMapping, _ description: String, base: Currency) -> DraftPosting {
        let account = map.required("account", .account)
        let currency = map.optional("currency", .currency, default: base)
        let debit = map.optional("debit", .positiveMoney(currency))
        let credit = map.optional("credit", .positiveMoney(currency))
        let worth = map.optional("base", .nonNegativeMoney(base))
        let party = map.optional("party", .text(maximumCharacters: 200))
        let costCentre = map.optional("cost_centre", .text(maximumCharacters: 64))
        let project = map.optional("project", .text(maximumCharacters: 64))
        let due = map.optional("due", .date)
        let text = map.optional("description", .text, default: description)
        if !map.hasProblems, (debit == nil) == (credit == nil) {
            map.report("the posting has \(debit == nil ? "no amount" : "two amounts")", expected: "debit or credit")
        }
        if !map.hasProblems, currency == base, worth != nil {
            map.report("base is for amounts that are not \(base)", expected: "no base", at: "base")
        }
        let amount = try? debit ?? credit?.negated()
        return DraftPosting(
            account: account, amount: amount ?? .zero(currency), base: credit == nil ? worth : try? worth?.negated(),
            party: party, dimensions: Dimensions(costCentre: costCentre, project: project), due: due, description: text,
            location: map.location, accountLocation: map.location(of: "account"),
            partyLocation: map.location(of: "party"), isComplete: !map.hasProblems)
    }

    // MARK: - CSV

    private func csv(
        _ path: String, _ name: String, _ defaults: Defaults, problems: inout ProblemList
    ) throws(Failure) -> [DraftEntry] {
        let entries = try PostingsCSV(baseCurrency: base).read(
            contentsOf: path, shownAs: name, problems: &problems)
        return entries.map { entry in
            let first = entry.postings.first
            let place = first?.location ?? SourceLocation(file: name, line: 1)
            return DraftEntry(
                key: entry.key, kind: defaults.kind, date: entry.date, documentDate: first?.documentDate,
                document: first?.document, description: first?.description ?? entry.key,
                isReversedNext: defaults.isReversedNext,
                postings: entry.postings.map { row in
                    let place = row.location ?? place
                    return DraftPosting(
                        account: AccountCode(row.account), amount: row.amount,
                        base: row.amount.currency == base ? nil : row.baseAmount, party: row.party,
                        dimensions: Dimensions(costCentre: row.costCentre, project: row.project), due: row.dueDate,
                        description: row.description ?? "", location: place, accountLocation: place,
                        partyLocation: place)
                }, location: place, isComplete: entry.isComplete)
        }
    }
}
