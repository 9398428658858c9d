/// The items of a run between two keys, both of them included.
package struct KeyRange: Hashable, Sendable {
    package var first: String
    package var last: String

    package init(first: String, last: String) {
        self.first = first
        self.last = last
    }
}
