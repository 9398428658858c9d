import Diagnostics

extension LedgerSettings {
    /// The accounts that a settlement posts to besides those of its items.
    ///
    /// - Throws: a failure where `config/ledger.yaml` does not name them.
    package func settlementAccounts() throws(Failure) -> Settlement.Accounts {
        let accounts = try requiredAccounts()
        return Settlement.Accounts(
            exchangeGain: accounts.exchangeGain, exchangeLoss: accounts.exchangeLoss, residue: accounts.rounding,
            conversion: accounts.conversion)
    }

    /// The accounts that the ledger itself posts to.
    package func requiredAccounts() throws(Failure) -> LedgerAccounts {
        guard let accounts else {
            throw Failure(
                .refused, "There is no \(Self.file): nobody has said where exchange differences and rounding go.",
                advice: "Write it with its accounts, as docs/guide/close.md shows it.")
        }
        return accounts
    }
}
