import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger journal`: every entry of a period.
struct LedgerJournal: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Show every entry of a period with its postings, in the order of posting.",
        discussion: """
            Entries are printed as they are read: a journal of any length takes no memory. For programs there is a row
            for each posting.

            EXAMPLES
              steward ledger journal --period 2026-04
              steward ledger journal --period 2026 --csv > journal-2026.csv
            """)

    @OptionGroup var days: LedgerDays
    @OptionGroup var options: CommonOptions

    private static let columns: [RowStream.Column] = [
        .init("Entry", .right, width: 7), .init("Date", width: 10), .init("Document date", width: nil),
        .init("Journal", width: nil), .init("Kind", width: nil), .init("Key", width: nil),
        .init("Description", key: "entry_description", width: nil), .init("Account", width: 10),
        .init("Name", key: "account_name", width: nil), .init("Description", width: 48),
        .init("Party", width: nil), .init("Cost centre", width: nil), .init("Project", width: nil),
        .init("Due", width: nil), .init("Currency", width: nil), .init("Amount", .right, width: nil),
        .init("Debit", .right, width: 15), .init("Credit", .right, width: 15), .init("Source", width: nil),
        .init("Run", .right, width: nil), .init("Recorded by", width: nil), .init("Recorded at", width: nil),
        .init("Hash", width: nil),
    ]

    func execute(in context: CommandContext) throws {
        let books = try context.books()
        let span = try days.span(in: books.cycle)
        let currency = books.accounts.currency
        var rows = RowStream(Self.columns, to: context.printer)
        rows.say("Journal, \(span.label), in \(currency)\n")
        rows.header()
        var debit = Money.zero(currency)
        var entries = 0
        try context.openStore().read { connection in
            try Journal.forEachRecord(span.days, in: connection) { record in
                entries += 1
                rows.line(
                    [.integer(Int(record.number)), .text("\(record.date)")] + Array(repeating: .none, count: 5)
                        + [.text(record.journal), .none, .text(record.description)])
                for posting in record.postings {
                    if posting.base.isPositive { debit = try debit + posting.base }
                    rows.row(try Self.cells(posting, of: record, books, isText: context.printer.format == .text))
                }
            }
        }
        if entries == 0 {
            rows.say("Nothing was posted.")
        } else {
            rows.line(
                Array(repeating: .none, count: 9)
                    + [.text("Total of \(entries) \(entries == 1 ? "entry" : "entries")")]
                    + Array(repeating: .none, count: 6) + [.money(debit), .money(debit)])
        }
        rows.end()
    }

    /// People see number and date once, above the postings.
    private static func cells(
        _ posting: JournalEntry.Posting, of record: JournalRecord, _ books: Books, isText: Bool
    ) throws -> [Table.Cell] {
        let name = books.chart[posting.account]?.name ?? ""
        let party = posting.party.map(\.description) ?? ""
        let words = party.isEmpty ? name : "\(name), \(party)"
        return [
            isText ? .none : .integer(Int(record.number)), isText ? .none : .text("\(record.date)"),
            .text("\(record.documentDate)"), .text(record.journal), .text(record.kind), .text(record.key),
            .text(record.description), .text(posting.account.rawValue), .text(name),
            .text(isText ? words : posting.description), .text(party),
            .text(posting.dimensions.costCentre ?? ""), .text(posting.dimensions.project ?? ""),
            .text(posting.due.map { "\($0)" } ?? ""), .text(posting.amount.currency.code), .money(posting.amount),
            posting.base.isNegative ? .none : .money(posting.base),
            posting.base.isNegative ? .money(try posting.base.negated()) : .none,
            .text(record.source.map { "\($0.type) \($0.id)" } ?? ""), record.run.map { .integer(Int($0)) } ?? .none,
            .text(record.recordedBy), .text("\(record.recordedAt)"), .text(record.hash),
        ]
    }
}
