extension Money {
    /// Where the shares of a negative amount are cut before the remainder is dealt out.
    package enum AllocationSign: Sendable {
        /// The split of −x is the exact mirror of the split of x, so that a reversal mirrors what it reverses.
        case symmetric
        /// Shares are rounded towards −∞ first, as some libraries do: −5 over 7:3 gives −3, −2.
        case floor
    }

    /// Splits the amount by weights so that the parts add up to it exactly.
    ///
    /// Largest remainder (Hamilton): each part gets its share rounded down, then the units left go one each to the
    /// parts with the largest fraction cut off, the earlier part first where fractions are equal. A weight of zero gets
    /// zero.
    ///
    /// - Throws: `unusableWeights` for no weights, a negative one, or a sum of zero; `overflow` beyond 128 bits.
    package func allocated(
        by weights: [ExactDecimal], sign: AllocationSign = .symmetric
    ) throws(ArithmeticError) -> [Money] {
        guard !weights.isEmpty, !weights.contains(where: \.isNegative) else { throw .unusableWeights }
        let scale = weights.map(\.scale).max() ?? 0
        var units: [Int128] = []
        units.reserveCapacity(weights.count)
        var total: Int128 = 0
        for weight in weights {
            let unit = try weight.coefficient(atScale: scale)
            let (sum, overflow) = total.addingReportingOverflow(unit)
            guard !overflow else { throw .overflow }
            units.append(unit)
            total = sum
        }
        guard total > 0 else { throw .unusableWeights }

        // In 128 bits, so that the smallest amount has a mirror too.
        let isMirrored = isNegative && sign == .symmetric
        let amount = isMirrored ? -Int128(minorUnits) : Int128(minorUnits)
        var parts: [Int128] = []
        parts.reserveCapacity(units.count)
        var cuts: [(index: Int, remainder: Int128)] = []
        cuts.reserveCapacity(units.count)
        var rest = amount
        for (index, unit) in units.enumerated() {
            let (product, overflow) = amount.multipliedReportingOverflow(by: unit)
            guard !overflow else { throw .overflow }
            let share = try Rounding.floor.quotient(product, by: total)
            parts.append(share)
            cuts.append((index, product - share * total))
            rest -= share
        }
        // `rest` is less than the number of parts with a remainder, so each of those gets at most one unit.
        cuts.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
        for (index, _) in cuts.prefix(Int(rest)) { parts[index] += 1 }
        return try parts.map { part throws(ArithmeticError) in
            guard let minor = Int64(exactly: isMirrored ? -part : part) else { throw .overflow }
            return Money(minorUnits: minor, currency)
        }
    }

    /// Splits the amount into `count` parts that differ by at most one minor unit, the larger first.
    package func split(into count: Int, sign: AllocationSign = .symmetric) throws(ArithmeticError) -> [Money] {
        guard count > 0 else { throw .unusableWeights }
        return try allocated(by: Array(repeating: .one, count: count), sign: sign)
    }
}
