/// Something that a run's results were computed from and that is not any more what it was.
package struct InputChange: Hashable, Sendable {
    /// An item of the run (an employee, a customer), or a file of the configuration.
    package var item: String
    /// What of it changed: the names of the fields, never their values.
    package var what: String

    package init(item: String, what: String) {
        self.item = item
        self.what = what
    }
}
