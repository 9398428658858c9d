import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct EarlyPaymentDiscountTests {
    private static func discount(_ percent: String, _ tax: EarlyPaymentDiscount.TaxMode) throws -> EarlyPaymentDiscount
    {
        try EarlyPaymentDiscount(rate: Rate(percent + "%") ?? .zero, windowDays: 10, tax: tax)
    }

    private static func line(_ net: String, _ tax: String, fixed: String = "0") -> EarlyPaymentDiscount.Line {
        .init(net: eur(net), taxRate: Rate(tax + "%") ?? .zero, fixedTax: eur(fixed))
    }

    /// The lines that a row writes as `1000.00`, `1000.00 with tax + 2000.00 without` or `1000.00 + 2000.00 (…)`.
    private static func lines(_ row: [String: String]) -> [EarlyPaymentDiscount.Line] {
        let tax = row["tax_percent"] ?? ""
        var lines = (row["net"] ?? "").split(separator: "+").map { part in
            let words = part.split(separator: " ")
            return Self.line(String(words.first ?? ""), words.contains("without") || tax.isEmpty ? "0" : tax)
        }
        let fixed = row["fixed_tax"] ?? "0"
        lines[0] = .init(net: lines[0].net, taxRate: lines[0].taxRate, fixedTax: eur(fixed))
        return lines
    }

    @Test func `what is paid, the discount and its tax are as in the tests of Odoo`() throws {
        guard let rows = try Vectors.rows("accounting/early_payment_discount.csv") else {
            print("skipped: there is no accounting/early_payment_discount.csv")
            return
        }
        #expect(rows.count >= 7)
        for row in rows {
            let mode: EarlyPaymentDiscount.TaxMode = row["tax_mode"] == "included" ? .included : .always
            let offer = try Self.discount(row["discount_percent"] ?? "", mode)
                .offer(for: Self.lines(row), of: day("2026-04-01"))
            #expect(offer.invoiceTotal == eur(row["invoice_total"] ?? ""), "\(row)")
            #expect(offer.discount == eur(row["discount_net"] ?? ""), "\(row)")
            if let paid = row["paid_within_window"], !paid.isEmpty { #expect(offer.payable == eur(paid), "\(row)") }
            if let tax = row["tax_correction"], !tax.isEmpty { #expect(offer.taxCorrection == eur(tax), "\(row)") }
        }
    }

    @Test func `tax is reduced with the discount, or never, or was from the start`() throws {
        let lines = [Self.line("1000", "15", fixed: "0.05")]
        let included = try Self.discount("10", .included).offer(for: lines, of: day("2026-04-01"))
        #expect([included.invoiceTotal, included.payable] == ["1150.05", "1035.05"].map(eur))
        let excluded = try Self.discount("10", .excluded).offer(for: lines, of: day("2026-04-01"))
        #expect([excluded.invoiceTotal, excluded.payable] == ["1150.05", "1050.05"].map(eur))
        #expect(excluded.taxCorrections.isEmpty)
        let always = try Self.discount("10", .always).offer(for: lines, of: day("2026-04-01"))
        #expect([always.invoiceTotal, always.payable] == ["1135.05", "1035.05"].map(eur))
        #expect(always.lastDay == day("2026-04-11"))
    }

    @Test func `the discounts of lines add up, whatever their signs`() throws {
        let lines = ["0.33", "0.33", "0.34", "-0.07"].map { Self.line($0, "20") }
        let offer = try Self.discount("5", .included).offer(for: lines, of: day("2026-04-01"))
        #expect(try offer.discounts.sum(.eur) == offer.discount)
        #expect(offer.discount == eur("0.05"))  // 0.0465
        let mirror = try Self.discount("5", .included).offer(
            for: lines.map { .init(net: try $0.net.negated(), taxRate: $0.taxRate) }, of: day("2026-04-01"))
        #expect(try mirror.discounts.map { try $0.negated() } == offer.discounts)
        #expect(mirror.payable == (try offer.payable.negated()))
    }

    @Test func `a discount that cannot be is refused`() {
        #expect(throws: Failure.self) { try Self.discount("101", .included) }
        #expect(throws: Failure.self) { try Self.discount("-1", .included) }
        #expect(throws: Failure.self) {
            try EarlyPaymentDiscount(rate: .zero, windowDays: 366, tax: .included)
        }
        #expect(throws: ArithmeticError.unusableWeights) {
            try Self.discount("1", .included).offer(for: [], of: day("2026-04-01"))
        }
        #expect(throws: ArithmeticError.currencyMismatch(.eur, .usd)) {
            try Self.discount("1", .included).offer(
                for: [Self.line("1", "0"), .init(net: usd("1"), taxRate: .zero)], of: day("2026-04-01"))
        }
    }
}
