/// What a posting's amount was exchanged for: `@ 1.10 USD` each, or `@@ 110 USD` in all.
package struct TextPrice: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case perUnit
        /// For the whole amount; written without its sign.
        case total
    }

    package var kind: Kind
    package var amount: TextAmount
    /// Whether the journal left it out and it follows from the transaction's two commodities.
    package var isInferred: Bool

    package init(_ kind: Kind, _ amount: TextAmount, isInferred: Bool = false) {
        self.kind = kind
        self.amount = amount
        self.isInferred = isInferred
    }
}
