import Diagnostics
import Synchronization

/// What files mean, worked out once for as long as they say the same.
///
/// The files themselves are read each time, which costs little beside making sense of them: nobody is told what a file
/// said before it was changed.
package final class FileReadings: Sendable {
    private struct Reading: Sendable {
        var files: [String]
        /// Nil of a file that cannot be read.
        var contents: [[UInt8]?]
        var value: (any Sendable)?
        var problems: ProblemList
    }

    /// By the name of what is read.
    private let known = Mutex<[String: Reading]>([:])

    package init() {}

    /// What `read` makes of the files: now, or when they last said the same.
    ///
    /// - Parameters:
    ///   - name: of what is read, e.g. the file that it begins with.
    ///   - files: the paths of everything that `read` looks at, whether it exists or not.
    ///   - problems: get what was wrong with the files, each time.
    /// - Returns: nil where `read` gives nothing.
    package func value<Value: Sendable>(
        of name: String, from files: [String], problems: inout ProblemList, read: (inout ProblemList) -> Value?
    ) -> Value? {
        let contents = files.map(Self.contents)
        if let reading = known.withLock({ $0[name] }), reading.files == files, reading.contents == contents {
            problems.add(contentsOf: reading.problems)
            return reading.value as? Value
        }
        var found = ProblemList()
        let value = read(&found)
        problems.add(contentsOf: found)
        // What was changed while it was read is read again the next time.
        if files.map(Self.contents) == contents {
            known.withLock {
                $0[name] = Reading(files: files, contents: contents, value: value, problems: found)
            }
        }
        return value
    }

    private static func contents(of path: String) -> [UInt8]? {
        try? SourceFile.bytes(of: path, shownAs: path, maximumFileBytes: YAMLDocument.maximumFileBytes)
    }
}
