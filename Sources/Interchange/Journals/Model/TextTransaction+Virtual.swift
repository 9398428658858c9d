import Amounts

extension TextTransaction {
    /// The same with real postings only, for books that know no others: postings in brackets become real, and those
    /// that nothing balances get their contrary in `counterAccount`.
    ///
    /// - Throws: `overflow` for an amount that has no contrary.
    package func withoutVirtualPostings(
        counterAccount: TextAccountID
    ) throws(ArithmeticError) -> TextTransaction {
        guard postings.contains(where: { $0.kind != .real }) else { return self }
        var result = self
        result.postings.removeAll()
        for posting in postings {
            var real = posting
            real.kind = .real
            result.postings.append(real)
            guard posting.kind == .unbalancedVirtual else { continue }
            let weight = try posting.weight
            var contrary = TextPosting(
                counterAccount, TextAmount(try weight.quantity.negated(), weight.commodity))
            contrary.isInferred = true
            contrary.line = posting.line
            result.postings.append(contrary)
        }
        return result
    }
}
