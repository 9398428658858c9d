/// Names of sheets, as Excel allows them.
///
/// Not allowed: `[ ] : * ? / \`, control characters, an apostrophe at either end, nothing at all, "History", more than
/// 31 UTF-16 units, and a name that differs from another only in case.
enum SheetName {
    private static let forbidden: Set<Unicode.Scalar> = ["[", "]", ":", "*", "?", "/", "\\"]

    /// The allowed name nearest to `wanted` that is not in `taken`.
    ///
    /// - Parameter taken: the names in use, in lower case.
    static func allowed(_ wanted: String, taken: Set<String>) -> String {
        var scalars = wanted.unicodeScalars.map { scalar -> Unicode.Scalar in
            forbidden.contains(scalar) || !CellText.isAllowed(scalar) || scalar == "\n" || scalar == "\t" ? "-" : scalar
        }[...]
        let atEnds: (Unicode.Scalar) -> Bool = { $0 == "'" || $0.properties.isWhitespace }
        while let first = scalars.first, atEnds(first) { scalars.removeFirst() }
        while let last = scalars.last, atEnds(last) { scalars.removeLast() }
        var name = String(String.UnicodeScalarView(scalars))
        if name.isEmpty { name = "Sheet" }
        if name.lowercased() == "history" { name += "_" }
        name = cut(name, to: ExcelLimits.sheetNameUnits)
        var candidate = name
        var number = 2
        while taken.contains(candidate.lowercased()) {
            let suffix = " (\(number))"
            candidate = cut(name, to: ExcelLimits.sheetNameUnits - suffix.utf16.count) + suffix
            number += 1
        }
        return candidate
    }

    /// The longest start of `name`, in whole characters and with nothing bad at its end, of at most `units`.
    private static func cut(_ name: String, to units: Int) -> String {
        var name = name
        while name.utf16.count > units || name.hasSuffix("'") || name.hasSuffix(" ") { name.removeLast() }
        return name.isEmpty ? "Sheet" : name
    }
}
