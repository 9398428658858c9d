/// What the balance of a posting's account is said to be after it: `= 100.00 EUR`.
package struct TextAssertion: Hashable, Sendable {
    package var amount: TextAmount
    /// Whether the accounts below it count, too: `=*`.
    package var includesSubaccounts = false
    /// Whether the account holds no other commodity: `==`.
    package var isSole = false
    /// Whether the posting had no amount, which then follows from the balance.
    package var isAssignment = false

    package init(_ amount: TextAmount) {
        self.amount = amount
    }
}
