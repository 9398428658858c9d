import Amounts
import Calendars
import Configuration
import Diagnostics

/// Reads journals that hledger, Ledger or Beancount keep as text, one transaction after the other.
///
/// ```swift
/// var problems = ProblemList()
/// var balances = TextBalances()
/// let summary = try TextJournalReader(.ledger).read(contentsOf: path, shownAs: "2026.ledger", problems: &problems) {
///     transaction, names in try balances.add(transaction)
/// }
/// try problems.throwIfAny(consequence: "nothing was imported")
/// // 2026.ledger:14:1: the transaction does not balance: its postings add up to 0.10 EUR (expected 0; or leave …)
/// ```
///
/// Every transaction that is handed over balances: amounts that were left out are there, and prices that follow from two
/// commodities are, too. Memory does not grow with the journal's length, except that of names and, where balances are
/// stated, the sums of each day of the accounts concerned. What is wrong goes to `problems`; what is not read although
/// it could change a balance is wrong; what is not read and changes none is named in the summary's notices.
///
/// Where a journal states balances that do not follow from the order of its lines (hledger, Beancount), its files are
/// read a second time.
package struct TextJournalReader {
    package let format: TextJournalFormat
    package let options: TextJournalOptions

    package init(_ format: TextJournalFormat, options: TextJournalOptions = TextJournalOptions()) {
        self.format = format
        self.options = options
    }

    /// - Parameters:
    ///   - name: how messages call the file.
    ///   - onDirective: gets each declaration and price.
    ///   - onTransaction: gets each transaction; its postings are only good during the call, unless they are copied.
    /// - Throws: `Failure` where the file cannot be opened, and whatever the receivers throw.
    @discardableResult
    package func read(
        contentsOf path: String, shownAs name: String, problems: inout ProblemList,
        onDirective: @escaping (TextDirective, TextNames) throws -> Void = { _, _ in },
        onTransaction: @escaping (TextTransaction, TextNames) throws -> Void
    ) throws -> TextJournalSummary {
        try read(.file(path), shownAs: name, &problems, onDirective, onTransaction)
    }

    /// Reads a journal in memory, which includes no files.
    @discardableResult
    package func read(
        bytes: [UInt8], shownAs name: String, problems: inout ProblemList,
        onDirective: @escaping (TextDirective, TextNames) throws -> Void = { _, _ in },
        onTransaction: @escaping (TextTransaction, TextNames) throws -> Void
    ) throws -> TextJournalSummary {
        try read(.memory(bytes), shownAs: name, &problems, onDirective, onTransaction)
    }

    private enum Input {
        case file(String)
        case memory([UInt8])
    }

    private func read(
        _ input: Input, shownAs name: String, _ problems: inout ProblemList,
        _ onDirective: @escaping (TextDirective, TextNames) throws -> Void,
        _ onTransaction: @escaping (TextTransaction, TextNames) throws -> Void
    ) throws -> TextJournalSummary {
        let names = TextNames()
        let context = JournalContext(
            options: options, names: names, isRepeated: false, onDirective: onDirective, onTransaction: onTransaction)
        let parser = makeParser(context)
        try run(input, shownAs: name, context, parser)
        if !context.checks.isEmpty, context.problems.isEmpty, context.thrown == nil {
            try checkBalances(input, shownAs: name, context, parser)
        }
        problems.add(contentsOf: context.problems.problems)
        if let thrown = context.thrown { throw thrown }
        return TextJournalSummary(
            names: names, notices: context.notices, transactionCount: context.transactionCount,
            postingCount: context.postingCount, lineCount: context.lineCount, fileCount: context.fileCount,
            isCutShort: context.isStopped)
    }

    private func makeParser(_ context: JournalContext) -> any JournalParser {
        switch format {
        case .hledger, .ledger: LedgerTextParser(format: format, context: context)
        case .beancount: BeancountParser(context: context)
        }
    }

    private func run(
        _ input: Input, shownAs name: String, _ context: JournalContext, _ parser: any JournalParser
    ) throws {
        switch input {
        case .file(let path):
            try JournalFiles(context: context, parser: parser, mainPath: path).read(path: path, shownAs: name)
        case .memory(let bytes):
            JournalFiles(context: context, parser: parser, mainPath: nil).read(bytes: bytes, shownAs: name)
        }
    }

    /// Reads everything once more to find the balances of the days, and hands over what pads fill up.
    private func checkBalances(
        _ input: Input, shownAs name: String, _ context: JournalContext, _ parser: any JournalParser
    ) throws {
        var checker = BalanceChecker(context.checks, names: context.names)
        let second = JournalContext(
            options: options, names: context.names, isRepeated: true, onDirective: { _, _ in },
            onTransaction: { transaction, _ in checker.add(transaction) })
        try run(input, shownAs: name, second, makeParser(second))
        // The second reading counts the files from where the first one stopped.
        var pads = (parser as? BeancountParser)?.pads ?? PadTable()
        checker.report(into: &context.problems) { check, missing in pads.fill(check, missing) }
        for transaction in pads.transactions { context.deliver(transaction) }
        for pad in pads.unused {
            context.notices.add(
                "the pad fills nothing up", expected: "a balance behind it that is not reached yet",
                at: context.names.location(file: pad.file, line: pad.line))
        }
    }
}
