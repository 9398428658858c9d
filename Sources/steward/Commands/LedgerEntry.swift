import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger entry`: one entry of the journal.
struct LedgerEntry: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "entry", abstract: "Show an entry: its postings, where it is from, who posted it, its hash.",
        discussion: """
            EXAMPLES
              steward ledger entry 12
              steward ledger entry payroll/monthly/2026-04
            """)

    @Argument(help: "The number of the entry, or its key.")
    var entry: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let chart = try ChartOfAccounts.load(for: context.company)
        let reference = Journal.Reference(entry)
        let found = try context.openStore().read { connection in
            try Journal.record(reference, in: connection).map { record in
                (
                    record: record,
                    undoes: try record.reverses.flatMap { try Journal.number(ofKey: $0, in: connection) },
                    undoneBy: try Journal.number(reversing: record.key, in: connection)
                )
            }
        }
        guard let found else {
            throw Failure(
                .notFound, "There is no entry \(reference).",
                advice: "`steward ledger journal --period PERIOD` lists entries with their numbers and keys.")
        }
        let record = found.record
        var details = Details()
        details.add("entry", Int(record.number))
        details.add("key", record.key)
        details.add("description", record.description)
        details.add("date", "\(record.date)")
        details.add(
            "document date", text: record.documentDate == record.date ? nil : "\(record.documentDate)",
            json: .string("\(record.documentDate)"))
        details.add("period", text: record.period.isEmpty ? nil : record.period, json: .string(record.period))
        details.add("journal", record.journal)
        details.add("kind", record.kind)
        details.add("source", record.source.map { "\($0.type) \($0.id)" })
        details.add("run", record.run.map { "\($0)" })
        details.add("recorded", key: "recorded_at", "\(record.recordedAt)")
        details.add("recorded by", record.recordedBy)
        details.add("reverses", found.undoes.map { "entry \($0)" })
        details.add("reversed by", found.undoneBy.map { "entry \($0)" })
        details.add("hash", record.hash)
        details.add(section: "Postings, in \(record.baseCurrency)", key: "postings", try postings(record, chart))
        details.mainSection = "postings"
        context.printer.print(details)
        if let run = record.run {
            context.printer.say("\nNext: `steward run show \(run)` shows the run that posted it.")
        }
    }

    private func postings(_ record: JournalRecord, _ chart: ChartOfAccounts) throws -> Table {
        var table = Table(columns: [
            .init("Account"), .init("Name"), .init("Description"), .init("Party", visibility: .whereFilled),
            .init("Cost centre", visibility: .whereFilled), .init("Project", visibility: .whereFilled),
            .init("Due", visibility: .whereFilled), .init("Currency", visibility: .never),
            .init("Amount", .right, visibility: .never),
            .init("In currency", key: "foreign", .right, visibility: .whereFilled),
            .init("Debit", .right), .init("Credit", .right),
        ])
        var debit = Money.zero(record.baseCurrency)
        var credit = debit
        table.rows = try record.postings.map { posting in
            if posting.base.isNegative { credit = try credit - posting.base } else { debit = try debit + posting.base }
            let isForeign = posting.amount.currency != record.baseCurrency
            let name = chart[posting.account]?.name ?? ""
            return [
                .text(posting.account.rawValue), .text(name),
                .text(posting.description == name ? "" : posting.description), .text(posting.party?.description ?? ""),
                .text(posting.dimensions.costCentre ?? ""), .text(posting.dimensions.project ?? ""),
                .text(posting.due.map { "\($0)" } ?? ""), .text(posting.amount.currency.code), .money(posting.amount),
                isForeign ? .text("\(posting.amount.currency.code) \(posting.amount.groupedText)") : .none,
                posting.base.isNegative ? .none : .money(posting.base),
                posting.base.isNegative ? .money(try posting.base.negated()) : .none,
            ]
        }
        table.totals = Array(repeating: .none, count: 10) + [.money(debit), .money(credit)]
        return table
    }
}
