import CLinux
import Diagnostics
import Glibc

extension OutsideProgram {
    /// What a program said, and how it ended.
    package struct Answer: Sendable {
        package var ending: Ending
        package var output: String
        package var errors: String
    }

    /// More than this of each stream is not kept.
    package static let maximumCapturedBytes = 4 << 20

    /// Runs it and keeps what it says, for programs that say little.
    package func captured(whileRunning look: () throws -> Void = {}) throws -> Answer {
        // Files and not pipes: what is in a full pipe would have to be read while it runs.
        let output = try Self.scratchFile()
        defer { close(output) }
        let errors = try Self.scratchFile()
        defer { close(errors) }
        let ending = try run(output: output, errors: errors, whileRunning: look)
        return Answer(ending: ending, output: Self.text(of: output), errors: Self.text(of: errors))
    }

    /// A file without a name, in memory.
    private static func scratchFile() throws -> Int32 {
        let file = linux_memory_file("steward-output")
        guard file >= 0 else {
            throw Failure(.failed, "There is no room to keep a program's output: \(String(cString: strerror(errno))).")
        }
        return file
    }

    private static func text(of file: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < maximumCapturedBytes {
            let count = pread(file, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
