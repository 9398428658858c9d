import Testing

@testable import Amounts

@Suite struct RoundingTests {
    /// The rounding by its definition: the two whole neighbours are found by searching, and the words of the mode pick.
    private func roundedByDefinition(_ mode: Rounding, _ numerator: Int, _ denominator: Int) -> Int {
        let (n, d) = denominator < 0 ? (-numerator, -denominator) : (numerator, denominator)
        var lower = -1_000
        while (lower + 1) * d <= n { lower += 1 }
        guard lower * d != n else { return lower }
        let upper = lower + 1
        let nearerZero = n < 0 ? upper : lower
        let furtherFromZero = n < 0 ? lower : upper
        let even = lower.isMultiple(of: 2) ? lower : upper
        let below = n - lower * d
        let above = upper * d - n
        func nearest(_ atHalf: Int) -> Int { below < above ? lower : (below > above ? upper : atHalf) }
        return switch mode {
        case .halfAwayFromZero: nearest(furtherFromZero)
        case .halfTowardZero: nearest(nearerZero)
        case .halfEven: nearest(even)
        case .halfOdd: nearest(even == lower ? upper : lower)
        case .halfPositiveInfinity: nearest(upper)
        case .halfNegativeInfinity: nearest(lower)
        case .awayFromZero: furtherFromZero
        case .towardZero: nearerZero
        case .ceiling: upper
        case .floor: lower
        }
    }

    @Test(arguments: Rounding.allCases)
    func `a mode rounds as its definition says, in 64 and in 128 bits`(mode: Rounding) throws {
        var wrong: [String] = []
        let large: Int128 = 1 << 66
        for denominator in [-100, -12, -10, -7, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 100] {
            for numerator in -260...260 {
                let expected = Int128(roundedByDefinition(mode, numerator, denominator))
                let narrow = try mode.quotient(Int128(numerator), by: Int128(denominator))
                let wide = try mode.quotient(Int128(numerator) * large, by: Int128(denominator) * large)
                if narrow != expected { wrong.append("\(numerator)/\(denominator): \(narrow), not \(expected)") }
                if wide != expected { wrong.append("wide \(numerator)/\(denominator): \(wide), not \(expected)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    @Test(arguments: Rounding.allCases)
    func `the edges of 64 and 128 bits are exact or throw`(mode: Rounding) throws {
        #expect(try mode.quotient(Int128(Int64.min), by: -1) == -Int128(Int64.min))
        #expect(try mode.quotient(Int128(Int64.min), by: Int128(Int64.min)) == 1)
        #expect(try mode.quotient(.max, by: 1) == .max)
        #expect(try mode.quotient(.min, by: 1) == .min)
        #expect(try mode.quotient(.min, by: .min) == 1)
        #expect(throws: ArithmeticError.overflow) { try mode.quotient(.min, by: -1) }
        // Just under one: the directed modes differ, all halves give one.
        let almostOne = try mode.quotient(.max - 1, by: .max)
        #expect(almostOne == (mode == .towardZero || mode == .floor ? 0 : 1))
    }

    @Test func `the names in configuration are fixed`() {
        #expect(
            Rounding.allCases.map(\.rawValue) == [
                "half_up", "half_down", "half_even", "half_odd", "half_positive_infinity", "half_negative_infinity",
                "up", "down", "ceiling", "floor",
            ])
    }
}
