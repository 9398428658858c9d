import Amounts
import Ledger

/// What was settled, or would be, and what the books get of it.
struct SettlementOutput {
    private let stored: [SettlementRecords.Stored]
    private let isDryRun: Bool

    init(_ stored: [SettlementRecords.Stored], isDryRun: Bool) {
        self.stored = stored
        self.isDryRun = isDryRun
    }

    func print(to printer: Printer) throws {
        var table = Table(columns: [
            .init("Settlement"), .init("Date", visibility: .never), .init("Item"), .init("By", key: "kind"),
            .init("With", key: "counterpart"), .init("Currency"), .init("Amount", .right),
            .init("In base", key: "base", .right, visibility: .never), .init("New", visibility: .never),
        ])
        for settlement in stored {
            for part in settlement.outcome.parts {
                table.rows.append([
                    .text(part.settlement), .text("\(part.date)"), .text("\(part.item)"),
                    .text(part.kind.rawValue.replacing("_", with: "-")),
                    .text(part.counterpart.map { "\($0)" } ?? ""), .text(part.amount.currency.code),
                    .money(part.amount), .money(part.base), .text(settlement.isNew ? "true" : "false"),
                ])
            }
        }
        printer.print(table, orSay: "Nothing settles anything.")
        for settlement in stored where !settlement.outcome.postings.isEmpty {
            printer.say("\nJournal entry settlement/\(settlement.outcome.key) of \(settlement.outcome.date)\n")
            printer.say(JournalEntryTable.table(of: settlement.outcome.postings).text)
        }
        guard !stored.isEmpty else { return }
        if isDryRun {
            printer.say("\nNothing was written. Give the command without --dry-run to settle.")
        } else if stored.allSatisfy({ !$0.isNew }) {
            printer.say("\nIt was settled before; nothing was written.")
        }
    }
}
