import Amounts
import Configuration
import Diagnostics

/// What the close of a period lets pass without a word: `limits:` of `config/ledger.yaml`.
package struct CloseLimits: Hashable, Sendable {
    /// The most that may have gathered on the rounding account in a period, either way.
    package let rounding: Money
    /// An account whose change of a period differs from that of the period before by more than this, and by more than
    /// `reviewShare` of it, is to be explained.
    package let reviewAmount: Money
    /// 25% is 0.25.
    package let reviewShare: Rate

    package static let defaultRoundingUnits: Int64 = 5
    package static let defaultReviewUnits: Int64 = 1_000

    /// 5 units of the currency, and 1,000 units and 25%.
    init(currency: Currency) {
        rounding = Self.units(Self.defaultRoundingUnits, currency)
        reviewAmount = Self.units(Self.defaultReviewUnits, currency)
        reviewShare = Rate("25%") ?? .zero
    }

    init?(_ map: YAMLMapping, _ currency: Currency) {
        let defaults = CloseLimits(currency: currency)
        rounding = map.optional("rounding", .nonNegativeMoney(currency), default: defaults.rounding)
        reviewAmount = map.optional("review_amount", .nonNegativeMoney(currency), default: defaults.reviewAmount)
        reviewShare = map.optional("review_share", .rate, default: defaults.reviewShare)
        if reviewShare < .zero {
            map.report("review_share is negative", expected: "e.g. 25%", at: "review_share")
        }
        guard !map.hasProblems else { return nil }
    }

    private static func units(_ count: Int64, _ currency: Currency) -> Money {
        Money("\(count)", currency) ?? .zero(currency)
    }
}
