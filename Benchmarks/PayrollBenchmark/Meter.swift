import Foundation
import Glibc

/// What a piece of work took.
struct Measured {
    var seconds: Double
    /// Processor time of this program over all cores: what others do on the machine does not count. That of a database
    /// server does not either.
    var processorSeconds: Double
    /// The most memory that the program held at any moment of it.
    var peakMegabytes: Double

    static func measure<T>(_ body: () throws -> T) rethrows -> (result: T, Measured) {
        resetPeakMemory()
        let wall = now(CLOCK_MONOTONIC)
        let processor = now(CLOCK_PROCESS_CPUTIME_ID)
        let result = try body()
        return (
            result,
            Measured(
                seconds: now(CLOCK_MONOTONIC) - wall, processorSeconds: now(CLOCK_PROCESS_CPUTIME_ID) - processor,
                peakMegabytes: peakMemory())
        )
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Linux counts the peak anew (proc(5), `/proc/pid/clear_refs`, value 5).
    private static func resetPeakMemory() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private static func peakMemory() -> Double {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = Double(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])
        else { return .nan }
        return kilobytes / 1_024
    }
}

extension Measured {
    /// A line of the result: `read and calculated   4.21 s   23,753/s   6.90 s processor   61 MB`.
    func line(_ label: String, items: Int) -> String {
        let rate = Int(Double(items) / seconds)
        return label.padded(to: 34) + "\(seconds.text(2)) s".aligned(to: 10) + "\(rate.grouped)/s".aligned(to: 12)
            + "\(processorSeconds.text(2)) s cpu".aligned(to: 13) + "\(Int(peakMegabytes)) MB".aligned(to: 9)
    }
}

extension Double {
    func text(_ places: Int) -> String { String(format: "%.\(places)f", self) }
}

extension Int {
    var grouped: String {
        var digits = Array("\(self)")
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return String(digits)
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
    func aligned(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
