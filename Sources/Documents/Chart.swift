/// A small chart of figures that stand in a table beside it.
package struct Chart: Sendable {
    package enum Kind: Hashable, Sendable {
        /// Upright, for a few categories or periods.
        case column
        /// Lying, for names.
        case bar
        /// For many periods.
        case line
    }

    package struct Value: Sendable {
        /// Only its place on the paper; figures are never computed from it.
        package var height: Double
        package var text: String

        package init(_ height: Double, _ text: String) {
            self.height = height
            self.text = text
        }
    }

    package struct Series: Sendable {
        package var name: String
        /// One for each category; nil where there is none.
        package var values: [Value?]

        package init(_ name: String, _ values: [Value?]) {
            self.name = name
            self.values = values
        }
    }

    package var kind: Kind
    package var title: String
    package var categories: [String]
    package var series: [Series]
    /// Whether the axis is in per cent: 0.08 is 8 %.
    package var isPercent: Bool

    package init(
        _ kind: Kind, title: String, categories: [String], series: [Series], isPercent: Bool = false
    ) {
        self.kind = kind
        self.title = title
        self.categories = categories
        self.series = series
        self.isPercent = isPercent
    }
}
