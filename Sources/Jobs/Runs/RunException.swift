/// One item that a run set aside, with its reason, while the others went on.
package struct RunException: Hashable, Sendable {
    /// The key of the item: an employee number, a customer number.
    package var item: String
    /// A short, stable code: `missing_fact`.
    package var reason: String
    /// What a person reads: what is wrong and what to do.
    package var message: String

    package init(item: String, reason: String, message: String) {
        self.item = item
        self.reason = reason
        self.message = message
    }
}
