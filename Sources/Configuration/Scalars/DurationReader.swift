extension ScalarReader<Int64> {
    /// A length of time in one unit, as seconds: `30s`, `5m`, `2h`, `1d`.
    package static func durationSeconds(_ range: ClosedRange<Int64>) -> ScalarReader {
        let expected = "a length of time, e.g. 30s, 5m, 2h or 1d"
        return ScalarReader(expected: expected, placeholder: range.lowerBound) { text throws(ScalarRejection) in
            let digits = text.utf8.dropLast()
            guard let unit = text.utf8.last.flatMap(secondsOfUnit), let first = digits.first,
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                first != UInt8(ascii: "0") || digits.count == 1
            else {
                throw ScalarRejection("is not a length of time", expected: "a whole number and s, m, h or d, e.g. 30s")
            }
            let (seconds, overflow) = (Int64(text.dropLast()) ?? .max).multipliedReportingOverflow(by: unit)
            guard !overflow, range.contains(seconds) else {
                throw ScalarRejection(
                    "is out of range", expected: "\(shown(range.lowerBound)) to \(shown(range.upperBound))")
            }
            return seconds
        }
    }

    private static func secondsOfUnit(_ letter: UInt8) -> Int64? {
        switch letter {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "d"): 86_400
        default: nil
        }
    }

    /// In the longest unit that fits.
    private static func shown(_ seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "m")]
        let unit = units.first { seconds % $0.0 == 0 && seconds > 0 } ?? (1, "s")
        return "\(seconds / unit.0)\(unit.1)"
    }
}
