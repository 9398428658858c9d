import Calendars

/// What is known of a report before its first row.
package struct ReportHeading: Hashable, Sendable {
    /// A name and a value for people: "Pay group", "monthly".
    package struct Fact: Hashable, Sendable {
        package var label: String
        package var value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    /// That of the declaration: `payroll-register`.
    package var name: String
    package var title: String
    /// One line below the title: April 2026, monthly; in GBP.
    package var subtitle: String
    package var company: String
    /// The parameters, as people read them, in the order of the declaration.
    package var parameters: [Fact]
    /// The run that made it; nil where a person made it without one.
    package var run: Int64?
    /// Nothing that was recorded later is in the report.
    package var asOf: Instant
    /// The command that makes it again, to the byte.
    package var command: String

    /// The command that prints the rows behind a cell: `steward report trace 12 'Month!C2' --report payroll-cost`.
    package func traceCommand(of cell: String) -> String {
        let cell = "'" + cell.replacing("'", with: "'\\''") + "'"
        if let run { return "steward report trace \(run) \(cell) --report \(name)" }
        let making = "steward report run \(name)"
        return "steward report trace \(name) \(cell)"
            + (command.hasPrefix(making) ? command.dropFirst(making.count) : "")
    }
    /// Words of the declaration for its readers.
    package var notes: [String]
    /// How many figures that matter come at the end.
    package var figureCount: Int

    package init(
        name: String, title: String, subtitle: String = "", company: String, parameters: [Fact] = [],
        run: Int64? = nil, asOf: Instant, command: String = "", notes: [String] = [], figureCount: Int = 0
    ) {
        self.name = name
        self.title = title
        self.subtitle = subtitle
        self.company = company
        self.parameters = parameters
        self.run = run
        self.asOf = asOf
        self.command = command
        self.notes = notes
        self.figureCount = figureCount
    }
}

/// What is known of a sheet before its first row.
package struct ReportSheetHeading: Hashable, Sendable {
    package enum Orientation: Hashable, Sendable { case portrait, landscape }

    package enum Style: Hashable, Sendable {
        /// Rows to filter and to sort.
        case table
        /// Lines to read from the top to the bottom, with sums between them: a profit and loss account.
        case statement
    }

    /// That of the tab; renderers shorten it where they must. Each sheet of a report has its own.
    package var name: String
    package var title: String
    package var subtitle: String
    package var style: Style
    package var columns: [ReportColumn]
    /// Levels of groups: 0 where rows stand in none.
    package var groupLevels: Int
    /// Columns at the left that stay in sight.
    package var frozenColumns: Int
    package var orientation: Orientation
    /// What is said in place of rows where there are none.
    package var emptyText: String

    package init(
        name: String, title: String, subtitle: String = "", style: Style = .table, columns: [ReportColumn],
        groupLevels: Int = 0, frozenColumns: Int = 1, orientation: Orientation = .landscape,
        emptyText: String = "Nothing to report."
    ) {
        self.name = name
        self.title = title
        self.subtitle = subtitle
        self.style = style
        self.columns = columns
        self.groupLevels = groupLevels
        self.frozenColumns = frozenColumns
        self.orientation = orientation
        self.emptyText = emptyText
    }
}
