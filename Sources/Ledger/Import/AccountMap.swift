import Configuration
import Diagnostics
import Interchange

/// Which of our accounts stand for the accounts of another program: a CSV file with the columns `name` and `account`.
///
/// A name that ends in `:*` stands for the account and all below it; the longest name that fits counts.
package struct AccountMap: Sendable {
    private var exact: [String: AccountCode] = [:]
    private var trees: [String: AccountCode] = [:]

    package init() {}

    /// - Throws: a failure with everything that is wrong in the file.
    package init(contentsOf path: String, shownAs name: String, chart: ChartOfAccounts) throws(Failure) {
        var problems = ProblemList()
        let table = try CSVTable(
            contentsOf: path, shownAs: name, columns: [.required("name"), .required("account")], problems: &problems)
        table.reportRepeated(["name"], &problems)
        let rows = table.map(&problems) { row -> (String, AccountCode)? in
            let name = row.required("name", .text)
            let account = row.required("account", .account)
            guard !row.hasProblems else { return nil }
            guard chart[account] != nil else {
                row.report(
                    "account \(Quoted.text(account.rawValue)) is not in \(ChartOfAccounts.file)"
                        + Suggestion.hint(for: account.rawValue, among: chart.codes),
                    expected: "an account of the chart", at: "account")
                return nil
            }
            return (name, account)
        }
        try problems.throwIfAny(consequence: "nothing was imported")
        for (name, account) in rows {
            if name.hasSuffix(":*") { trees[String(name.dropLast(2))] = account } else { exact[name] = account }
        }
    }

    func account(_ name: String) -> AccountCode? {
        if let account = exact[name] { return account }
        guard !trees.isEmpty else { return nil }
        var part = name[...]
        while true {
            if let account = trees[String(part)] { return account }
            guard let colon = part.lastIndex(of: ":") else { return nil }
            part = part[..<colon]
        }
    }
}
