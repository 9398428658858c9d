import Glibc

/// Runs both programs in turn, each in its own process, and prints what they took.
struct Comparison {
    let barePath: String
    let rows: Int
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

    func run() throws {
        let own = try ownPath()
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(temporary)/steward-benchmark-XXXXXX".utf8CString)
        guard let created = mkdtemp(&template) else { throw ChildFailed(description: "no temporary directory") }
        let directory = String(cString: created)
        defer { rmdir(directory) }
        let paths = (bare: "\(directory)/bare.xlsx", ours: "\(directory)/ours.xlsx")
        defer {
            unlink(paths.bare)
            unlink(paths.ours)
        }
        var bare = Measurement()
        var ours = Measurement()
        for _ in 0..<max(1, runs) {
            try measure([barePath, paths.bare, String(rows)], into: &bare)
            try measure([own, "write", paths.ours, String(rows)], into: &ours)
        }
        print("spreadsheet rows=\(rows) columns=10 runs=\(max(1, runs))")
        for (name, measurement) in [("bare library", bare), ("ours        ", ours)] {
            print(
                "  \(name)  median \(text(measurement.median)) s, processor \(text(measurement.processorMedian)) s, "
                    + "peak memory \(text(measurement.peakMegabytes)) MB")
        }
        print(
            "  ratio \(text(ours.median / bare.median)), processor \(text(ours.processorMedian / bare.processorMedian)) "
                + "(bounds: 1.20, 100 MB)")
    }

    private func measure(_ command: [String], into measurement: inout Measurement) throws {
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

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private func ownPath() throws -> String {
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
