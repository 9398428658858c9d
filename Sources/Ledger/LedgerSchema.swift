import Store

/// The tables of the ledger.
package enum LedgerSchema {
    /// Others stand between them: `Migration.inOrder` puts those of all targets together.
    package static let migrations = [
        Migration(number: 3, name: "ledger", sql: String(decoding: PackageResources._003_ledger_sql, as: UTF8.self)),
        Migration(number: 5, name: "periods", sql: String(decoding: PackageResources._005_periods_sql, as: UTF8.self)),
        Migration(
            number: 6, name: "subledgers", sql: String(decoding: PackageResources._006_subledgers_sql, as: UTF8.self)),
    ]
}
