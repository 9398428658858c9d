/// A password in memory: it can be used, and it cannot be printed by accident.
package struct Secret: Hashable, Sendable {
    /// The password itself, for the one place that hands it on.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
