import Ledger

/// Entries that were posted, or would be.
struct JournalEntriesOutput {
    struct Item {
        var entry: JournalEntry
        var number: Int64
        var isNew: Bool
    }

    private let items: [Item]
    private let isDryRun: Bool

    /// More are counted for people; programs see all.
    private static let maximumShown = 20

    init(_ items: [Item], isDryRun: Bool) {
        self.items = items
        self.isDryRun = isDryRun
    }

    func print(to printer: Printer) {
        if printer.format == .text { return say(to: printer) }
        var table = Table(columns: [
            .init("Entry"), .init("Key"), .init("New"), .init("Date"), .init("Description"), .init("Account"),
            .init("Party"), .init("Cost centre"), .init("Currency"), .init("Amount"), .init("Base"),
        ])
        for item in items {
            for posting in item.entry.postings {
                table.rows.append([
                    .integer(Int(item.number)), .text(item.entry.key), .text(item.isNew ? "true" : "false"),
                    .text("\(item.entry.date)"), .text(posting.description), .text(posting.account.rawValue),
                    .text(posting.party?.description ?? ""), .text(posting.dimensions.costCentre ?? ""),
                    .text(posting.amount.currency.code), .money(posting.amount), .money(posting.base),
                ])
            }
        }
        printer.print(table)
    }

    private func say(to printer: Printer) {
        for item in items.prefix(Self.maximumShown) {
            let name = item.isNew ? isDryRun ? "Entry" : "Entry \(item.number)" : "Entry \(item.number), posted before"
            printer.say("\(name): \(item.entry.key) of \(item.entry.date)\n\(item.entry.description)")
            printer.say(JournalEntryTable.table(of: item.entry.postings).text + "\n")
        }
        if items.count > Self.maximumShown { printer.say("and \(items.count - Self.maximumShown) more\n") }
        let new = items.count { $0.isNew }
        let noun = new == 1 ? "1 entry" : "\(new) entries"
        if isDryRun {
            printer.say("\(noun) would be posted; nothing was written. Give the command without --dry-run to post.")
        } else if new == 0 {
            printer.say("Everything was posted before; nothing was written.")
        } else {
            printer.say("\(noun) posted.")
        }
    }
}
