import Amounts
import Calendars
import Configuration
import Diagnostics
import Jobs

/// The entries that come again and again: one YAML file each in `config/schedules/`.
///
/// ```yaml
/// recurring: rent-mill-lane
/// description: Rent, Mill Lane
/// first: 2026-04-01
/// every_months: 1            # or every_days: 7
/// last: 2027-03-31           # may be left out
/// postings:
///   - {account: "7100", debit: 1200.00, cost_centre: BRS-SHOP}
///   - {account: "2100", credit: 1200.00, party: S-1}
/// ```
package enum RecurringEntryFile {
    package static let folder = "config/schedules"

    /// - Throws: a failure with everything that is wrong in any of the files.
    package static func load(for company: Company) throws(Failure) -> [RecurringEntry] {
        var problems = ProblemList()
        let entries = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        return entries
    }

    /// Reads all files and reports what is wrong, for `steward check`.
    package static func load(for company: Company, problems: inout ProblemList) -> [RecurringEntry] {
        let names = SourceFile.names(in: company.path(folder), withExtension: "yaml")
        guard !names.isEmpty, let settings = LedgerSettings.load(for: company, problems: &problems),
            let chart = ChartOfAccounts.load(for: company, problems: &problems)
        else { return [] }
        let base = company.settings.currency
        let drafting = EntryDrafting(chart: chart, settings: settings, base: base)
        var entries: [RecurringEntry] = []
        var files: [String: String] = [:]
        for name in names {
            let file = "\(folder)/\(name)"
            guard let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems) else {
                continue
            }
            var read: Draft?
            // What has a mistake in its form is looked at all the same.
            _ = document.mapping(&problems) { read = draft($0, base) }
            guard let draft = read, let entry = entry(draft, drafting, base, problems: &problems) else { continue }
            if let other = files.updateValue(file, forKey: entry.name) {
                problems.add(
                    "recurring \"\(entry.name)\" stands in \(other) already", expected: "a name of its own",
                    at: draft.location)
            }
            entries.append(entry)
        }
        return entries
    }

    private struct Draft {
        var name: String
        var journal: JournalCode
        var description: String
        var first: CalendarDate
        var interval: RecurringEntry.Interval
        var last: CalendarDate?
        var postings: [DraftPosting]
        var location: SourceLocation
        var isComplete: Bool
    }

    private static func draft(_ map: YAMLMapping, _ base: Currency) -> Draft {
        let name = map.required("recurring", .identifier)
        let description = map.required("description", .text)
        let journal = map.optional("journal", .journal, default: .general)
        let first = map.required("first", .date)
        let last = map.optional("last", .date)
        let months = map.optional("every_months", .integer(1...120))
        let days = map.optional("every_days", .integer(1...3_660))
        let postings = EntryFile.postings(in: map, description, base: base)
        if (months == nil) == (days == nil) {
            map.report(
                "it comes \(months == nil ? "at no interval" : "at two intervals")",
                expected: "every_months or every_days")
        }
        return Draft(
            name: name, journal: journal, description: description, first: first,
            interval: months.map { .months($0) } ?? .days(days ?? 1), last: last, postings: postings,
            location: map.location, isComplete: !map.hasProblems)
    }

    private static func entry(
        _ draft: Draft, _ drafting: EntryDrafting, _ base: Currency, problems: inout ProblemList
    ) -> RecurringEntry? {
        let before = problems.count
        for posting in draft.postings where posting.isComplete && posting.amount.currency != base && posting.base == nil
        {
            problems.add(
                "\(posting.amount) has no amount in base", expected: "base: what it is worth in \(base)",
                at: posting.location)
        }
        let postings = draft.postings.map { drafting.posting($0, problems: &problems) }
        guard problems.count == before, draft.isComplete else { return nil }
        do {
            return try RecurringEntry(
                name: draft.name, journal: draft.journal, description: draft.description, postings: postings,
                first: draft.first, interval: draft.interval, last: draft.last)
        } catch {
            problems.add(EntryDrafting.problem(error, at: draft.location))
            return nil
        }
    }
}
