import Amounts
import Ledger

/// The postings of an entry. Those that differ in nothing but their party are one row: net pay of ten thousand employees.
enum JournalEntryTable {
    private struct Place: Hashable {
        let account: AccountCode
        let description: String
        let dimensions: Dimensions
        let currency: String
        let isCredit: Bool
    }

    private struct Row {
        let place: Place
        var parties: Set<Party>
        var amount: Money
        var base: Money
    }

    static func table(of postings: [JournalEntry.Posting]) -> Table {
        var rows: [Row] = []
        var indices: [Place: Int] = [:]
        for posting in postings {
            let isCredit = posting.amount.isNegative || posting.amount.isZero && posting.base.isNegative
            let place = Place(
                account: posting.account, description: posting.description, dimensions: posting.dimensions,
                currency: posting.amount.currency.code, isCredit: isCredit)
            if let party = posting.party, let index = indices[place],
                let amount = try? rows[index].amount + posting.amount, let base = try? rows[index].base + posting.base
            {
                rows[index].parties.insert(party)
                rows[index].amount = amount
                rows[index].base = base
                continue
            }
            if posting.party != nil { indices[place] = rows.count }
            rows.append(
                Row(
                    place: place, parties: posting.party.map { [$0] } ?? [], amount: posting.amount, base: posting.base)
            )
        }
        return table(of: rows)
    }

    private static func table(of rows: [Row]) -> Table {
        var table = Table(columns: [
            .init("Account"), .init("Description"), .init("Cost centre", visibility: .whereFilled),
            .init("Project", visibility: .whereFilled), .init("Party", visibility: .whereFilled), .init("Currency"),
            .init("Debit", .right), .init("Credit", .right), .init("Base", .right, visibility: .whereFilled),
        ])
        table.rows = rows.map { row in
            let credit = try? row.amount.negated()
            // A posting in base alone says so; one in the currency of the books says nothing new.
            let showsBase = row.base.currency != row.amount.currency
            return [
                .text(row.place.account.rawValue), .text(row.place.description),
                .text(row.place.dimensions.costCentre ?? ""), .text(row.place.dimensions.project ?? ""),
                .text(text(of: row.parties)), .text(row.place.currency),
                row.place.isCredit ? .none : .money(row.amount),
                row.place.isCredit ? credit.map(Table.Cell.money) ?? .none : .none,
                showsBase ? .money(row.base) : .none,
            ]
        }
        return table
    }

    /// `customer C-1042`, or how many they are.
    private static func text(of parties: Set<Party>) -> String {
        guard parties.count != 1, let kind = parties.first?.kind else { return parties.first?.description ?? "" }
        return "\(parties.count) of kind \(kind.rawValue)"
    }
}
