// MARK: - Measures with their units

extension ScalarReader<Int64> {
    /// A number of bytes: `512KiB`, `256MiB`, `2GiB`.
    package static let byteCount = ScalarReader(
        "a number of bytes", expected: "a whole number with KiB, MiB or GiB, e.g. 512MiB; at most 1024GiB",
        placeholder: 0
    ) { text in
        let units: [(suffix: String, factor: Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count)
            guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int64(digits), number <= 1 << 40
            else { return nil }
            let bytes = number.multipliedReportingOverflow(by: factor)
            return bytes.overflow || bytes.partialValue == 0 || bytes.partialValue > 1 << 40 ? nil : bytes.partialValue
        }
        return nil
    }
}

extension ScalarReader<ClosedRange<Int64>> {
    /// From one length of time to another, in seconds: `30s..10m`.
    package static func durationRange(_ limits: ClosedRange<Int64>) -> ScalarReader {
        ScalarReader(
            "two lengths of time", expected: "the shorter, two dots, the longer, e.g. 30s..10m",
            placeholder: limits.lowerBound...limits.lowerBound
        ) { text in
            let duration = ScalarReader<Int64>.durationSeconds(limits)
            guard let dots = text.firstRange(of: ".."),
                let first = try? duration.read(String(text[..<dots.lowerBound])),
                let last = try? duration.read(String(text[dots.upperBound...])), first <= last
            else { return nil }
            return first...last
        }
    }
}
