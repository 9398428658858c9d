import Amounts

/// A view that reports read: stable names and documented columns over the tables of a domain, so that a report survives
/// a change of tables.
///
/// It is no view of the database. What a report may know depends on its time and on its reader, and a view of a database
/// knows neither: so it is put before each query as a common table expression, in which `:as_of` and the rows that the
/// reader may see are filled in, in one place for all reports.
package struct ReportView: Sendable {
    package struct Column: Hashable, Sendable {
        package var name: String
        package var content: Content
        package var meaning: String
    }

    /// What a cell of a view holds, and how the store keeps it.
    package enum Content: Hashable, Sendable {
        case text, date, instant, integer, boolean, number
        /// Minor units. `currency` is the column with its currency; nil: that of the books.
        case money(currency: String?)

        /// As documentation names it.
        package var words: String {
            switch self {
            case .text: "text"
            case .date: "date"
            case .instant: "instant"
            case .integer: "integer"
            case .boolean: "boolean"
            case .number: "number"
            case .money(let currency): currency.map { "money in `\($0)`" } ?? "money in the currency of the books"
            }
        }
    }

    package enum Source: Sendable {
        /// A SELECT over tables and over the views in `needs`, with `:as_of`, `:report_day` and `:currency`.
        case query(String)
        /// Rows of the company's configuration.
        case configuration(ConfiguredRows)
    }

    package enum ConfiguredRows: Sendable { case account, budget, component }

    package var name: String
    package var domain: String
    package var abstract: String
    package var columns: [Column]
    var needs: [String]
    var source: Source

    init(
        _ name: String, domain: String, _ abstract: String, needs: [String] = [], _ source: Source, _ columns: [Column]
    ) {
        self.name = name
        self.domain = domain
        self.abstract = abstract
        self.needs = needs
        self.source = source
        self.columns = columns
    }

    /// The column that the rights of cost-centre managers are judged by.
    package static let costCentre = "cost_centre"

    package var hasCostCentre: Bool { columns.contains { $0.name == Self.costCentre } }

    /// Whether everybody may see all its rows: names of accounts and components.
    package var isGeneral: Bool { if case .configuration(let rows) = source { rows != .budget } else { false } }

    package static func column(_ name: String, _ content: Content, _ meaning: String) -> Column {
        Column(name: name, content: content, meaning: meaning)
    }
}

/// The views there are.
package enum ReportViews {
    package static let all: [ReportView] = PayrollViews.all + PeopleViews.all + LedgerViews.all + JobViews.all

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    package static subscript(_ name: String) -> ReportView? { byName[name] }

    package static let names = all.map(\.name)

    /// The views and all that they need, each after those that it needs.
    static func inOrder(_ names: [String]) -> [ReportView] {
        var ordered: [ReportView] = []
        func add(_ name: String) {
            guard let view = byName[name], !ordered.contains(where: { $0.name == name }) else { return }
            view.needs.forEach(add)
            ordered.append(view)
        }
        names.forEach(add)
        return ordered
    }
}
