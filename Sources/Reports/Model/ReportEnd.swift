/// What is known of a sheet when all its rows have gone by.
package struct ReportSheetEnd: Hashable, Sendable {
    /// Rows of data, without headings and sums.
    package var rowCount: Int
    package var charts: [ReportChart]
    /// Words below the rows.
    package var notes: [String]

    package init(rowCount: Int, charts: [ReportChart] = [], notes: [String] = []) {
        self.rowCount = rowCount
        self.charts = charts
        self.notes = notes
    }
}

/// What is known of a report when all its sheets have gone by.
package struct ReportEnd: Hashable, Sendable {
    /// A figure that matters, for the cover and the mail.
    package struct Figure: Hashable, Sendable {
        /// By which letters name it.
        package var name: String
        package var label: String
        /// How the value is shown.
        package var column: ReportColumn
        package var value: ReportValue

        package init(_ label: String, _ column: ReportColumn, _ value: ReportValue, name: String = "") {
            self.name = name
            self.label = label
            self.column = column
            self.value = value
        }

        /// With the code of the currency where it is money.
        package var text: String {
            if case .money(let money) = value {
                "\(money.currency.code) \(money.groupedText)"
            } else {
                column.text(of: value)
            }
        }
    }

    /// SHA-256 of everything that went by, in small hexadecimal digits: the same data have the same.
    package var digest: String
    package var rowCount: Int
    package var figures: [Figure]

    package init(digest: String, rowCount: Int, figures: [Figure] = []) {
        self.digest = digest
        self.rowCount = rowCount
        self.figures = figures
    }
}

/// A chart with its own figures, so that a renderer need keep no rows.
package struct ReportChart: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Upright, for a few categories or periods.
        case column
        /// Lying, for names.
        case bar
        /// For many periods.
        case line
    }

    package struct Series: Hashable, Sendable {
        package var name: String
        /// One for each category; money, numbers or percentages, or empty.
        package var values: [ReportValue]

        package init(_ name: String, _ values: [ReportValue]) {
            self.name = name
            self.values = values
        }
    }

    /// A chart of more categories is not drawn.
    package static let maximumCategories = 60

    package var kind: Kind
    package var title: String
    package var categories: [String]
    package var series: [Series]
    /// How its values are shown.
    package var content: ReportColumn.Content

    package init(
        _ kind: Kind, title: String, categories: [String], series: [Series], content: ReportColumn.Content
    ) {
        self.kind = kind
        self.title = title
        self.categories = categories
        self.series = series
        self.content = content
    }
}
