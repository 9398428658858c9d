import Glibc

/// What a piece of work took, in several turns.
struct Measurement {
    private(set) var seconds: [Double] = []
    /// Of the processor, in the program and for it in the system: what stays the same on a busy machine.
    private(set) var processorSeconds: [Double] = []
    private(set) var peakMegabytes = 0.0

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    var median: Double { Self.median(seconds) }
    var processorMedian: Double { Self.median(processorSeconds) }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    /// Runs a program whose output nobody reads.
    mutating func run(_ command: [String]) throws {
        let start = Self.clock(CLOCK_MONOTONIC)
        let processor = try spawn(command)
        seconds.append(Self.clock(CLOCK_MONOTONIC) - start)
        processorSeconds.append(processor)
    }

    /// Measures a piece of this program.
    mutating func measure<T>(_ body: () throws -> T) rethrows -> T {
        let (start, processor) = (Self.clock(CLOCK_MONOTONIC), Self.clock(CLOCK_PROCESS_CPUTIME_ID))
        let result = try body()
        seconds.append(Self.clock(CLOCK_MONOTONIC) - start)
        processorSeconds.append(Self.clock(CLOCK_PROCESS_CPUTIME_ID) - processor)
        return result
    }

    private mutating func spawn(_ command: [String]) throws -> Double {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        arguments.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var child = pid_t()
        guard posix_spawn(&child, command[0], &actions, nil, arguments, environ) == 0 else {
            throw Failed(description: "\(command[0]) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(child, &status, 0, &usage) == child, status == 0 else {
            throw Failed(description: "\(command.joined(separator: " ")) failed with status \(status)")
        }
        peakMegabytes = max(peakMegabytes, Double(usage.ru_maxrss) / 1_024)
        return Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func clock(_ id: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Double {
    /// With two decimal places.
    var shown: String {
        let hundredths = Int((self * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
