import Diagnostics

/// A line of a journal: the file by its number, and the line in it from 1.
struct JournalPlace: Hashable, Sendable {
    var file: Int32
    var line: Int32
}
