import Amounts
import Calendars
import Configuration
import Diagnostics

/// Journals as CSV: one row for each posting; the rows of an entry follow each other and have the same `entry`.
///
/// | column | |
/// |---|---|
/// | `entry` | what names the entry in its source; unique in the file |
/// | `date` | YYYY-MM-DD; the same in all rows of the entry |
/// | `account` | the account's number in the chart |
/// | `amount` | above zero is debit, below is credit; a plain number of the currency's decimal places |
/// | `currency` | ISO 4217 |
/// | `base_amount` | optional: the same in the company's own currency |
/// | `description`, `party`, `cost_centre`, `project`, `document`, `document_date`, `due_date` | optional |
/// | `journal`, `kind`, `reverses`, `document_type` | optional, of the entry: in its first row |
/// | `text`, `account_name`, `account_type` | optional |
///
/// An entry balances in each currency; or, where every row of it has a base amount, in that.
package struct PostingsCSV: Sendable {
    /// The company's own currency, in which base amounts are.
    package var baseCurrency: Currency
    package var options = CSVOptions()

    package init(baseCurrency: Currency) {
        self.baseCurrency = baseCurrency
    }

    /// The columns in the order in which they are written.
    package static let columns: [CSVColumn] = [
        .required("entry"), .required("date"), .required("account"), .required("amount"), .required("currency"),
        .optional("base_amount"), .optional("description"), .optional("party"), .optional("cost_centre"),
        .optional("project"), .optional("document"), .optional("document_date"), .optional("due_date"),
        .optional("journal"), .optional("kind"), .optional("reverses"), .optional("document_type"), .optional("text"),
        .optional("account_name"), .optional("account_type"),
    ]

    /// One row.
    package struct Posting: Hashable, Sendable {
        package var entry: String
        package var date: CalendarDate
        package var account: String
        package var amount: Money
        package var baseAmount: Money?
        package var description: String?
        package var party: String?
        package var costCentre: String?
        package var project: String?
        package var document: String?
        package var documentDate: CalendarDate?
        package var dueDate: CalendarDate?
        package var journal: String?
        package var kind: String?
        package var reverses: String?
        package var documentType: String?
        /// The posting's own text, where `description` is that of the entry.
        package var text: String?
        package var accountName: String?
        package var accountType: String?
        /// Where it stands; nil for what was not read.
        package var location: SourceLocation?

        package init(entry: String, date: CalendarDate, account: String, amount: Money) {
            self.entry = entry
            self.date = date
            self.account = account
            self.amount = amount
        }
    }

    /// The rows of one entry.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var date: CalendarDate
        package var postings: [Posting]
        /// Whether all of its rows could be read; those that could not were reported and are not among them.
        package var isComplete = true

        package init(key: String, date: CalendarDate, postings: [Posting]) {
            self.key = key
            self.date = date
            self.postings = postings
        }
    }

    // MARK: - Reading

    /// The entries of a file, in its order. What is wrong is reported: of an entry with rows that cannot be read the others
    /// are handed over, so that what they say can be looked at; one that does not balance is left out.
    ///
    /// The file is held in memory while it is read: at most `options.maximumFileBytes`.
    ///
    /// - Throws: `Failure` where the file cannot be read at all.
    package func read(
        contentsOf path: String, shownAs name: String, problems: inout ProblemList
    ) throws(Failure) -> [Entry] {
        let table = try CSVTable(
            contentsOf: path, shownAs: name, columns: Self.columns, options: options, problems: &problems)
        return entries(of: table, &problems)
    }

    package func read(bytes: [UInt8], shownAs name: String, problems: inout ProblemList) -> [Entry] {
        let table = CSVTable(
            bytes: bytes, shownAs: name, columns: Self.columns, options: options, problems: &problems)
        return entries(of: table, &problems)
    }

    private func entries(of table: CSVTable, _ problems: inout ProblemList) -> [Entry] {
        let before = problems.count
        var broken: Set<String> = []
        let postings = table.map(&problems) { row in
            let posting = posting(row)
            if row.hasProblems { broken.insert(posting?.entry ?? "") }
            return posting
        }
        // A row that does not say which entry it is of may be of any.
        guard problems.count == before || !broken.isEmpty && !broken.contains("") else { return [] }
        var entries: [Entry] = []
        var lines: [String: Int] = [:]
        for posting in postings {
            if let last = entries.indices.last, entries[last].key == posting.entry {
                if entries[last].date != posting.date {
                    problems.add(
                        "date \(posting.date) differs from \(entries[last].date) in the first row of the entry \(Quoted.text(posting.entry))",
                        expected: "one date for each entry", at: posting.location)
                }
                entries[last].postings.append(posting)
                continue
            }
            let line = posting.location?.line ?? 0
            if let first = lines.updateValue(line, forKey: posting.entry) {
                lines[posting.entry] = first
                problems.add(
                    "entry \(Quoted.text(posting.entry)) stands here a second time (first on line \(first))",
                    expected: "the rows of an entry one after the other", at: posting.location)
            }
            entries.append(Entry(key: posting.entry, date: posting.date, postings: [posting]))
        }
        return entries.compactMap { entry in
            // An entry of which a row is missing does not balance, which would only be told beside the point.
            guard broken.contains(entry.key) else { return isBalanced(entry, &problems) ? entry : nil }
            var entry = entry
            entry.isComplete = false
            return entry
        }
    }

    /// As it stands, with blanks at its ends: texts of an export come back as they were.
    private static let anyText = ScalarReader(
        "a text", expected: "at most 2000 bytes", placeholder: "", convert: { $0.utf8.count <= 2_000 ? $0 : nil })

    private func posting(_ row: CSVRow) -> Posting? {
        let currency = row.required("currency", .currency)
        var posting = Posting(
            entry: row.required("entry", Self.anyText), date: row.required("date", .date),
            account: row.required("account", .text(maximumCharacters: 200)),
            amount: row.required("amount", .money(currency)))
        posting.baseAmount = row.optional("base_amount", .money(baseCurrency))
        posting.description = row.optional("description", Self.anyText)
        posting.party = row.optional("party", Self.anyText)
        posting.costCentre = row.optional("cost_centre", Self.anyText)
        posting.project = row.optional("project", Self.anyText)
        posting.document = row.optional("document", Self.anyText)
        posting.documentDate = row.optional("document_date", .date)
        posting.dueDate = row.optional("due_date", .date)
        posting.journal = row.optional("journal", .text(maximumCharacters: 200))
        posting.kind = row.optional("kind", .text(maximumCharacters: 200))
        posting.reverses = row.optional("reverses", Self.anyText)
        posting.documentType = row.optional("document_type", Self.anyText)
        posting.text = row.optional("text", Self.anyText)
        posting.accountName = row.optional("account_name", Self.anyText)
        posting.accountType = row.optional(
            "account_type", .choice(TextAccountType.allCases.map { ($0.rawValue, $0.rawValue) }, placeholder: ""))
        posting.location = row.location
        if let base = posting.baseAmount, base.minorUnits.signum() * posting.amount.minorUnits.signum() < 0 {
            row.report(
                "base_amount \(Quoted.text(row.text("base_amount"))) has not the sign of the amount",
                expected: "both debit or both credit", at: "base_amount")
        }
        return posting
    }

    private func isBalanced(_ entry: Entry, _ problems: inout ProblemList) -> Bool {
        let place = entry.postings.first?.location
        let bases = entry.postings.compactMap(\.baseAmount)
        guard bases.isEmpty || bases.count == entry.postings.count else {
            problems.add(
                "some rows of the entry \(Quoted.text(entry.key)) have a base_amount and some have none",
                expected: "all or none", at: place)
            return false
        }
        var sums: [(currency: Currency, minorUnits: Int64)] = []
        for money in bases.isEmpty ? entry.postings.map(\.amount) : bases {
            let index = sums.firstIndex { $0.currency == money.currency }
            let (sum, overflow) = (index.map { sums[$0].minorUnits } ?? 0)
                .addingReportingOverflow(money.minorUnits)
            guard !overflow else {
                problems.add(
                    "the amounts of the entry \(Quoted.text(entry.key)) are too large to be added up",
                    expected: "at most 92 quadrillion minor units", at: place)
                return false
            }
            if let index { sums[index].minorUnits = sum } else { sums.append((money.currency, sum)) }
        }
        let rest = sums.filter { $0.minorUnits != 0 }
        guard rest.isEmpty else {
            let shown = rest.map { "\(Money(minorUnits: $0.minorUnits, $0.currency))" }.joined(separator: ", ")
            problems.add(
                "the entry \(Quoted.text(entry.key)) does not balance: its rows add up to \(shown)",
                expected: bases.isEmpty ? "0 in each currency, or a base_amount in every row" : "0", at: place)
            return false
        }
        return true
    }

    // MARK: - Writing

    /// The header line.
    package static func writeHeader(to csv: inout CSVWriter) {
        csv.write(columns.map(\.name))
    }

    package static func write(_ entry: Entry, to csv: inout CSVWriter) {
        for posting in entry.postings {
            csv.write([
                .text(entry.key), .number("\(entry.date)"), .text(posting.account), .number(posting.amount.plainText),
                .number(posting.amount.currency.code), posting.baseAmount.map { .number($0.plainText) } ?? .empty,
                text(posting.description), text(posting.party), text(posting.costCentre), text(posting.project),
                text(posting.document), posting.documentDate.map { .number("\($0)") } ?? .empty,
                posting.dueDate.map { .number("\($0)") } ?? .empty, text(posting.journal), text(posting.kind),
                text(posting.reverses), text(posting.documentType), text(posting.text), text(posting.accountName),
                text(posting.accountType),
            ])
        }
    }

    private static func text(_ value: String?) -> CSVWriter.Field { value.map { .text($0) } ?? .empty }
}
