import Store

/// The number of a run.
package struct RunID: RecordID {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}
