import Testing

@testable import Amounts

@Suite struct FractionTests {
    @Test func `a fraction is held in lowest terms with a positive denominator`() throws {
        #expect(try Fraction(182, over: 364).description == "1/2")
        #expect(try Fraction(3, over: -6) == Fraction(-1, over: 2))
        #expect(try Fraction(0, over: -5) == .zero)
        #expect(try Fraction(.min, over: .min) == .one)
        #expect(try Fraction(.max, over: 1).description == "9223372036854775807")
        #expect(throws: ArithmeticError.divisionByZero) { try Fraction(1, over: 0) }
        #expect(throws: ArithmeticError.overflow) { try Fraction(.min, over: -1) }
        #expect(throws: ArithmeticError.overflow) { try Fraction(1, over: .min) }
    }

    @Test func `sums are exact or throw`() throws {
        #expect(try Fraction(1, over: 365) + Fraction(1, over: 366) == Fraction(731, over: 133_590))
        #expect(try Fraction(1, over: 2) + Fraction(-1, over: 2) == .zero)
        #expect(throws: ArithmeticError.overflow) { try Fraction(.max) + .one }
        #expect(throws: ArithmeticError.overflow) { try Fraction(1, over: .max) + Fraction(1, over: .max - 1) }
        #expect(throws: ArithmeticError.overflow) { try Fraction(.min).negated() }
        #expect(try Fraction(2, over: 3).negated() == Fraction(-2, over: 3))
    }

    @Test func `fractions compare and become decimals`() throws {
        #expect(try Fraction(1, over: 3) < Fraction(334, over: 1_000))
        #expect(try Fraction(-1, over: 3) > Fraction(-334, over: 1_000))
        #expect(try Fraction(2, over: 3).decimal(.halfEven, places: 12).description == "0.666666666667")
        #expect(try Fraction(-2, over: 3).decimal(.towardZero, places: 3).description == "-0.666")
    }
}
