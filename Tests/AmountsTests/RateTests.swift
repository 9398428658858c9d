import Testing

@testable import Amounts

@Suite struct RateTests {
    @Test(arguments: [
        ("0.08", "0.08", "8%"), ("8%", "0.08", "8%"), ("12.5%", "0.125", "12.5%"), ("100%", "1", "100%"),
        ("-3%", "-0.03", "-3%"), ("0%", "0", "0%"), ("0.0825", "0.0825", "8.25%"), ("1", "1", "100%"),
        ("0.0000000000000001%", "0.000000000000000001", "0.0000000000000001%"),
    ]) func `a rate is read as a factor or as per cent`(text: String, factor: String, percent: String) throws {
        let rate = try #require(Rate(text))
        #expect(rate.description == factor)
        #expect(rate.percentText == percent)
        #expect(Rate(rate.description) == rate)
        #expect(Rate(rate.percentText) == rate)
    }

    @Test(arguments: ["", "%", "8 %", "%8", "8%%", "eight", "1/3", "0.00000000000000001%", "8,5%"])
    func `what is not a rate is refused`(text: String) {
        #expect(Rate(text) == nil)
    }

    @Test func `rates and quantities compare by value`() throws {
        #expect(Rate("8%") == Rate("0.080"))
        #expect(try #require(Rate("7.9%")) < #require(Rate("0.08")))
        #expect(Quantity("37.50") == Quantity("37.5"))
        #expect(try #require(Quantity("-1")) < .zero)
        #expect(Quantity("37,5") == nil)
    }
}
