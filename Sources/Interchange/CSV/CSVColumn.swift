/// A column that a CSV file must or may have.
package struct CSVColumn: Hashable, Sendable {
    package let name: String
    /// Whether the header must name it. Whether its values may be empty is for the reader of the row to say.
    package let isRequired: Bool

    package static func required(_ name: String) -> CSVColumn { CSVColumn(name: name, isRequired: true) }
    package static func optional(_ name: String) -> CSVColumn { CSVColumn(name: name, isRequired: false) }
}

/// How much a CSV file may hold, and what else it may hold.
package struct CSVOptions: Hashable, Sendable {
    /// Larger files are refused before they are read. Never more than 2 GiB.
    package var maximumFileBytes = 1_000_000_000
    package var maximumFieldBytes = 1_000_000
    package var maximumColumns = 1_000
    /// Whether lines that begin with `#` are comments. Only for tables of our own, which name their source that way.
    package var allowsComments = false
    /// Whether columns that were not asked for are passed over instead of refused.
    package var ignoresUnknownColumns = false

    package init() {}

    /// For the tables in `fixtures/`: `#` begins a comment line.
    package static let withComments = {
        var options = CSVOptions()
        options.allowsComments = true
        return options
    }()
}
