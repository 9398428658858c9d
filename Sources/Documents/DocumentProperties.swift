import Calendars

/// What a document says of itself: what a viewer shows under File › Properties.
package struct DocumentProperties: Sendable {
    package var title: String
    package var subject: String
    package var author: String
    package var keywords: String
    /// When the data were made. Handed in, so that the same data give the same bytes; kept to the second.
    package var created: Instant

    package init(
        title: String, subject: String = "", author: String = "Steward", keywords: String = "", created: Instant
    ) {
        self.title = title
        self.subject = subject
        self.author = author
        self.keywords = keywords
        self.created = created
    }
}
