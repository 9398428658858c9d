import Amounts

extension StatementAccounts {
    /// The figures of accounts by period: a line of `amounts` for each account.
    struct Figures {
        /// By account, in the order of the accounts, then by period.
        let amounts: [[Money]]
    }

    func figures(
        _ periods: [StatementPeriod], _ value: (AccountMovement) throws -> Money
    ) throws -> Figures {
        let columns = try periods.map { try movements(of: $0).map(value) }
        return Figures(amounts: accounts.indices.map { index in columns.map { $0[index] } })
    }

    /// The sum of the accounts that `isPart` names, debits positive. An account without figures is not named.
    func sum(
        _ figures: Figures, _ writer: StatementWriter, where isPart: (StatementAccount) -> Bool
    ) throws -> StatementWriter.Sum {
        var sum = writer.zero
        for (account, amounts) in zip(accounts, figures.amounts) where isPart(account) {
            let one = StatementWriter.Sum(amounts: amounts, parts: [account.code: amounts])
            if !one.isZero { try sum.add(one) }
        }
        return sum
    }

    /// Writes lines for accounts, those of one report line together, each in the place of its first account.
    ///
    /// - Parameter isCredit: whether credits are shown as positive figures.
    func writeLines(
        _ writer: inout StatementWriter, _ figures: Figures, key: String, detail: StatementDetail, isCredit: Bool,
        where isPart: (StatementAccount) -> Bool
    ) throws {
        var lines: [(key: String, label: String, sum: StatementWriter.Sum)] = []
        var byReportLine: [String: Int] = [:]
        for (account, amounts) in zip(accounts, figures.amounts) where isPart(account) {
            var one = StatementWriter.Sum(amounts: amounts, parts: [account.code: amounts])
            guard !one.isZero else { continue }
            if isCredit { one = try one.negated() }
            if detail == .reportLines, let reportLine = account.reportLine {
                if let index = byReportLine[reportLine] {
                    try lines[index].sum.add(one)
                } else {
                    byReportLine[reportLine] = lines.count
                    lines.append(("\(key)/\(reportLine)", reportLine, one))
                }
            } else {
                lines.append(("\(key)/\(account.code)", "\(account.code) \(account.name)", one))
            }
        }
        for line in lines { try writer.line(line.key, line.label, level: 1, .detail, line.sum) }
    }
}
