/// Which mark of a number is the decimal one, by the rules of hledger and of Ledger.
enum DecimalMark {
    /// How many of the number's digits stand behind the decimal mark.
    ///
    /// Source: hledger(1), "Decimal marks, digit group marks": of two kinds of mark the last is the decimal one; one kind
    /// that stands more than once groups digits; a single mark is the decimal one, unless the commodity's directive or
    /// `decimal-mark` says that the other is. A last group that has not three digits is refused, which hledger reads.
    ///
    /// - Parameter known: the decimal mark that was declared, or 0.
    static func hledgerPlaces(_ scan: NumberScan, known: UInt8) throws(TextSyntaxError) -> Int {
        let marks = scan.marks
        if marks == 0 { return 0 }
        let ofLast = scan.lastMark == UInt8(ascii: ".") ? scan.dots : scan.commas
        if scan.lastMark == UInt8(ascii: " ") {
            guard marks == scan.spaces else { throw mixed(scan) }
            return 0
        }
        if marks == 1 {
            // Nothing before or behind the mark: it cannot group.
            if scan.startsWithMark || scan.digitsBehindLastMark == 0 { return scan.digitsBehindLastMark }
            if known == 0 || known == scan.lastMark { return scan.digitsBehindLastMark }
            // hledger itself would read 5.5 as 55 where the comma is declared.
            guard scan.digitsBehindLastMark == 3 else { throw mixed(scan) }
            return 0
        }
        guard !scan.startsWithMark else { throw mixed(scan) }
        if ofLast == marks {
            guard scan.digitsBehindLastMark == 3 else { throw mixed(scan) }
            return 0
        }
        // Two kinds, of which the last stands once.
        guard ofLast == 1,
            (scan.dots > 0 ? 1 : 0) + (scan.commas > 0 ? 1 : 0) + (scan.spaces > 0 ? 1 : 0) == 2
        else { throw mixed(scan) }
        return scan.digitsBehindLastMark
    }

    /// The same for Ledger, and whether the comma is the decimal mark.
    ///
    /// Source: Ledger 3.3, `amount_t::parse`: read from the right, a comma groups where the digits behind it come in
    /// threes and is the decimal mark otherwise; a point is the decimal mark, unless the commodity is one that was
    /// written with a decimal comma before.
    static func ledgerPlaces(
        _ scan: NumberScan, in bytes: UnsafeBufferPointer<UInt8>, usesDecimalComma: Bool
    ) throws(TextSyntaxError) -> (places: Int, usesDecimalComma: Bool) {
        var isCommaDecimal = usesDecimalComma
        var places: Int?
        var offset = 0
        var sawGroupComma = false
        var sawGroupPoint = false
        for index in scan.range.reversed() {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                if isCommaDecimal {
                    guard offset % 3 == 0 else { throw mixed(scan) }
                    sawGroupPoint = true
                } else {
                    guard places == nil, !sawGroupComma else { throw mixed(scan) }
                    places = offset
                    offset = 0
                }
            } else if byte == UInt8(ascii: ",") {
                if isCommaDecimal {
                    guard places == nil, !sawGroupPoint else { throw mixed(scan) }
                    places = offset
                    offset = 0
                } else if offset % 3 != 0 {
                    // ₹1,00,000.00 groups by two beyond the first three, which only Ledger itself does not read.
                    if places != nil, sawGroupComma, offset % 2 == 1 { continue }
                    guard places == nil, !sawGroupComma else { throw mixed(scan) }
                    isCommaDecimal = true
                    places = offset
                    offset = 0
                } else {
                    sawGroupComma = true
                }
            } else if byte.isDigit {
                offset += 1
            }
        }
        return (places ?? 0, isCommaDecimal)
    }

    private static func mixed(_ scan: NumberScan) -> TextSyntaxError {
        TextSyntaxError(
            "the marks of the number contradict each other",
            expected: "one decimal mark, and one other mark between groups of digits, e.g. 1,250.00 or 1.250,00",
            at: scan.range.lowerBound)
    }
}
