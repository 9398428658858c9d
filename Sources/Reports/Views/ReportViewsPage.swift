/// The page of the documentation that names every view and every column.
package enum ReportViewsPage {
    package static var text: String {
        var lines = [
            "# Views that reports read", "",
            "The queries of `config/reports/*.yaml` read these and nothing else. Their names and columns stay when tables",
            "change. Each shows what was known at the time as of which the report is made (`--as-of`), and of views with a",
            "column `cost_centre` those rows that the reader may see. They are no views of the database: they are put before",
            "each query, because a view of a database knows neither a time nor a reader.", "",
            "Money is kept in minor units (pence), so that `amount > 10000` is more than 100.00; dates are texts such as",
            "`2026-04-28`, instants microseconds since 1970 in UTC, booleans 0 and 1.", "",
            "This page is written by the program: `docs/reference/report-declarations.md` tells how reports are declared.",
        ]
        for view in ReportViews.all {
            lines += ["", "## `\(view.name)`", "", view.abstract, "", "| column | type | is |", "|---|---|---|"]
            lines += view.columns.map { "| `\($0.name)` | \($0.content.words) | \($0.meaning) |" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
