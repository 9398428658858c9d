import Calendars

/// What a workbook says of itself: the properties that Excel shows under File › Info.
///
/// ```swift
/// WorkbookProperties(title: "Payroll register", author: "Steward", created: run.finishedAt,
///     custom: [("Run", .text("payroll@2026-11")), ("Employees", .integer(40))])
/// ```
package struct WorkbookProperties: Sendable {
    package var title: String
    package var subject: String
    package var author: String
    package var company: String
    package var keywords: String
    package var comments: String
    /// When the data were made. Handed in, so that the same data give the same bytes; kept to the second.
    package var created: Instant
    /// Further properties, in this order; for instance the run that made the file.
    package var custom: [(name: String, value: CustomValue)]

    package enum CustomValue: Sendable, Hashable {
        case text(String)
        case integer(Int32)
        case boolean(Bool)
        case date(CalendarDate)
    }

    package init(
        title: String, subject: String = "", author: String = "Steward", company: String = "", keywords: String = "",
        comments: String = "", created: Instant, custom: [(name: String, value: CustomValue)] = []
    ) {
        self.title = title
        self.subject = subject
        self.author = author
        self.company = company
        self.keywords = keywords
        self.comments = comments
        self.created = created
        self.custom = custom
    }
}
