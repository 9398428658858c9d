import Amounts
import Testing

@testable import Interchange

@Suite struct TextPostingWeightTests {
    private func posting(_ quantity: String, _ price: String) throws -> TextPosting {
        var posting = TextPosting(
            TextAccountID(index: 0), TextAmount(try #require(ExactDecimal(quantity)), TextCommodityID(index: 1)))
        posting.price = TextPrice(.perUnit, TextAmount(try #require(ExactDecimal(price)), TextCommodityID(index: 2)))
        return posting
    }

    /// The products are Python's, with 80 digits, rounded half away from zero.
    @Test(arguments: [
        ("0.123456789012345678", "2345.67", "289.588886282588886514"),
        ("-0.123456789012345678", "2345.67", "-289.588886282588886514"),
        ("6.666666666666666667", "0.9", "6.000000000000000000"),
        ("0.000000000000000001", "0.5", "0.000000000000000001"),
        ("0.000000000000000001", "0.4", "0.000000000000000000"),
        ("-0.000000000000000001", "0.5", "-0.000000000000000001"),
        ("12345678.123456789012345678", "0.000000000000000003", "0.000000000037037034"),
        ("99999999999999999.999999999999999999", "9.99999", "999998999999999999.999999999999999990"),
        ("10", "12.345", "123.450"),
    ])
    func `an amount at its price is exact to 18 decimal places`(
        quantity: String, price: String, product: String
    ) throws {
        #expect(try posting(quantity, price).weight.quantity == #require(ExactDecimal(product)))
    }

    @Test func `a product of too many digits is refused`() throws {
        let posting = try posting("999999999999999999.999999999999999999", "999.99")
        #expect(throws: ArithmeticError.overflow) { try posting.weight }
    }
}
