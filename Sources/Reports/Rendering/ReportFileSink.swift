import Diagnostics
import Files

/// Where a renderer puts its bytes: a file that appears under its name when it is whole, an open descriptor, or memory.
package final class ReportFileSink {
    private enum Destination {
        case file(WholeFile)
        /// Of a terminal or a pipe; it stays open.
        case descriptor(Int32)
        case memory
    }

    private let destination: Destination
    /// What was written and is not handed on yet; of memory, all of it.
    package private(set) var bytes: [UInt8] = []

    /// Whether whoever read the pipe has gone away, as `head` does; what is left is for nobody.
    private var hasNoReader = false

    private static let chunkBytes = 65_536
    /// More is not kept in memory.
    static let maximumBytesInMemory = 100_000_000

    package init(descriptor: Int32) { destination = .descriptor(descriptor) }

    package init(path: String) throws(FileError) { destination = .file(try WholeFile(path: path)) }

    private init(_ destination: Destination) { self.destination = destination }

    /// For what must not be on a disk before it is encrypted.
    static func inMemory() -> ReportFileSink { ReportFileSink(.memory) }

    package func write(_ text: String) throws { try write(Array(text.utf8)) }

    package func write(_ added: [UInt8]) throws {
        switch destination {
        case .file(let file): try file.write(added)
        case .descriptor:
            bytes.append(contentsOf: added)
            if bytes.count >= Self.chunkBytes { try flush() }
        case .memory:
            guard bytes.count + added.count <= Self.maximumBytesInMemory else {
                throw Failure(
                    .refused, "The report is larger than \(Self.maximumBytesInMemory) bytes, too much to be encrypted.",
                    advice: "Make it of less: a shorter time, one cost centre.")
            }
            bytes.append(contentsOf: added)
        }
    }

    private func flush() throws {
        guard case .descriptor(let descriptor) = destination else { return }
        defer { bytes.removeAll(keepingCapacity: true) }
        guard !hasNoReader else { return }
        do throws(FileError) {
            try WholeFile.write(bytes, to: descriptor, called: "the output")
        } catch {
            guard case .noReader = error else { throw error }
            hasNoReader = true
        }
    }

    /// Writes what is left, and gives a file its name.
    package func finish() throws {
        switch destination {
        case .file(let file): try file.publish()
        case .descriptor: try flush()
        case .memory: break
        }
    }

    /// Leaves nothing of a file.
    package func discard() {
        if case .file(let file) = destination { file.discard() }
    }
}
