/// A named value beside a transaction, posting or account: `; invoice: 4711`.
package struct TextMetadata: Hashable, Sendable {
    package var key: String
    /// As written, without the quotes that beancount puts around text.
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}
