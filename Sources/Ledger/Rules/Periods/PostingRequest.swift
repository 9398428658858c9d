import Calendars
import Diagnostics

/// Who wants to post what, when: what a period asks before it lets an entry in.
package struct PostingRequest: Hashable, Sendable {
    /// The areas that the entry touches: an invoice with tax, sales and tax. `general` is always asked.
    package let areas: Set<LedgerArea>
    package let kind: JournalEntry.Kind
    package let person: String
    /// Whether the close of the period itself posts it.
    package let isPartOfClose: Bool
    package let at: Instant

    package init(
        areas: Set<LedgerArea>, kind: JournalEntry.Kind = .normal, person: String, isPartOfClose: Bool = false,
        at: Instant
    ) {
        self.areas = areas
        self.kind = kind
        self.person = person
        self.isPartOfClose = isPartOfClose
        self.at = at
    }

    func isLetInto(_ state: PeriodState) -> Bool {
        switch state {
        case .open: true
        case .softClosed: isPartOfClose || kind != .normal
        case .closed, .locked: false
        }
    }
}

/// Where an entry is posted.
package struct PostingDay: Hashable, Sendable {
    /// The posting date; the date of the document stays what it is.
    package let date: CalendarDate
    package let period: FiscalPeriod
    /// Whether the period of the document would not take it.
    package let isLate: Bool
}

/// Why nothing can be posted there.
package enum PeriodRefusal: Error, Hashable, Sendable {
    /// A period is not open for an area; `firstOpen` is where the entry can go.
    case notOpen(FiscalPeriod, LedgerArea, PeriodState, firstOpen: FiscalPeriod?)
    /// Neither the period of the document nor any later one is open.
    case noOpenPeriod(for: CalendarDate, last: FiscalPeriod)
    /// The books have no such period.
    case noPeriod(CalendarDate, first: FiscalPeriod, last: FiscalPeriod)
    /// Period 13 takes adjustments and closing entries only.
    case adjustmentsOnly(FiscalPeriod)
    /// Of several entries that were to be posted together, those that may not; none of them was.
    case several([Entry])

    /// An entry that may not be posted.
    package struct Entry: Hashable, Sendable {
        package let key: String
        package let date: CalendarDate
        package let refusal: PeriodRefusal
    }

    /// Entries that are told one by one.
    static let maximumShownEntries = 100
}

extension PeriodRefusal: ReportableError {
    package var failure: Failure {
        switch self {
        case .notOpen(let period, let area, let state, let firstOpen):
            Failure(
                .refused, "\(period) is \(state.name) for \(area.rawValue); nothing was posted.",
                advice: state == .locked
                    ? "It stays so. \(Self.elsewhere(firstOpen))"
                    : "\(Self.elsewhere(firstOpen)) Or have an exception granted, or the period reopened, by two people."
            )
        case .noOpenPeriod(let date, let last):
            Failure(
                .refused, "No period from \(date) to \(last.lastDay) is open; nothing was posted.",
                advice: "Open the periods after \(last).")
        case .noPeriod(let date, let first, let last):
            Failure(
                .refused,
                "\(date) is in none of the periods of the books, \(first) to \(last); nothing was posted.",
                advice: "Check the date, or open the periods that are missing.")
        case .adjustmentsOnly(let period):
            Failure(
                .refused, "\(period) takes adjusting and closing entries only; nothing was posted.",
                advice: "Post it in a month, or as an adjusting entry.")
        case .several(let entries):
            Failure(
                .refused, "\(entries.count) entries may not be posted in their periods; nothing was posted.",
                problems: entries.prefix(Self.maximumShownEntries).map { $0.refusal.problem(of: $0) }
                    + (entries.count > Self.maximumShownEntries
                        ? [Problem("and \(entries.count - Self.maximumShownEntries) more")] : []),
                advice: "Correct their dates, or have the periods opened to them: see `steward ledger period list`.")
        }
    }

    /// What is wrong with one of several entries.
    private func problem(of entry: Entry) -> Problem {
        let name = "\(entry.key), \(entry.date)"
        return switch self {
        case .notOpen(let period, let area, let state, let firstOpen):
            Problem(
                "\(name): \(period) is \(state.name) for \(area.rawValue)",
                expected: firstOpen.map { "\($0), the first open period, or a later one" })
        case .noOpenPeriod(_, let last): Problem("\(name): no period from it to \(last) is open")
        case .noPeriod(_, let first, let last):
            Problem("\(name): it is in no period of the books", expected: "\(first) to \(last)")
        case .adjustmentsOnly(let period):
            Problem("\(name): \(period) takes adjusting and closing entries only", expected: "a month")
        case .several: Problem("\(name): it may not be posted")
        }
    }

    private static func elsewhere(_ firstOpen: FiscalPeriod?) -> String {
        firstOpen.map { "Post it in \($0), the first open period; its document keeps its date." }
            ?? "No later period is open: open one."
    }
}
