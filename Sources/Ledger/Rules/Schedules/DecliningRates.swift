import Amounts

extension DepreciationPlan {
    /// Decimal places of a rate that is found: 66.667%.
    package static let ratePlaces: UInt8 = 5

    /// Twice the straight-line rate: 2 / count, at most 1, to a thousandth of a per cent.
    package static func doubleDecliningRate(count: Int) throws(ArithmeticError) -> Rate {
        let rate = try ExactDecimal(2).divided(
            by: ExactDecimal(Int64(count)), rounding: .halfAwayFromZero, places: ratePlaces)
        return min(Rate(rate), .one)
    }

    /// The rate that brings the cost down to the salvage value in `count` rows: 1 − (salvage / cost)^(1 / count), to a
    /// thousandth of a per cent. 1 where there is no salvage value, for no rate brings a cost down to nothing.
    ///
    /// - Throws: `divisionByZero` for a cost or count of zero; `overflow` for amounts that are no cost and salvage.
    package static func writtenDownRate(cost: Money, salvage: Money, count: Int) throws(ArithmeticError) -> Rate {
        guard cost.minorUnits != 0, count > 0 else { throw .divisionByZero }
        guard cost.isPositive, !salvage.isNegative, salvage.minorUnits <= cost.minorUnits, count <= maximumCount else {
            throw .overflow
        }
        guard salvage.isPositive else { return .one }
        // Whole numbers of 10^−18: each product is cut there, which is far below the place that is rounded to.
        let one: Int128 = 1_000_000_000_000_000_000
        let wanted = Int128(salvage.minorUnits) * one / Int128(cost.minorUnits)
        func power(_ root: Int128) -> Int128 { (0..<count).reduce(one) { product, _ in product * root / one } }
        var (low, high) = (Int128(0), one)
        while high - low > 1 {
            let middle = (low + high) / 2
            if power(middle) <= wanted { low = middle } else { high = middle }
        }
        // The root of a whole ratio may be just above what the cut products let through.
        let root = power(high) <= wanted ? high : low
        return Rate(
            try ExactDecimal(coefficient: one - root, scale: 18).rounded(.halfAwayFromZero, places: ratePlaces))
    }
}
