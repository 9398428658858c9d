import Amounts
import Testing

@testable import Formulas

/// The short paths and the long ones against one another, and against what multiplication says of division.
@Suite struct ScalarTests {
    private static func random(_ generator: inout SeededGenerator) -> Scalar {
        let bits = Int.random(in: 1...126, using: &generator)
        let high = Int128(generator.next()) << 64 | Int128(generator.next())
        let coefficient = (high & Int128.max) >> Int128(127 - bits)
        return Scalar(
            Bool.random(using: &generator) ? -coefficient : coefficient,
            scale: UInt8.random(in: 0...18, using: &generator))
    }

    @Test func `a wide product over a divisor is the nearest number, a half going to the even one`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1_500 {
            // Small enough to check in 128 bits.
            let a = Int128(Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator))
            let b = Int128(Int64.random(in: -1_000...1_000, using: &generator))
            var d = Int128(Int64.random(in: -50...50, using: &generator))
            if d == 0 { d = 7 }
            guard let quotient = Scalar.quotient(a, times: b, over: d) else {
                Issue.record("a small quotient overflows: \(a) × \(b) / \(d)")
                continue
            }
            let twice = 2 * (a * b - quotient.value * d).magnitude
            #expect(twice < d.magnitude || (twice == d.magnitude && quotient.value % 2 == 0), "\(a) × \(b) / \(d)")
            #expect(quotient.isExact == (quotient.value * d == a * b))
        }
    }

    @Test func `a wide product divided by one factor is the other`() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<1_500 {
            let a = Self.random(&generator).coefficient
            let b = Self.random(&generator).coefficient
            guard b != 0 else { continue }
            let quotient = Scalar.quotient(a, times: b, over: b)
            #expect(quotient?.value == a && quotient?.isExact == true, "\(a) × \(b) / \(b)")
        }
        #expect(Scalar.quotient(.max, times: .max, over: 1) == nil)
    }

    @Test func `sums, products, roundings and comparisons agree with exact decimals wherever those have an answer`() {
        var generator = SeededGenerator(seed: 5)
        var answers = 0
        for _ in 0..<1_500 {
            let a = Self.random(&generator)
            let b = Self.random(&generator)
            func check(_ ours: Scalar?, _ theirs: ExactDecimal?, _ sign: String) {
                guard let theirs else { return }
                answers += 1
                #expect(ours?.decimal == theirs, "\(a.decimal) \(sign) \(b.decimal)")
            }
            check(try? Scalar.sum(a, b), try? a.decimal.adding(b.decimal), "+")
            check(try? Scalar.difference(a, b), try? a.decimal.subtracting(b.decimal), "-")
            check(try? Scalar.product(a, b), try? a.decimal.multiplied(by: b.decimal), "*")
            if b.coefficient != 0 {
                check(
                    try? Scalar.quotient(a, b), try? a.decimal.divided(by: b.decimal, rounding: .halfEven, places: 12),
                    "/")
            }
            for rounding in Rounding.allCases {
                check(
                    try? Scalar.rounded(a, places: 3, rounding), try? a.decimal.rounded(rounding, places: 3),
                    rounding.rawValue)
            }
            #expect(Scalar.isLess(a, b) == (a.decimal < b.decimal))
            #expect(Scalar.isEqual(a, b) == (a.decimal == b.decimal))
        }
        #expect(answers > 15_000, "the comparison compared little: \(answers)")
    }
}
