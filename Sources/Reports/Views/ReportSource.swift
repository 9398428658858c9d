import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import Payroll
import Store

/// What the queries of a report are put on: the views, filled with the company's configuration, the time as of which the
/// report is made, and the rows that its reader may see.
struct ReportSource: Sendable {
    let currency: Currency
    let dialect: Dialect
    /// The cost centres to which the reader is held; nil: all rows.
    let costCentres: [String]?
    private let configured: [String: String]

    /// - Parameter views: those that the report reads. Only what they need of the configuration is read.
    init(_ company: Company, views: [String], costCentres: [String]?, dialect: Dialect) throws(Failure) {
        currency = company.settings.currency
        self.dialect = dialect
        self.costCentres = costCentres
        var configured: [String: String] = [:]
        for view in ReportViews.inOrder(views) {
            guard case .configuration(let rows) = view.source else { continue }
            var literals = try Self.rows(rows, company)
            if let costCentres, let place = view.columns.firstIndex(where: { $0.name == ReportView.costCentre }) {
                literals.removeAll { row in
                    if case .text(let centre) = row[place] { !costCentres.contains(centre) } else { true }
                }
            }
            configured[view.name] = Self.values(literals, view.columns, dialect: dialect)
        }
        self.configured = configured
    }

    /// The common table expressions of the views, in order, without WITH.
    func expressions(_ names: [String], _ values: QueryValues) throws(Failure) -> BoundSQL {
        var sql = BoundSQL()
        for view in ReportViews.inOrder(names) {
            if !sql.text.isEmpty { sql.text += ",\n" }
            let columns = view.columns.map(\.name).joined(separator: ", ")
            switch view.source {
            case .configuration:
                sql.text += "\(view.name) (\(columns)) AS (\(configured[view.name] ?? "SELECT NULL"))"
            case .query(let text):
                sql.text += "\(view.name) AS ("
                if let costCentres, view.hasCostCentre {
                    sql.text += "SELECT \(columns) FROM ("
                    try sql.append(QueryText.trusted(text), values)
                    let marks = costCentres.map { _ in "cost_centre = ?" }.joined(separator: " OR ")
                    sql.text += ") AS allowed WHERE \(costCentres.isEmpty ? "1 = 0" : marks)"
                    sql.arguments += costCentres.map { $0 as any SQLBindable }
                } else {
                    try sql.append(QueryText.trusted(text), values)
                }
                sql.text += ")"
            }
        }
        return sql
    }

    // MARK: - Configuration as rows

    private enum Literal {
        case text(String)
        case integer(Int64)
    }

    private static func rows(
        _ rows: ReportView.ConfiguredRows, _ company: Company
    ) throws(Failure) -> [[Literal]] {
        switch rows {
        case .account:
            let chart = try ChartOfAccounts.load(for: company)
            return chart.accounts.map { account in
                let order = StatementSection.allCases.firstIndex(of: account.section) ?? 0
                return [
                    .text(account.code.rawValue), .text(account.name), .text(account.type.rawValue),
                    .text(account.section.rawValue), .text(account.section.title), .integer(Int64(order + 1)),
                    .text(account.reportLine ?? "\(account.code.rawValue) \(account.name)"),
                    .text(account.cashFlow?.rawValue ?? ""),
                    .text(chart.details(of: account.code).control?.rawValue ?? ""),
                ]
            }
        case .budget:
            let (chart, cycle) = (try ChartOfAccounts.load(for: company), try LedgerSettings.load(for: company).cycle)
            let budget: Budget
            do {
                budget = try BudgetFiles.load(for: company, chart, cycle)
            } catch let error as Failure {
                throw error
            } catch {
                throw Failure(.failed, "The budget cannot be read: \(error)")
            }
            return budget.rows.map { row in
                [
                    .text(row.version.rawValue), .text(row.account.rawValue),
                    .text(row.dimensions.costCentre ?? ""), .text(row.dimensions.project ?? ""), .text(row.month),
                    .text("\(row.days.lowerBound)"), .text("\(row.days.upperBound)"),
                    .integer(row.amount.minorUnits),
                ]
            }
        case .component:
            guard PayrollConfiguration.isDeclared(for: company) else { return [] }
            return try PayrollConfiguration.load(for: company).plan.components.enumerated().map { index, component in
                [
                    .text(component.code), .text(component.name), .text(component.kind.part.rawValue),
                    .integer(Int64(index + 1)),
                ]
            }
        }
    }

    /// A VALUES list. Texts sort by bytes in both databases.
    private static func values(_ rows: [[Literal]], _ columns: [ReportView.Column], dialect: Dialect) -> String {
        guard !rows.isEmpty else {
            let cells = columns.map { column in
                switch column.content {
                case .integer, .boolean, .money, .instant: "CAST(NULL AS INTEGER)"
                case .text, .date, .number: "CAST(NULL AS TEXT)"
                }
            }
            return "SELECT \(cells.joined(separator: ", ")) WHERE 1 = 0"
        }
        let lines = rows.enumerated().map { index, row in
            let cells = row.map { cell in
                switch cell {
                case .integer(let value): return "\(value)"
                case .text(let text):
                    // No store keeps a NUL, and no text of a configuration has one.
                    let quoted = "'" + text.replacing("'", with: "''").replacing("\0", with: "") + "'"
                    return index == 0 && dialect == .postgresql ? quoted + " COLLATE \"C\"" : quoted
                }
            }
            return "(\(cells.joined(separator: ", ")))"
        }
        return "VALUES \(lines.joined(separator: ", "))"
    }
}

/// A statement on its way, with the arguments of its question marks.
struct BoundSQL {
    var text = ""
    var arguments: [(any SQLBindable)?] = []

    mutating func append(_ query: QueryText, _ values: QueryValues) throws(Failure) {
        for part in query.parts {
            switch part {
            case .text(let sql): text += sql
            case .parameter(let name, let location):
                guard let value = values[name] else {
                    throw Failure(
                        .usage, "A query names a parameter that has no value.",
                        problems: [Problem(":\(name) has no value", expected: values.words, at: location)])
                }
                text += "?"
                arguments.append(value)
            }
        }
    }

    mutating func append(_ other: BoundSQL) {
        text += other.text
        arguments += other.arguments
    }
}
