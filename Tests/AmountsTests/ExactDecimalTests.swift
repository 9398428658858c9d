import Testing

@testable import Amounts

@Suite struct ExactDecimalTests {
    private func decimal(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text), "\(text)") }

    private let largest = ExactDecimal(coefficient: .max, scale: 0)
    private let smallest = ExactDecimal(coefficient: .min, scale: 0)

    @Test(arguments: [
        "0", "-1", "12", "0.5", "-0.05", "1257.00", "0.000000000000000001", "-999999999999999999.999999999999999999",
        "123456789012345678901234567890123456", "10", "100.0",
    ]) func `text is read and written the same`(text: String) throws {
        #expect(try decimal(text).description == text)
    }

    @Test func `signs and zeros in front are read and not written`() throws {
        #expect(try decimal("+5").description == "5")
        #expect(try decimal("007").description == "7")
        #expect(try decimal("-0").description == "0")
        #expect(try decimal("-0.00").isNegative == false)
    }

    @Test(arguments: [
        "", "+", "-", ".", "1.", ".5", "-.5", "1..2", "1.2.3", "1,000", "1e5", "1E5", " 1", "1 ", "1_000", "0x1", "∞",
        "NaN", "−1", "+-1", "1+", "１２", "٣", "1.0000000000000000001", "1234567890123456789012345678901234567",
        "0.1\u{0}",
    ]) func `what is not a plain decimal is refused`(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func `numbers compare and hash by value across scales`() throws {
        #expect(try decimal("1.50") == decimal("1.5"))
        #expect(try decimal("1.50").hashValue == decimal("1.5").hashValue)
        #expect(try decimal("-0.0").hashValue == ExactDecimal.zero.hashValue)
        let ascending = try ["-100", "-2.5", "-2.49", "-0.001", "0", "0.0001", "1", "1.0000001", "2", "10"]
            .map(decimal)
        for (i, a) in ascending.enumerated() {
            for (j, b) in ascending.enumerated() {
                #expect((a < b) == (i < j), "\(a) < \(b)")
                #expect((a == b) == (i == j), "\(a) == \(b)")
            }
        }
    }

    @Test func `comparison is exact where scaling up overflows`() {
        let tiny = ExactDecimal(coefficient: .max, scale: 18)
        #expect(tiny < largest)
        #expect(smallest < tiny)
        #expect(ExactDecimal(coefficient: .min, scale: 18) > smallest)
        #expect(largest != tiny)
        #expect(!(largest < tiny) && !(tiny < smallest))
    }

    @Test func `sums, differences and products are exact`() throws {
        #expect(try decimal("0.1").adding(decimal("0.2")) == decimal("0.3"))
        #expect(try decimal("1").subtracting(decimal("0.999999999999999999")) == decimal("0.000000000000000001"))
        #expect(try decimal("-1.25").multiplied(by: decimal("0.08")) == decimal("-0.1"))
        #expect(try smallest.subtracting(smallest).isZero)
        #expect(try ExactDecimal(-1).subtracting(smallest) == largest)
    }

    @Test func `a product beyond 18 places is exact or throws`() throws {
        // 23 places of which the last five are zeros.
        let product = try decimal("0.0000000010").multiplied(by: decimal("0.0000000010000"))
        #expect(product.description == "0.000000000000000001")
        #expect(throws: ArithmeticError.overflow) {
            try decimal("0.0000000001").multiplied(by: decimal("0.0000000001"))
        }
    }

    @Test func `every operation throws beyond 128 bits`() throws {
        let least = ExactDecimal(coefficient: 1, scale: 18)
        #expect(throws: ArithmeticError.overflow) { try largest.adding(.one) }
        #expect(throws: ArithmeticError.overflow) { try largest.adding(least) }
        #expect(throws: ArithmeticError.overflow) { try smallest.subtracting(.one) }
        #expect(throws: ArithmeticError.overflow) { try smallest.negated() }
        #expect(throws: ArithmeticError.overflow) { try largest.multiplied(by: ExactDecimal(2)) }
        #expect(throws: ArithmeticError.overflow) { try smallest.multiplied(by: ExactDecimal(-1)) }
        #expect(throws: ArithmeticError.overflow) { try largest.divided(by: .one, rounding: .floor, places: 1) }
        #expect(throws: ArithmeticError.overflow) {
            try smallest.divided(by: ExactDecimal(-1), rounding: .floor, places: 0)
        }
        #expect(throws: ArithmeticError.divisionByZero) {
            try largest.divided(by: decimal("0.00"), rounding: .floor, places: 0)
        }
        #expect(try largest.divided(by: .one, rounding: .floor, places: 0) == largest)
        #expect(try largest.multiplied(by: .one) == largest)
        #expect(try smallest.adding(largest) == ExactDecimal(-1))
    }

    @Test(arguments: [
        ("1", "3", 4, "0.3333"), ("2", "3", 4, "0.6667"), ("-2", "3", 0, "-1"), ("1.00", "0.04", 0, "25"),
        ("1", "0.000000000000000001", 18, "1000000000000000000.000000000000000000"),
        ("0.000000000000000001", "1000", 18, "0.000000000000000000"), ("10", "4", 0, "3"), ("-10", "4", 0, "-3"),
    ]) func `a quotient has the places asked for`(a: String, b: String, places: UInt8, expected: String) throws {
        let quotient = try decimal(a).divided(by: decimal(b), rounding: .halfAwayFromZero, places: places)
        #expect(quotient.description == expected)
    }

    @Test func `rounding shortens and never lengthens`() throws {
        #expect(try decimal("2.345").rounded(.halfEven, places: 2).description == "2.34")
        #expect(try decimal("2.3").rounded(.halfEven, places: 2).description == "2.3")
        #expect(try decimal("-2.999").rounded(.towardZero, places: 0).description == "-2")
        #expect(try decimal("12.500").normalized.description == "12.5")
        #expect(try decimal("100").normalized.description == "100")
        #expect(ExactDecimal(coefficient: 0, scale: 18).normalized.scale == 0)
    }
}
