import Amounts
import Calendars
import Foundation
import Testing

@testable import Ledger

/// The statements that hledger and Ledger make of exported books, month by month, in base.
struct StatementJudge {
    let path: String
    /// The months, each from its first day.
    let months: [CalendarDate]

    /// By month, the figures by the numbers of our accounts, without those of nothing; `net` is the last line.
    typealias Figures = [[String: Decimal]]

    enum Report: String {
        case incomeStatement = "is"
        case balanceSheet = "bs"
        case cashFlow = "cf"
    }

    /// hledger's own statement, without what we do not count in it.
    func hledger(_ report: Report) throws -> Figures {
        var arguments = ["-f", path, report.rawValue, "-B", "-M", "--flat", "--layout=bare", "-O", "csv"]
        switch report {
        case .incomeStatement: arguments.append("not:tag:steward-kind=closing")
        case .cashFlow: arguments.append("not:tag:steward-kind=opening")
        case .balanceSheet: break
        }
        let output = try BookJudge.run("/usr/bin/hledger", arguments)
        var figures = Figures(repeating: [:], count: months.count)
        for line in output.split(separator: "\n").dropFirst(2) {
            let fields = line.dropFirst().dropLast().components(separatedBy: "\",\"")
            guard fields.count >= months.count + 2, !fields[0].isEmpty else { continue }
            let account = fields[0].split(separator: ":").last ?? ""
            let isNet = fields[0] == "Net:" || (report == .cashFlow && fields[0] == "total")
            guard isNet || fields[0].contains(":"), fields[0].last != ":" || isNet else { continue }
            // A month more where reversals fall into it.
            for (index, field) in fields.dropFirst(2).prefix(months.count).enumerated() {
                guard let number = Decimal(string: field), number != 0 else { continue }
                figures[index][isNet ? "net" : String(account.prefix { $0 != " " })] = number
            }
        }
        return figures
    }

    /// What Ledger makes the balances of all accounts at the end of each month.
    func ledgerBalances() throws -> Figures {
        try months.map { month in
            let output = try BookJudge.run(
                "/usr/bin/ledger",
                [
                    "-f", path, "bal", "--flat", "--no-total", "--no-pager", "-B", "-e", "\(month.adding(months: 1))",
                    "--format", "%(account)|%(quantity(scrub(display_total)))\n",
                ])
            var figures: [String: Decimal] = [:]
            for line in output.split(separator: "\n") {
                let parts = line.split(separator: "|").map(String.init)
                guard parts.count == 2, let number = Decimal(string: parts[1]), number != 0 else { continue }
                figures[String((parts[0].split(separator: ":").last ?? "").prefix { $0 != " " })] = number
            }
            return figures
        }
    }

    /// The figures of our statement for one month, line by line of its accounts; `net` is that of the line `total`.
    static func figures(_ statement: Statement, total: String) throws -> [String: Decimal] {
        var figures: [String: Decimal] = [:]
        for line in statement.lines where line.key == total || (line.style == .detail && line.key.contains("/")) {
            guard let money = line.cells.first?.money, !money.isZero else { continue }
            let name = line.key == total ? "net" : String(line.key.split(separator: "/").last ?? "")
            figures[name] = Decimal(string: money.plainText)
        }
        return figures
    }
}
