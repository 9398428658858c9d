import Configuration
import Diagnostics

/// Adds accounts to the chart of a company, behind what stands in its file: comments and order stay as they are.
package struct ChartAddition {
    package let path: String
    private let before: [UInt8]?
    private let after: [UInt8]

    /// - Parameter path: of the chart; it may not exist yet.
    /// - Throws: a failure with the lines to add where they cannot be added to this file.
    package init(_ accounts: [NewAccount], toChartAt path: String) throws(Failure) {
        self.path = path
        let name = ChartOfAccounts.file
        let exists = SourceFile.exists(path)
        let bytes =
            exists
            ? try SourceFile.bytes(of: path, shownAs: name, maximumFileBytes: YAMLDocument.maximumFileBytes) : []
        before = exists ? bytes : nil
        var text = String(decoding: bytes, as: UTF8.self)
        let indentation = Self.indentation(in: text)
        if !exists { text = "# The chart of accounts.\naccounts:\n" }
        if !text.hasSuffix("\n") { text += "\n" }
        let lines = accounts.map { indentation + Self.line($0) }
        text += lines.joined(separator: "\n") + "\n"
        after = Array(text.utf8)
        guard Self.holds(after, accounts, name) else {
            let shown = lines.prefix(20).map { Problem($0) }
            throw Failure(
                .refused, "\(lines.count) new accounts cannot be added to the end of \(name) by themselves.",
                problems: shown,
                advice: "Let its last key be `accounts:` with a list below it, one account a line, and try again.")
        }
    }

    /// What `write(_:to:)` is to write, and to put back where what follows fails.
    package var contents: [UInt8] { after }
    package var formerContents: [UInt8]? { before }

    /// How far the items of the list are indented.
    private static func indentation(in text: String) -> String {
        for line in text.split(separator: "\n").reversed() {
            let blanks = line.prefix { $0 == " " }
            if line.dropFirst(blanks.count).hasPrefix("- ") { return String(blanks) }
        }
        return "  "
    }

    private static func line(_ account: NewAccount) -> String {
        var line = "- {account: \(quoted(account.code.rawValue)), name: \(quoted(account.name)), type: "
        line += account.type.rawValue
        if let cashFlow = account.cashFlow { line += ", cash_flow: \(cashFlow.rawValue)" }
        if let name = account.importName { line += ", import_name: \(quoted(name))" }
        return line + "}"
    }

    /// A YAML text in double quotes.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Whether the new file is a chart in which the accounts are what they are to be.
    private static func holds(_ bytes: [UInt8], _ accounts: [NewAccount], _ name: String) -> Bool {
        var problems = ProblemList()
        guard let document = try? YAMLDocument(bytes: bytes, shownAs: name),
            let chart = ChartOfAccounts.read(document, problems: &problems), problems.isEmpty
        else { return false }
        return accounts.allSatisfy { new in
            let account = chart[new.code]
            return account?.name == new.name && account?.type == new.type
                && chart.details(of: new.code).importNames == (new.importName.map { [$0] } ?? [])
        }
    }
}
