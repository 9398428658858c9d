import Diagnostics

@testable import Interchange

/// A journal in memory, as a test looks at it.
struct JournalReading {
    var transactions: [TextTransaction] = []
    var directives: [TextDirective] = []
    var names = TextNames()
    var notices: [String] = []
    var problems: [String] = []
    var balances = TextBalances()
    var isCutShort = false

    init(_ format: TextJournalFormat, _ text: String, options: TextJournalOptions = TextJournalOptions()) throws {
        try self.init(format, bytes: Array(text.utf8), options: options)
    }

    init(_ format: TextJournalFormat, bytes: [UInt8], options: TextJournalOptions = TextJournalOptions()) throws {
        var list = ProblemList()
        var transactions: [TextTransaction] = []
        var directives: [TextDirective] = []
        let summary = try TextJournalReader(format, options: options).read(
            bytes: bytes, shownAs: "j", problems: &list, onDirective: { directive, _ in directives.append(directive) },
            onTransaction: { transaction, _ in transactions.append(transaction) })
        try self.init(transactions, directives, summary, list)
    }

    init(_ format: TextJournalFormat, file path: String) throws {
        var list = ProblemList()
        var transactions: [TextTransaction] = []
        var directives: [TextDirective] = []
        let summary = try TextJournalReader(format).read(
            contentsOf: path, shownAs: "j", problems: &list,
            onDirective: { directive, _ in directives.append(directive) },
            onTransaction: { transaction, _ in transactions.append(transaction) })
        try self.init(transactions, directives, summary, list)
    }

    private init(
        _ transactions: [TextTransaction], _ directives: [TextDirective], _ summary: TextJournalSummary,
        _ list: ProblemList
    ) throws {
        self.transactions = transactions
        self.directives = directives
        names = summary.names
        notices = summary.notices.problems.map(\.description)
        problems = list.problems.map(\.description)
        isCutShort = summary.isCutShort
        for transaction in transactions { try balances.add(transaction) }
    }

    /// `account quantity commodity` of everything that is not zero, sorted.
    var balanceLines: [String] { Self.lines(balances, names) { $0 } }

    static func lines(_ balances: TextBalances, _ names: TextNames, _ rename: (String) -> String) -> [String] {
        balances.accounts.flatMap { account in
            balances.amounts(of: account).filter { !$0.quantity.isZero }.map {
                "\(rename(names.name(account)))|\($0.quantity.normalized)|\(names.name($0.commodity))"
            }
        }.sorted()
    }

    /// The journal written in `format`, and what that format cannot say.
    func written(
        as format: TextJournalFormat, source: TextJournalFormat? = nil
    ) -> (bytes: [UInt8], problems: [String], writer: TextJournalWriter) {
        var declarations = TextDeclarations()
        for directive in directives { declarations.add(directive) }
        for transaction in transactions { declarations.add(transaction) }
        var options = TextWriterOptions()
        options.source = source
        var writer = TextJournalWriter(format, names: names, declarations: declarations, options: options)
        writer.begin()
        for transaction in transactions { writer.write(transaction) }
        return (writer.bytes, writer.problems.problems.map(\.description), writer)
    }
}
