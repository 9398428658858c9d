import TestSupport
import Testing

@testable import Amounts

/// Rounding and allocation as other libraries' tests have them.
@Suite(.enabled(if: Vectors.folder != nil, "skipped: no vectors folder")) struct AmountVectorsTests {
    @Test func `decimals round as moneyphp rounds them`() throws {
        let rows = try #require(try Vectors.rows("accounting/money_rounding.csv"))
        #expect(rows.count > 40)
        for row in rows {
            let amount = try #require(ExactDecimal(row["amount"] ?? ""), "\(row)")
            let mode = try #require(Rounding(rawValue: row["mode"] ?? ""), "\(row)")
            #expect(try amount.rounded(mode, places: 0).description == row["expected"], "\(row)")
        }
    }

    @Test func `amounts round to powers of ten as moneyphp rounds them`() throws {
        let rows = try #require(try Vectors.rows("accounting/money_round_to_power_of_ten.csv"))
        #expect(rows.count > 20)
        for row in rows {
            let minor = try #require(Int64(row["amount_minor"] ?? ""), "\(row)")
            let power = try #require(Int(row["power_of_ten"] ?? ""), "\(row)")
            let mode = try #require(Rounding(rawValue: row["mode"] ?? ""), "\(row)")
            let rounded = try Money(minorUnits: minor, .eur).rounded(mode, toPowerOfTen: power)
            #expect(String(rounded.minorUnits) == row["expected_minor"], "\(row)")
        }
    }

    /// moneyphp cuts negative shares towards −∞, which is `sign: .floor`; ours mirror unless told so.
    @Test func `amounts split as moneyphp splits them`() throws {
        let rows = try #require(try Vectors.rows("accounting/money_allocation.csv"))
        #expect(rows.count >= 20)
        for row in rows {
            let money = Money(minorUnits: try #require(Int64(row["amount_minor"] ?? ""), "\(row)"), .eur)
            let shape = row["ratios_or_n"] ?? ""
            let parts: [Money]
            if row["operation"] == "split_into_n" {
                parts = try money.split(into: try #require(Int(shape), "\(row)"), sign: .floor)
            } else {
                let weights = try shape.split(separator: "|").map { try #require(ExactDecimal($0), "\(row)") }
                parts = try money.allocated(by: weights, sign: .floor)
            }
            #expect(parts.map { String($0.minorUnits) }.joined(separator: "|") == row["expected_minor"], "\(row)")
        }
    }
}
