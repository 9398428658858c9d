import Calendars

/// What the worker of one attempt printed, line by line, within a bound: the first half is kept, then the newest half,
/// and one line between says how much was left out.
package struct AttemptLog: Sendable {
    package struct Line: Hashable, Sendable {
        /// Counted from 1 over all that was printed; what is left out leaves a gap.
        package var number: Int
        /// When its end was read, or, for a line that is split, its part.
        package var at: Instant
        /// Nil for the line that says what was left out.
        package var stream: WorkerStream?
        /// Without the end of the line; what was not UTF-8 is U+FFFD.
        package var text: String

        /// What it counts towards the bound: its text in UTF-8 and the end of the line.
        var bytes: Int { text.utf8.count + 1 }
    }

    package static let defaultMaximumLogBytes = 1_048_576
    package static let defaultMaximumLineBytes = 8_192

    package let maximumLogBytes: Int
    package let maximumLineBytes: Int
    private var unfinished: [WorkerStream: LineSplitter] = [:]
    private var first: [Line] = []
    private var firstBytes = 0
    private var isFirstFull = false
    /// From `newestStart` on; what stands before is let go of from time to time.
    private var newest: [Line] = []
    private var newestStart = 0
    private var newestBytes = 0
    /// Lines that were printed, also those that are left out.
    package private(set) var lineCount = 0
    package private(set) var leftOutBytes = 0

    /// - Parameters:
    ///   - maximumLogBytes: of both streams together, in UTF-8; the line that says what was left out comes on top.
    ///   - maximumLineBytes: a longer line is split into several.
    package init(
        maximumLogBytes: Int = Self.defaultMaximumLogBytes, maximumLineBytes: Int = Self.defaultMaximumLineBytes
    ) {
        precondition(maximumLineBytes >= 16 && maximumLogBytes >= 4 * maximumLineBytes, "a log holds a few lines")
        self.maximumLogBytes = maximumLogBytes
        self.maximumLineBytes = maximumLineBytes
    }

    package mutating func append(_ bytes: [UInt8], from stream: WorkerStream, at: Instant) {
        let texts = unfinished[stream, default: LineSplitter(maximumLineBytes: maximumLineBytes)].add(bytes)
        for text in texts { keep(text, of: stream, at: at) }
    }

    /// The worker has ended: what it printed last without an end of line is a line too.
    package mutating func finish(at: Instant) {
        for stream in WorkerStream.allCases {
            guard let rest = unfinished.removeValue(forKey: stream)?.rest else { continue }
            keep(rest, of: stream, at: at)
        }
    }

    /// The lines that are kept and come after the line `number`, in the order in which they were read.
    package func lines(after number: Int) -> [Line] {
        let newest = newest[newestStart...]
        let passed = newest.first.map { max(0, number + 1 - $0.number) } ?? 0
        return Array(first.dropFirst(number) + newest.dropFirst(passed))
    }

    /// What a copy of the log that goes up to some line lacks.
    struct Continuation: Sendable {
        /// Those that are kept.
        var lines: [Line]
        /// The copy may have some of these.
        var leftOutNumbers: Range<Int>
        var leftOutNote: Line?
        /// Up to where the copy goes with it.
        var lineCount: Int
    }

    func continuation(after number: Int) -> Continuation {
        Continuation(
            lines: lines(after: number), leftOutNumbers: leftOutNumbers, leftOutNote: leftOutNote, lineCount: lineCount)
    }

    /// The numbers of the lines that are left out, so that a copy of the log can leave them out too.
    package var leftOutNumbers: Range<Int> {
        (first.count + 1)..<(newestStart < newest.count ? newest[newestStart].number : first.count + 1)
    }

    /// All that is kept, in the order in which it was read.
    package var lines: [Line] {
        first + (leftOutNote.map { [$0] } ?? []) + newest[newestStart...]
    }

    /// The line that says what is left out, in the place of the first that is; nil where nothing is.
    package var leftOutNote: Line? {
        guard !leftOutNumbers.isEmpty else { return nil }
        let at = first.last?.at ?? newest[newestStart].at
        return Line(
            number: leftOutNumbers.lowerBound, at: at, stream: nil,
            text: "[\(leftOutNumbers.count) lines with \(leftOutBytes) bytes are left out here]")
    }

    private mutating func keep(_ text: String, of stream: WorkerStream, at: Instant) {
        lineCount += 1
        keep(Line(number: lineCount, at: at, stream: stream, text: text))
    }

    private mutating func keep(_ line: Line) {
        let half = maximumLogBytes / 2
        if !isFirstFull && firstBytes + line.bytes <= half {
            first.append(line)
            firstBytes += line.bytes
            return
        }
        isFirstFull = true
        newest.append(line)
        newestBytes += line.bytes
        while newestBytes > half {
            newestBytes -= newest[newestStart].bytes
            leftOutBytes += newest[newestStart].bytes
            newestStart += 1
        }
        if newestStart > 64 && newestStart > newest.count / 2 {
            newest.removeFirst(newestStart)
            newestStart = 0
        }
    }
}
