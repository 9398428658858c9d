import Amounts
import Configuration

/// What the chart says of an account beside what statements need.
package struct AccountDetails: Hashable, Sendable {
    /// The only currency that the account is kept in; nil where it may hold any.
    package var currency: Currency?
    /// The box or line of a tax return that its movement belongs to: `VAT 6`, `Schedule C 18`.
    package var taxBox: String?
    /// What journals of other programs call it: `assets:bank:checking`.
    package var importNames: [String] = []
    /// Whose open items its balance is made of; nil for an account that has none.
    package var control: Party.Kind?

    package init() {}

    init(of account: StatementAccount, in map: YAMLMapping) {
        currency = map.optional("currency", .currency)
        taxBox = map.optional("tax_box", .text)
        importNames =
            map.optionalValue("import_name").map { value in
                value.shape == .list ? value.list { $0.scalar(.text) } : [value.scalar(.text)]
            } ?? []
        control = map.optional("control", .choice(Party.Kind.self))
        if control != nil, !map.hasProblems, account.type != .asset, account.type != .liability {
            map.report(
                "an account of the type \(account.type.rawValue) is no control account",
                expected: "control for assets and liabilities only", at: "control")
            control = nil
        }
    }
}
