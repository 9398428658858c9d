import Testing

@testable import Amounts

@Suite struct AllocationTests {
    private func weights(_ text: String) throws -> [ExactDecimal] {
        try text.split(separator: "|").map { try #require(ExactDecimal($0)) }
    }

    private static let weightings = ["1", "1|1", "7|3", "3|7|0", "0|0|1", "0.33|0.66", "1|2|3|4|5|6|7", "0.001|1000"]

    @Test(arguments: weightings, [Money.AllocationSign.symmetric, .floor])
    func `parts add up to the amount and each is within one unit of its share`(
        text: String, sign: Money.AllocationSign
    ) throws {
        let weights = try weights(text)
        let total = try weights.reduce(ExactDecimal.zero) { try $0.adding($1) }
        for minor in Int64(-130)...130 {
            let parts = try Money(minorUnits: minor, .kwd).allocated(by: weights, sign: sign)
            #expect(parts.count == weights.count)
            #expect(try parts.sum(.kwd).minorUnits == minor)
            for (part, weight) in zip(parts, weights) {
                // |part × total − amount × weight| < total
                let gap = try ExactDecimal(part.minorUnits).multiplied(by: total)
                    .subtracting(ExactDecimal(minor).multiplied(by: weight))
                let minusGap = try gap.negated()
                #expect(gap < total && minusGap < total, "\(minor) over \(text)")
                if weight.isZero { #expect(part.isZero) }
            }
        }
    }

    @Test(arguments: weightings)
    func `the split of a reversal mirrors the split it reverses`(text: String) throws {
        let weights = try weights(text)
        for minor in Int64(0)...260 {
            let money = Money(minorUnits: minor, .gbp)
            let mirrored = try money.negated().allocated(by: weights).map { try $0.negated() }
            #expect(try money.allocated(by: weights) == mirrored)
        }
    }

    @Test(arguments: [
        (-5, "7|3", "-4|-1", "-3|-2"), (-1, "1|1", "-1|0", "0|-1"), (-2, "1|1|1", "-1|-1|0", "0|-1|-1"),
    ])
    func `the sign decides where a negative amount is cut`(
        minor: Int64, text: String, symmetric: String, floor: String
    ) throws {
        func parts(_ sign: Money.AllocationSign) throws -> String {
            try Money(minorUnits: minor, .gbp).allocated(by: weights(text), sign: sign)
                .map { String($0.minorUnits) }.joined(separator: "|")
        }
        #expect(try parts(.symmetric) == symmetric)
        #expect(try parts(.floor) == floor)
    }

    @Test(arguments: [Int64.max, .min, .min + 1], [Money.AllocationSign.symmetric, .floor])
    func `the largest and smallest amounts split and foot`(minor: Int64, sign: Money.AllocationSign) throws {
        let money = Money(minorUnits: minor, .jpy)
        #expect(try money.allocated(by: [.one], sign: sign) == [money])
        for count in [2, 3, 7, 1_000] {
            let parts = try money.split(into: count, sign: sign)
            #expect(try parts.sum(.jpy) == money)
            let units = parts.map(\.minorUnits)
            #expect((units.max() ?? 0) - (units.min() ?? 0) <= 1)
        }
    }

    @Test func `weights that split nothing are refused`() throws {
        let money = Money(minorUnits: 100, .gbp)
        #expect(throws: ArithmeticError.unusableWeights) { try money.allocated(by: []) }
        #expect(throws: ArithmeticError.unusableWeights) { try money.allocated(by: weights("0|0")) }
        #expect(throws: ArithmeticError.unusableWeights) { try money.allocated(by: weights("2|-1")) }
        #expect(throws: ArithmeticError.unusableWeights) { try money.split(into: 0) }
        #expect(throws: ArithmeticError.unusableWeights) { try money.split(into: -1) }
        let huge = ExactDecimal(coefficient: .max, scale: 0)
        #expect(throws: ArithmeticError.overflow) { try money.allocated(by: [huge, huge]) }
        #expect(throws: ArithmeticError.overflow) { try money.allocated(by: [huge]) }
        #expect(throws: ArithmeticError.overflow) {
            try money.allocated(by: [huge, ExactDecimal(coefficient: 1, scale: 18)])
        }
    }
}
