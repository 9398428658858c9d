import Calendars
import Configuration
import Diagnostics

/// A report, as `config/reports/NAME.yaml` declares it.
package struct ReportDeclaration: Sendable {
    package var name: String
    package var title: String
    package var subtitle: String
    package var description: String
    package var file: String
    package var parameters: [ReportParameter]
    package var sheets: [SheetDeclaration]
    package var figures: [FigureDeclaration]
    package var notes: [String]
    /// Who may see all of it; empty: everybody.
    package var roles: [String]
    /// Whether people who are held to cost centres in `config/users.yaml` get their own rows of it.
    package var isByCostCentre: Bool

    /// A figure that matters, for the cover and the mail: a total, or the cell of a row that is named.
    package struct FigureDeclaration: Sendable {
        /// By which letters name it: `net_pay`.
        package var name: String
        package var label: String
        package var sheet: Int
        package var column: String
        /// The text of the row; nil: the total of the sheet.
        package var row: String?
    }

    /// The views that it reads.
    package var views: [String] {
        var views: [String] = []
        for sheet in sheets { for view in sheet.query.views where !views.contains(view) { views.append(view) } }
        return views
    }
}

/// A sheet of a report.
package struct SheetDeclaration: Sendable {
    package var name: String
    var title: String
    var subtitle: String
    var style: ReportSheetHeading.Style
    var orientation: ReportSheetHeading.Orientation
    var query: QueryText
    /// From the outermost to the innermost.
    var groups: [GroupDeclaration]
    /// Lines between the groups that sum up all before them.
    var running: [RunningLine]
    package var columns: [ColumnDeclaration]
    /// Columns of the query.
    var order: [OrderKey]
    /// Columns of the query that tell each of its rows from every other; none: all that is shown does.
    var key: [String]
    var hasTotal: Bool
    var totalLabel: String
    var hidesZeroRows: Bool
    var charts: [ChartDeclaration]
    var notes: [String]
    var emptyText: String
    var frozenColumns: Int
    var location: SourceLocation

    struct OrderKey: Hashable, Sendable {
        var column: String
        var isDescending: Bool
    }

    struct RunningLine: Hashable, Sendable {
        var label: String
        /// It comes behind the outermost groups whose order is up to this.
        var through: Int64
    }

    /// Whether rows of the query are added up.
    var isAggregated: Bool { columns.contains { $0.source.isAggregate } }
}

/// What rows of one value stand together.
struct GroupDeclaration: Sendable {
    /// The column of the query.
    var column: String
    /// That whose text is the heading.
    var heading: String
    /// That by which groups are sorted; a whole number where there are running lines.
    var order: String?
    var hasSubtotal: Bool
    var subtotalLabel: String
    var location: SourceLocation
}

/// A column of a sheet.
package struct ColumnDeclaration: Sendable {
    enum Source: Sendable {
        /// A column of the query.
        case plain(String)
        /// The sum of a column of the query, of the rows for which a condition holds.
        case sum(String, when: QueryText?)
        /// The number of rows for which a condition holds.
        case count(when: QueryText?)
        case formula(LocatedText)

        var isAggregate: Bool {
            switch self {
            case .sum, .count: true
            case .plain, .formula: false
            }
        }
    }

    package var key: String
    var title: String
    var group: String
    var source: Source
    var content: ReportColumn.Content
    /// The column of the query with the currency; nil where the amounts are in the currency of the books.
    var currency: String?
    var total: ReportColumn.Total
    var width: Double?
    var alignment: ReportColumn.Alignment?
    var warnsOfNegatives: Bool
    var hasBar: Bool
    var marks: [Mark]
    /// A column of the query: there is one such column for each of its values.
    var pivot: String?
    /// The column of the query by which those columns are sorted; nil: by the value.
    var pivotOrder: String?
    /// In the column of one value: that value; empty for rows that have none.
    var pivotValue: ReportValue?
    /// In the column of one value: the name that was declared.
    var declaredKey: String?
    var isHidden: Bool
    var location: SourceLocation

    /// What to do where the query gives something else.
    var advice: String {
        switch content {
        case .money, .number, .percent: "; fractions are not computed by the query but by a column with a formula"
        default: ""
        }
    }

    struct Mark: Sendable {
        var mark: ReportRow.Mark
        var condition: LocatedText
    }
}

struct ChartDeclaration: Sendable {
    enum Rows: String, CaseIterable, Sendable { case rows, groups }

    var kind: ReportChart.Kind
    var title: String
    var rows: Rows
    /// The column whose texts stand below it; of groups, their headings do.
    var categories: String?
    var values: [String]
    var location: SourceLocation
}
