import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange
import Store

/// Makes the settlements of a file (`SettlementsCSV`) again, where the journal that it belongs to was imported. Nothing is
/// posted: what a settlement changed in the books is an entry of that journal.
package struct SettlementsImport {
    /// The currency of the books.
    private let base: Currency

    package struct Result: Hashable, Sendable {
        package var settlements = 0
        package var knownSettlements = 0
    }

    package static let maximumProblems = 500

    package init(base: Currency) {
        self.base = base
    }

    private struct Part {
        var settlement: String
        var date: CalendarDate
        var reverses: String?
        var reason: String
        var difference: Money
        var postedBy: String?
        var item: Place
        var kind: SettledPart.Kind
        var counterpart: Place?
        var amount: Money
        var base: Money
        var location: SourceLocation
    }

    /// A posting, by the key of its entry and its line.
    private struct Place: Hashable {
        let entry: String
        let line: Int
    }

    /// All settlements of the file, or none. Those that are known with the same contents are passed over.
    ///
    /// - Throws: a `Failure` with everything that is wrong, by its row.
    package func run(contentsOf path: String, shownAs name: String, in unit: UnitOfWork) throws -> Result {
        var problems = ProblemList(maximumCount: Self.maximumProblems)
        let table = try CSVTable(
            contentsOf: path, shownAs: name, columns: SettlementsCSV.columns, problems: &problems)
        let parts = table.map(&problems, part)
        try problems.throwIfAny(consequence: "nothing was imported")
        try Journal.lockHead(in: unit.connection)
        let numbers = try entryNumbers(of: parts, in: unit.connection)
        let settlements = settlements(of: parts, numbers, &problems)
        let known = try SettlementRecords.find(keys: settlements.map(\.outcome.key), base, in: unit.connection)
        var result = Result()
        var new: [SettlementRecords.Written] = []
        for read in settlements {
            guard let stored = known[read.outcome.key] else {
                new.append(read.row)
                continue
            }
            if stored.outcome.parts != read.outcome.parts || stored.outcome.date != read.outcome.date {
                problems.add(
                    "the settlement \(Quoted.text(read.outcome.key)) stands with other contents",
                    expected: "the same, or a key of its own", at: read.location)
            }
            result.knownSettlements += 1
        }
        try check(settlements.filter { known[$0.outcome.key] == nil }, &problems, in: unit.connection)
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was imported")
        try SettlementRecords.insert(new, in: unit)
        result.settlements = new.count
        return result
    }

    // MARK: - Rows

    private func part(_ row: CSVRow) -> Part? {
        let currency = row.required("currency", .currency)
        let key = row.required("settlement", .text(maximumCharacters: Settlement.maximumKeyBytes))
        let date = row.required("date", .date)
        let reason = row.required("reason", .text(maximumCharacters: 2_000))
        let difference = row.required("exchange_difference", .money(base))
        let item = Place(
            entry: row.required("item_entry", .text(maximumCharacters: 200)),
            line: row.required("item_line", .integer(1...JournalEntry.maximumPostings)))
        let kinds = SettledPart.Kind.allCases.map { ($0.rawValue, $0) }
        let kind = row.required("kind", .choice(kinds, placeholder: .match))
        let otherEntry = row.optional("counterpart_entry", .text(maximumCharacters: 200))
        let otherLine = row.optional("counterpart_line", .integer(1...JournalEntry.maximumPostings))
        let amount = row.required("amount", .money(currency))
        let worth = row.required("base_amount", .money(base))
        if !row.hasProblems, (otherEntry == nil) != (otherLine == nil) || (kind == .match) != (otherEntry != nil) {
            row.report("a match has a counterpart, and nothing else has", expected: "its entry and line", at: "kind")
        }
        if !row.hasProblems, amount.isZero {
            row.report("amount is zero", expected: "what of the item was settled", at: "amount")
        }
        return Part(
            settlement: key, date: date, reverses: row.optional("reverses", .text(maximumCharacters: 200)),
            reason: reason, difference: difference, postedBy: row.optional("posted_by", .text(maximumCharacters: 200)),
            item: item, kind: kind,
            counterpart: otherEntry.flatMap { entry in otherLine.map { Place(entry: entry, line: $0) } },
            amount: amount, base: worth, location: row.location)
    }

    private static let keysPerQuery = 500

    private func entryNumbers(of parts: [Part], in connection: Connection) throws -> [String: Int64] {
        let keys = Set(parts.flatMap { [$0.item.entry, $0.counterpart?.entry, $0.postedBy].compactMap(\.self) })
            .sorted()
        var numbers: [String: Int64] = [:]
        for start in stride(from: 0, to: keys.count, by: Self.keysPerQuery) {
            let some = Array(keys[start..<min(start + Self.keysPerQuery, keys.count)])
            let marks = Array(repeating: "?", count: some.count).joined(separator: ", ")
            try connection.forEach(
                "SELECT entry_key, entry_number FROM journal_entry WHERE entry_key IN (\(marks))", arguments: some
            ) { numbers[try $0.text(0)] = try $0.int(1) }
        }
        return numbers
    }

    // MARK: - Settlements

    private struct Read {
        var row: SettlementRecords.Written
        var locations: [SourceLocation]
        var outcome: SettlementOutcome { row.outcome }
        var location: SourceLocation { locations[0] }
    }

    private func settlements(of parts: [Part], _ numbers: [String: Int64], _ problems: inout ProblemList) -> [Read] {
        func id(_ place: Place, _ location: SourceLocation) -> OpenItem.ID? {
            if let number = numbers[place.entry] { return OpenItem.ID(entry: number, line: place.line) }
            problems.add(
                "there is no entry \(Quoted.text(place.entry))", expected: "its journal to be imported before",
                at: location)
            return nil
        }
        var order: [String] = []
        var groups: [String: [Part]] = [:]
        for part in parts {
            if groups[part.settlement] == nil { order.append(part.settlement) }
            groups[part.settlement, default: []].append(part)
        }
        return order.compactMap { key in
            guard let group = groups[key], let first = group.first else { return nil }
            if let entry = first.postedBy, numbers[entry] == nil {
                problems.add(
                    "there is no entry \(Quoted.text(entry))", expected: "its journal to be imported before",
                    at: first.location)
            }
            for part in group.dropFirst()
            where part.date != first.date || part.reverses != first.reverses || part.reason != first.reason
                || part.difference != first.difference || part.postedBy != first.postedBy
            {
                problems.add(
                    "the settlement \(Quoted.text(key)) differs from its first row, line \(first.location.line)",
                    expected: "one date, reason, reverses, exchange_difference and posted_by", at: part.location)
            }
            let settled = group.compactMap { part -> SettledPart? in
                guard let item = id(part.item, part.location) else { return nil }
                var counterpart: OpenItem.ID?
                if let place = part.counterpart {
                    guard let other = id(place, part.location) else { return nil }
                    counterpart = other
                }
                return SettledPart(
                    settlement: key, item: item, kind: part.kind, counterpart: counterpart, amount: part.amount,
                    base: part.base, date: first.date)
            }
            guard settled.count == group.count else { return nil }
            let outcome = SettlementOutcome(
                key: key, date: first.date, reverses: first.reverses, parts: settled,
                exchangeDifference: first.difference, postings: [])
            return Read(
                row: .init(outcome: outcome, reason: first.reason, entryKey: first.postedBy),
                locations: group.map(\.location))
        }
    }

    /// Every item is one, of the currency said, and is not settled beyond what was owed.
    private func check(_ settlements: [Read], _ problems: inout ProblemList, in connection: Connection) throws {
        let ids = Set(
            settlements.flatMap { $0.outcome.parts.flatMap { [$0.item, $0.counterpart].compactMap(\.self) } })
        let balances = try OpenItemRecords.balances(of: Array(ids), base, in: connection)
        var items = Dictionary(balances.map { ($0.item.id, $0) }, uniquingKeysWith: { first, _ in first })
        for settlement in settlements {
            for (part, location) in zip(settlement.outcome.parts, settlement.locations) {
                for id in [part.item, part.counterpart].compactMap(\.self) where items[id] == nil {
                    problems.add("\(id) is no open item", expected: "a posting to a control account", at: location)
                }
                guard let balance = items[part.item] else { continue }
                guard balance.open.currency == part.amount.currency else {
                    problems.add(
                        "item \(part.item) is in \(balance.open.currency)",
                        expected: "\(balance.open.currency), not \(part.amount.currency)", at: location)
                    continue
                }
                let open = try balance.open - part.amount
                let owed = balance.item.amount
                let isWithin =
                    owed.isPositive
                    ? (0...owed.minorUnits).contains(open.minorUnits) : (owed.minorUnits...0).contains(open.minorUnits)
                if !isWithin {
                    problems.add(
                        "\(part.amount) of item \(part.item) is settled, of which \(balance.open) is open",
                        expected: "no more than that", at: location)
                }
                items[part.item] = OpenItemBalance(
                    item: balance.item, open: open, base: try balance.base - part.base)
            }
        }
    }
}
