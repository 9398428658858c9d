import Testing

@testable import Amounts

@Suite struct MoneyTests {
    @Test(arguments: [
        ("5", "7|3", "4|1"), ("-5", "7|3", "-4|-1"), ("101", "3|7", "30|71"), ("1", "0.33|0.66", "0|1"),
        ("100", "1|1|1", "34|33|33"), ("5", "7|0|3", "4|0|1"),
    ]) func `an allocation foots and mirrors`(amount: String, weights: String, expected: String) throws {
        let money = Money(minorUnits: try #require(Int64(amount)), .gbp)
        let parts = try money.allocated(by: weights.split(separator: "|").compactMap { ExactDecimal($0) })
        #expect(parts.map { String($0.minorUnits) }.joined(separator: "|") == expected)
        #expect(try parts.sum(.gbp) == money)
    }
}
