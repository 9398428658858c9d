import Amounts

/// Turns lines in several currencies into postings that balance in base and in each currency.
struct ImportedBalance {
    let base: Currency
    /// Where what rounding leaves is booked; nil where the company has no account for it.
    let rounding: AccountCode?
    let conversion: AccountCode?

    enum Trouble: Error {
        case noRoundingAccount(Money)
        case noConversionAccount
    }

    /// Lines whose weights are in one currency are one group. A group in another currency than base is worth
    /// - what the lines in it are worth that are in base (100 GBP for 120 USD), in proportion;
    /// - or else what `rate` says.
    /// Each line is converted and rounded by itself; what rounding leaves of a group goes to the rounding account. What
    /// then is open in a currency goes through the conversion account.
    func postings(
        _ separate: [ImportedLine], rate: (Currency) throws -> ConversionRate
    ) throws -> [JournalEntry.Posting] {
        let lines = Self.joined(separate)
        var groups: [Currency] = []
        for line in lines where !groups.contains(line.weight.currency) { groups.append(line.weight.currency) }
        var bases: [Money] = lines.map { $0.base ?? .zero(base) }
        var residues: [JournalEntry.Posting] = []
        for group in groups {
            let members = lines.indices.filter { lines[$0].weight.currency == group }
            let unknown = members.filter { lines[$0].base == nil }
            let open = try members.map { lines[$0].weight }.sum(group)
            if group == base {
                for index in unknown { bases[index] = lines[index].weight }
            } else if let worth = try Worth(lines, members.filter { lines[$0].base != nil }) {
                for index in unknown { bases[index] = try worth.convert(lines[index].weight) }
            } else if !unknown.isEmpty {
                let found = try rate(group)
                for index in unknown { bases[index] = try found.convert(lines[index].weight) }
            }
            let left = try members.map { bases[$0] }.sum(base)
            if !open.isZero || !left.isZero {
                residues.append(try residue(of: group, amount: group == base ? left : open, base: left))
            }
        }
        var postings = zip(lines, bases).map { $0.posting($1) } + residues
        if isOpen(postings) {
            guard let conversion else { throw Trouble.noConversionAccount }
            postings = try postings.throughConversion(conversion, description: "Conversion")
        }
        return postings
    }

    /// A line that moves an amount and is worth nothing, and the next one that is only worth something, are one: so an
    /// export writes what is worth the contrary of its sign.
    private static func joined(_ lines: [ImportedLine]) -> [ImportedLine] {
        var joined: [ImportedLine] = []
        joined.reserveCapacity(lines.count)
        for line in lines {
            if line.amount.isZero, line.base?.isZero == false, let last = joined.last, !last.amount.isZero,
                last.base?.isZero == true, last.isAlike(line)
            {
                joined[joined.count - 1].base = line.base
                joined[joined.count - 1].weight = line.weight
            } else {
                joined.append(line)
            }
        }
        return joined
    }

    /// The contrary of what a group leaves open: in its currency, and in base.
    private func residue(of group: Currency, amount: Money, base left: Money) throws -> JournalEntry.Posting {
        guard let rounding else { throw Trouble.noRoundingAccount(amount.isZero ? left : amount) }
        return JournalEntry.Posting(
            account: rounding, amount: try amount.negated(), base: try left.negated(),
            description: "Rounding of \(group)")
    }

    private func isOpen(_ postings: [JournalEntry.Posting]) -> Bool {
        var sums: [(currency: Currency, sum: Int128)] = []
        for posting in postings {
            let amount = posting.amount
            if let index = sums.firstIndex(where: { $0.currency == amount.currency }) {
                sums[index].sum += Int128(amount.minorUnits)
            } else {
                sums.append((amount.currency, Int128(amount.minorUnits)))
            }
        }
        return sums.contains { $0.sum != 0 }
    }

    /// What a transaction itself says that a currency is worth.
    private struct Worth {
        let weight: Int128
        let base: Money

        /// Nil where no line says so.
        init?(_ lines: [ImportedLine], _ known: [Int]) throws {
            var (weight, base) = (Int128(0), Int128(0))
            for index in known {
                guard let worth = lines[index].base else { continue }
                weight += Int128(lines[index].weight.minorUnits)
                base += Int128(worth.minorUnits)
            }
            guard weight != 0, base != 0, let currency = known.first.flatMap({ lines[$0].base?.currency }) else {
                return nil
            }
            if weight < 0 { (weight, base) = (-weight, -base) }
            guard let minor = Int64(exactly: base) else { throw ArithmeticError.overflow }
            self.weight = weight
            self.base = Money(minorUnits: minor, currency)
        }

        func convert(_ money: Money) throws -> Money {
            let (product, overflow) = Int128(money.minorUnits).multipliedReportingOverflow(by: Int128(base.minorUnits))
            guard !overflow, let minor = Int64(exactly: try Rounding.halfAwayFromZero.quotient(product, by: weight))
            else { throw ArithmeticError.overflow }
            return Money(minorUnits: minor, base.currency)
        }
    }
}
