import Amounts
import Diagnostics

extension JournalEntry {
    private static let maximumProblems = 100

    /// Throws what is wrong with the entry, all of it.
    func check() throws {
        guard !postings.isEmpty else { throw LedgerError.empty(key: key) }
        var problems = ProblemList(maximumCount: Self.maximumProblems)
        checkTexts(&problems)
        guard postings.count <= Self.maximumPostings else {
            problems.add(
                "the entry has \(postings.count) postings", expected: "at most \(Self.maximumPostings); split it")
            throw LedgerError.unusable(key: key, problems: problems.problems)
        }
        let base = baseCurrency
        for (index, posting) in postings.enumerated() {
            if let money = posting.tooLarge {
                problems.add(
                    "line \(index + 1): \(money) is too large",
                    expected: "at most \(Money(minorUnits: Int64(Self.maximumMinorUnits), money.currency))")
            }
            if !posting.isPlain { posting.checkTexts(line: index + 1, &problems) }
            if posting.base.currency != base {
                problems.add(
                    "line \(index + 1): \(posting.base) is given as the amount in base", expected: "in \(base)")
            } else if posting.amount.currency == base, posting.amount != posting.base {
                problems.add(
                    "line \(index + 1): \(posting.amount) is worth \(posting.base)",
                    expected: "the same amount, for \(base) is the base currency")
            }
        }
        guard problems.isEmpty else { throw LedgerError.unusable(key: key, problems: problems.problems) }
        try checkBalance()
    }

    private func checkBalance() throws {
        // In 128 bits, where no sum of so few amounts can overflow, and the order of postings does not matter. An entry
        // seldom has more than two currencies: a list is faster than a dictionary.
        var sums: [(currency: Currency, sum: Int128)] = []
        var base: Int128 = 0
        for posting in postings {
            base += Int128(posting.base.minorUnits)
            if let index = sums.firstIndex(where: { $0.currency == posting.amount.currency }) {
                sums[index].sum += Int128(posting.amount.minorUnits)
            } else {
                sums.append((posting.amount.currency, Int128(posting.amount.minorUnits)))
            }
        }
        let differences = try sums.filter { $0.sum != 0 }.sorted { $0.currency.code < $1.currency.code }
            .map { try Self.money($0.sum, $0.currency) }
        if differences.isEmpty, base == 0 { return }
        if base == 0 || sums.count == 1, differences.count == 1 {
            throw LedgerError.unbalanced(key: key, difference: differences[0])
        }
        var problems = differences.map { Problem("debits exceed credits by \($0)", expected: "nothing") }
        if base != 0 {
            problems.append(
                Problem("debits exceed credits by \(try Self.money(base, baseCurrency)) in base", expected: "nothing"))
        }
        if differences.count > 1, base == 0 {
            problems.append(
                Problem("one currency was changed into another", expected: "a conversion account between them"))
        }
        throw LedgerError.unusable(key: key, problems: problems)
    }

    private static func money(_ sum: Int128, _ currency: Currency) throws -> Money {
        guard let minor = Int64(exactly: sum) else { throw ArithmeticError.overflow }
        return Money(minorUnits: minor, currency)
    }
}

// MARK: - Texts

extension JournalEntry {
    private func checkTexts(_ problems: inout ProblemList) {
        problems.check(key, "key", maximumBytes: Self.maximumKeyBytes, isRequired: true)
        if let reverses {
            problems.check(reverses, "key of the reversed entry", maximumBytes: Self.maximumKeyBytes, isRequired: true)
            if reverses == key { problems.add("the entry \(key) says that it reverses itself") }
        }
        if let source {
            problems.check(source.type, "type of the source", maximumBytes: Self.maximumSourceBytes, isRequired: true)
            problems.check(source.id, "number of the source", maximumBytes: Self.maximumSourceBytes, isRequired: true)
        }
        problems.check(
            description, "description", maximumBytes: Self.maximumDescriptionBytes, isRequired: false, isProse: true)
    }
}

extension JournalEntry.Posting {
    /// Its amount, or what that is worth, where no posting may have so much.
    fileprivate var tooLarge: Money? {
        if amount.minorUnits.magnitude > JournalEntry.maximumMinorUnits { return amount }
        return base.minorUnits.magnitude > JournalEntry.maximumMinorUnits ? base : nil
    }

    /// Whether all its texts are within their limits; the question that is asked of each of a million postings.
    fileprivate var isPlain: Bool {
        account.rawValue.isPlain(maximumBytes: AccountCode.maximumBytes) && !account.rawValue.isEmpty
            && (description.isEmpty || description.isPlain(maximumBytes: JournalEntry.maximumDescriptionBytes))
            && party.map { $0.id.isPlain(maximumBytes: Party.maximumIDBytes) && !$0.id.isEmpty } ?? true
            && dimensions.costCentre.map { $0.isPlain(maximumBytes: Dimensions.maximumBytes) && !$0.isEmpty } ?? true
            && dimensions.project.map { $0.isPlain(maximumBytes: Dimensions.maximumBytes) && !$0.isEmpty } ?? true
    }

    fileprivate func checkTexts(line: Int, _ problems: inout ProblemList) {
        let place = "line \(line): "
        problems.check(
            account.rawValue, place + "account", maximumBytes: AccountCode.maximumBytes, isRequired: true)
        problems.check(
            description, place + "description", maximumBytes: JournalEntry.maximumDescriptionBytes, isRequired: false,
            isProse: true)
        if let party {
            problems.check(
                party.id, place + party.kind.rawValue, maximumBytes: Party.maximumIDBytes, isRequired: true)
        }
        if let costCentre = dimensions.costCentre {
            problems.check(
                costCentre, place + "cost centre", maximumBytes: Dimensions.maximumBytes, isRequired: true)
        }
        if let project = dimensions.project {
            problems.check(project, place + "project", maximumBytes: Dimensions.maximumBytes, isRequired: true)
        }
    }
}

extension String {
    /// Whether it has no control character and is no longer than that.
    fileprivate func isPlain(maximumBytes: Int) -> Bool {
        utf8.count <= maximumBytes && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

extension ProblemList {
    /// - Parameter isProse: whether it may have several lines.
    fileprivate mutating func check(
        _ text: String, _ field: String, maximumBytes: Int, isRequired: Bool, isProse: Bool = false
    ) {
        if text.isEmpty {
            if isRequired { add("\(field) is empty", expected: "1 to \(maximumBytes) bytes") }
        } else if text.utf8.count > maximumBytes {
            add("\(field) has \(text.utf8.count) bytes", expected: "at most \(maximumBytes)")
        } else if text.utf8.contains(where: { byte in
            (byte < 0x20 || byte == 0x7F) && !(isProse && (byte == 0x0A || byte == 0x09))
        }) {
            add("\(field) has a control character", expected: "plain text")
        }
    }
}
