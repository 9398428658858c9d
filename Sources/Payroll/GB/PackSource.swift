/// Where the figures of one table are published.
package struct PackSource: Hashable, Sendable, CustomStringConvertible {
    /// The publication, with its version or date.
    package let title: String
    package let url: String
    /// The part of the publication that holds this table.
    package let section: String

    package init(title: String, url: String, section: String) {
        self.title = title
        self.url = url
        self.section = section
    }

    /// `HMRC, "Specification for PAYE tax table routines", v24.0, Appendix B, https://…`.
    package var description: String { "\(title), \(section), \(url)" }
}
