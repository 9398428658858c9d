import Amounts
import Foundation
import Interchange
import Testing

/// hledger, Ledger or Beancount as installed: what they make of exported books.
enum BookJudge {
    static func isInstalled(_ format: TextJournalFormat) -> Bool {
        switch format {
        case .hledger: FileManager.default.isExecutableFile(atPath: "/usr/bin/hledger")
        case .ledger: FileManager.default.isExecutableFile(atPath: "/usr/bin/ledger")
        case .beancount:
            FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
                && (try? run("/usr/bin/python3", "-c", "import beancount"))?.isEmpty == true
        }
    }

    static let installed = TextJournalFormat.allCases.filter { isInstalled($0) }

    /// `1200|-20|GBP` of everything that is not zero, by the numbers of our accounts; at what it is worth in base or in
    /// its own currency.
    ///
    /// - Throws: `Objection` where the program does not accept the file as it stands.
    static func balances(_ format: TextJournalFormat, _ path: String, inBase: Bool) throws -> Set<String> {
        var lines: [String] = []
        switch format {
        case .hledger:
            _ = try run("/usr/bin/hledger", "-f", path, "check", "-s")
            let output = try run(
                "/usr/bin/hledger", "-f", path, "bal", "--flat", "-N", "-O", "csv", "--layout=bare",
                inBase ? "-B" : "-E")
            for line in output.split(separator: "\n").dropFirst() {
                let fields = line.dropFirst().dropLast().components(separatedBy: "\",\"")
                if fields.count == 3 { lines.append("\(fields[0])|\(fields[2])|\(fields[1])") }
            }
        case .ledger:
            let output = try run(
                "/usr/bin/ledger", "-f", path, "--pedantic", "bal", "--flat", "--no-total", "--no-pager", "--empty",
                inBase ? "-B" : "--empty", "--format", "%(account)|%(join(strip(display_total)))\n")
            for line in output.split(separator: "\n") {
                let parts = line.split(separator: "|", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                for amount in parts[1].components(separatedBy: "\\n") {
                    let words = amount.split(separator: " ").map(String.init)
                    if words.count == 2 { lines.append("\(parts[0])|\(words[0])|\(words[1])") }
                }
            }
        case .beancount:
            _ = try run("/usr/bin/bean-check", path)
            lines = try run("/usr/bin/python3", "-c", script, path, inBase ? "base" : "own").split(separator: "\n")
                .map(String.init)
        }
        return Set(lines.compactMap(normalized))
    }

    /// Sums of minor units by account and currency, `1200|GBP`, in the same form.
    static func lines(_ sums: [String: Int64]) throws -> Set<String> {
        Set(
            try sums.filter { $0.value != 0 }.map { key, minor in
                let parts = key.split(separator: "|").map(String.init)
                let currency = try #require(Currency(parts[1]))
                let number = try #require(Decimal(string: Money(minorUnits: minor, currency).plainText))
                return "\(parts[0])|\(number)|\(currency)"
            })
    }

    struct Objection: Error, CustomStringConvertible {
        let description: String
    }

    private static let script = """
        import sys, collections, decimal
        from beancount import loader
        from beancount.core.data import Transaction, Open
        from beancount.core.convert import get_weight
        entries, errors, options = loader.load_file(sys.argv[1])
        names = {e.account: e.meta.get("name", e.account) for e in entries if isinstance(e, Open)}
        sums = collections.defaultdict(decimal.Decimal)
        for entry in entries:
            if isinstance(entry, Transaction):
                for posting in entry.postings:
                    amount = get_weight(posting) if sys.argv[2] == "base" else posting.units
                    sums[names[posting.account], amount.currency] += amount.number
        for (account, currency), number in sums.items():
            # A total price is kept by the unit there: what that cuts off is far below the cent.
            print(account, number.quantize(decimal.Decimal("1e-9")), currency, sep="|")
        """

    /// `assets:1200 Bank|-20.00|GBP` becomes `1200|-20|GBP`.
    private static func normalized(_ line: String) -> String? {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, let number = Decimal(string: fields[1].replacing(",", with: "")), number != 0 else {
            return nil
        }
        let account = fields[0].split(separator: ":").last ?? ""
        return "\(account.prefix { $0 != " " })|\(number)|\(fields[2])"
    }

    private static func run(_ program: String, _ arguments: String...) throws -> String {
        try run(program, arguments)
    }

    /// - Throws: `Objection` where the program fails or says anything on its error output.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        let errorFile = FileManager.default.temporaryDirectory.appending(path: "steward-judge-\(UUID().uuidString)")
        try Data().write(to: errorFile)
        defer { try? FileManager.default.removeItem(at: errorFile) }
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let errors = try String(contentsOf: errorFile, encoding: .utf8)
        guard process.terminationStatus == 0, errors.isEmpty else {
            throw Objection(description: "\(program): \(errors) \(String(decoding: data, as: UTF8.self).prefix(2_000))")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
