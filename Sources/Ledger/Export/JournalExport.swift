import Amounts
import Calendars
import Interchange
import Store

/// Writes the journal for other programs: as CSV, or as text of hledger, Ledger or Beancount.
///
/// They read back the same trial balance, by account and currency, and in base (`-B`): each posting in another currency
/// than base says what it is worth as its total price. What they have no words for are named values (`EntryTags`), with
/// which `JournalImport` makes the same entries again.
///
/// An exchange difference, which moves nothing in its currency, is an amount in base: so the accounts of the text are
/// worth what ours are.
package struct JournalExport {
    package enum Format: Sendable {
        case csv
        case text(TextJournalFormat)
    }

    package struct Extent: Hashable, Sendable {
        package var entries = 0
        package var postings = 0
    }

    private let format: Format
    private let chart: ChartOfAccounts
    private let base: Currency

    package init(_ format: Format, chart: ChartOfAccounts, base: Currency) {
        self.format = format
        self.chart = chart
        self.base = base
    }

    /// So many bytes are gathered before they are handed on.
    private static let chunkBytes = 1 << 16

    /// Writes the entries of these days in the order of their numbers.
    ///
    /// - Parameter write: gets the text in pieces, each of whole lines.
    package func run(
        _ days: ClosedRange<CalendarDate>, in connection: Connection, write: ([UInt8]) throws -> Void
    ) throws -> Extent {
        switch format {
        case .csv: try writeCSV(days, connection, write)
        case .text(let format): try writeText(format, days, connection, write)
        }
    }

    private func forEachEntry(
        _ days: ClosedRange<CalendarDate>, _ connection: Connection, _ body: (JournalEntry) throws -> Void
    ) throws -> Extent {
        var extent = Extent()
        try JournalReader.forEach(
            "entry.entry_date >= ? AND entry.entry_date <= ?", [days.lowerBound, days.upperBound], in: connection
        ) { stored in
            let entry = try stored.entry()
            try body(entry)
            extent.entries += 1
            extent.postings += entry.postings.count
        }
        return extent
    }

    // MARK: - CSV

    private func writeCSV(
        _ days: ClosedRange<CalendarDate>, _ connection: Connection, _ write: ([UInt8]) throws -> Void
    ) throws -> Extent {
        var csv = CSVWriter(for: .programs)
        PostingsCSV.writeHeader(to: &csv)
        let extent = try forEachEntry(days, connection) { entry in
            PostingsCSV.write(rows(of: entry), to: &csv)
            if csv.bytes.count >= Self.chunkBytes { try write(csv.takeBytes()) }
        }
        try write(csv.takeBytes())
        return extent
    }

    private func rows(of entry: JournalEntry) -> PostingsCSV.Entry {
        let isForeign = entry.postings.contains { $0.amount.currency != base }
        var postings: [PostingsCSV.Posting] = []
        for (index, posting) in entry.postings.enumerated() {
            let account = chart[posting.account]
            var row = PostingsCSV.Posting(
                entry: entry.key, date: entry.date, account: posting.account.rawValue, amount: posting.amount)
            if isForeign { row.baseAmount = posting.base }
            row.description = entry.description.isEmpty ? nil : entry.description
            row.party = posting.party?.description
            row.costCentre = posting.dimensions.costCentre
            row.project = posting.dimensions.project
            row.dueDate = posting.due
            row.text = posting.description.isEmpty ? nil : posting.description
            row.accountName = account?.name
            row.accountType = account?.type.rawValue
            if index == 0 {
                row.journal = entry.journal.rawValue
                row.kind = entry.kind.rawValue
                row.reverses = entry.reverses
                row.document = entry.source?.id
                row.documentType = entry.source?.type
                row.documentDate = entry.documentDate == entry.date ? nil : entry.documentDate
            }
            guard isForeign, posting.base.minorUnits.signum() * posting.amount.minorUnits.signum() < 0 else {
                postings.append(row)
                continue
            }
            // What is worth the contrary of its sign: what moves in the currency, and what it is worth.
            var worth = row
            row.baseAmount = .zero(base)
            worth.amount = .zero(posting.amount.currency)
            postings += [row, worth]
        }
        return PostingsCSV.Entry(key: entry.key, date: entry.date, postings: postings)
    }

    // MARK: - Text

    private func writeText(
        _ format: TextJournalFormat, _ days: ClosedRange<CalendarDate>, _ connection: Connection,
        _ write: ([UInt8]) throws -> Void
    ) throws -> Extent {
        var text = ExportedText(chart: chart, base: base)
        try text.declare(days, in: connection)
        var options = TextWriterOptions()
        options.title = "Written by steward ledger export."
        var writer = TextJournalWriter(format, names: text.names, declarations: text.declarations, options: options)
        writer.begin()
        let extent = try forEachEntry(days, connection) { entry in
            writer.write(try text.transaction(entry))
            if writer.bytes.count >= Self.chunkBytes { try write(writer.takeBytes()) }
        }
        try writer.problems.throwIfAny(consequence: "the export is not complete")
        try write(writer.takeBytes())
        return extent
    }
}
