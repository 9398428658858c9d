import Foundation
import TestSupport

@testable import Interchange

/// hledger, Ledger or Beancount as installed: says whether it accepts a journal, and what it makes its balances.
struct JournalJudge {
    let format: TextJournalFormat

    static let isHledgerInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/hledger")
    static let isLedgerInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/ledger")
    /// A Python that knows beancount: Debian's, or the one that `STEWARD_BEANCOUNT_PYTHON` names.
    static let beancountPython: String? = {
        let named = ProcessInfo.processInfo.environment["STEWARD_BEANCOUNT_PYTHON"]
        let python = named ?? "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
        return (try? run(python, ["-c", "import beancount"]))?.status == 0 ? python : nil
    }()

    static func isInstalled(_ format: TextJournalFormat) -> Bool {
        switch format {
        case .hledger: isHledgerInstalled
        case .ledger: isLedgerInstalled
        case .beancount: beancountPython != nil
        }
    }

    struct Verdict {
        /// What it objects to; empty where it accepts the journal.
        var objections: String
        /// `account|quantity|commodity` of everything that is not zero, sorted.
        var balances: [String]
    }

    func judge(_ path: String, isStrict: Bool = true) throws -> Verdict {
        switch format {
        case .hledger:
            let check = try Self.run("/usr/bin/hledger", ["-f", path, "check"] + (isStrict ? ["-s"] : []))
            let balances = try Self.run(
                "/usr/bin/hledger", ["-f", path, "bal", "--flat", "-N", "-O", "csv", "--layout=bare"])
            return Verdict(
                objections: check.status == 0 && balances.status == 0
                    ? "" : check.errors + balances.errors + check.output,
                balances: Self.csvLines(balances.output))
        case .ledger:
            let balances = try Self.run(
                "/usr/bin/ledger",
                ["-f", path] + (isStrict ? ["--pedantic"] : [])
                    + [
                        "bal", "--flat", "--empty", "--no-total", "--no-pager", "--format",
                        "%(account)|%(join(strip(amount)))\n",
                    ])
            return Verdict(
                objections: balances.status == 0 ? balances.errors : balances.errors + " failed",
                balances: Self.ledgerLines(balances.output))
        case .beancount:
            let balances = try Self.run(Self.beancountPython ?? "", ["-c", Self.script, path])
            let lines = balances.output.split(separator: "\n").map(String.init)
            return Verdict(
                objections: lines.filter { $0.hasPrefix("error") }.joined(separator: "\n") + balances.errors,
                balances: lines.filter { !$0.hasPrefix("error") }.sorted())
        }
    }

    private static let script = """
        import sys, collections, decimal
        from beancount import loader
        from beancount.core.data import Transaction
        entries, errors, options = loader.load_file(sys.argv[1])
        for error in errors:
            print("error", error.source.get("lineno"), error.message.replace("\\n", " "))
        sums = collections.defaultdict(decimal.Decimal)
        with decimal.localcontext() as context:
            context.prec = 60
            for entry in entries:
                if isinstance(entry, Transaction):
                    for posting in entry.postings:
                        sums[posting.account, posting.units.currency] += posting.units.number
            for (account, currency), number in sums.items():
                if number:
                    print(account, format(number.normalize(), "f"), currency, sep="|")
        """

    private static func csvLines(_ text: String) -> [String] {
        text.split(separator: "\n").dropFirst().map { line in
            let fields = line.dropFirst().dropLast().components(separatedBy: "\",\"")
            guard fields.count == 3 else { return String(line) }
            return "\(fields[0])|\(normalized(fields[2]))|\(fields[1].replacing("\"\"", with: "\""))"
        }
        .filter { !$0.contains("|0|") }.sorted()
    }

    private static func ledgerLines(_ text: String) -> [String] {
        text.split(separator: "\n").flatMap { line -> [String] in
            guard let bar = line.firstIndex(of: "|") else { return [String(line)] }
            let account = line[..<bar]
            // Amounts of several commodities are joined by "\\n".
            return line[line.index(after: bar)...].components(separatedBy: "\\n").compactMap { amount in
                if amount.hasPrefix("$") { return "\(account)|\(normalized(String(amount.dropFirst())))|$" }
                let parts = amount.split(separator: " ", maxSplits: 1).map(String.init)
                guard let number = parts.first else { return nil }
                let commodity = parts.count > 1 ? parts[1].replacing("\"", with: "") : ""
                return "\(account)|\(normalized(number))|\(commodity)"
            }
        }
        .filter { !$0.contains("|0|") }.sorted()
    }

    /// Without marks between groups of digits, a point before the decimal places, no zeros at the end.
    private static func normalized(_ number: String) -> String {
        var text = number.replacing(" ", with: "")
        if let comma = text.lastIndex(of: ","), text.lastIndex(of: ".").map({ $0 < comma }) ?? true,
            text.distance(from: comma, to: text.endIndex) != 4
        {
            text = text.replacing(".", with: "").replacing(",", with: ".")
        }
        text = text.replacing(",", with: "")
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String, errors: String)
    {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["LANG"] = "C.UTF-8"
        environment["LC_ALL"] = "C.UTF-8"
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        // Errors go to a file: two pipes would have to be read side by side.
        let errorFile = FileManager.default.temporaryDirectory.appending(path: "steward-judge-\(UUID().uuidString)")
        try Data().write(to: errorFile)
        defer { try? FileManager.default.removeItem(at: errorFile) }
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let errors = (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
        return (process.terminationStatus, String(decoding: data, as: UTF8.self), errors)
    }
}
