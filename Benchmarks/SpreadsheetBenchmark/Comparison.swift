import Foundation
import Glibc

/// Runs programs in turn, each in its own process and with a file of its own, and prints what they took.
struct Comparison {
    struct Program {
        var name: String
        /// What is run to write a file.
        var command: (_ path: String) -> [String]
    }

    /// The measured one first; the others are what it is measured against.
    let programs: [Program]
    let runs: Int

    private struct Measurement {
        var seconds: [Double] = []
        /// Of the processor, in the program and for it in the system: what stays the same on a busy machine.
        var processorSeconds: [Double] = []
        var peakMegabytes = 0.0

        var median: Double { Self.median(seconds) }
        var processorMedian: Double { Self.median(processorSeconds) }

        private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    }

    struct ChildFailed: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter folder: where the files are written, each named after its program.
    func run(in folder: String) throws {
        var measurements = programs.map { _ in Measurement() }
        for _ in 0..<max(1, runs) {
            for index in programs.indices {
                let path = "\(folder)/\(index).xlsx"
                try Self.measure(programs[index].command(path), into: &measurements[index])
            }
        }
        let ours = measurements[0]
        for (program, measurement) in zip(programs, measurements) {
            let ratios =
                program.name == programs[0].name
                ? ""
                : "; ours / this: \(text(ours.median / measurement.median)), processor "
                    + "\(text(ours.processorMedian / measurement.processorMedian))"
            print(
                "  \(program.name)  median \(text(measurement.median)) s, processor "
                    + "\(text(measurement.processorMedian)) s, peak memory \(text(measurement.peakMegabytes)) MB\(ratios)"
            )
        }
    }

    /// Calls `body` with a folder that is gone afterwards.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(temporary)/steward-benchmark-XXXXXX".utf8CString)
        guard let created = mkdtemp(&template) else { throw ChildFailed(description: "no temporary directory") }
        let folder = String(cString: created)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// Runs a program that is not measured.
    static func call(_ command: [String]) throws {
        var measurement = Measurement()
        try measure(command, into: &measurement)
    }

    private static func measure(_ command: [String], into measurement: inout Measurement) throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        arguments.append(nil)
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        var child = pid_t()
        guard posix_spawn(&child, command[0], nil, nil, arguments, environ) == 0 else {
            throw ChildFailed(description: "\(command[0]) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(child, &status, 0, &usage) == child, status == 0 else {
            throw ChildFailed(description: "\(command.joined(separator: " ")) failed with status \(status)")
        }
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        measurement.seconds.append(Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9)
        measurement.processorSeconds.append(seconds(usage.ru_utime) + seconds(usage.ru_stime))
        measurement.peakMegabytes = max(measurement.peakMegabytes, Double(usage.ru_maxrss) / 1_024)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    static func ownPath() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw ChildFailed(description: "the program does not find itself") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
