import Store

/// The tables of the ledger.
package enum LedgerSchema {
    package static let migrations = [
        Migration(number: 3, name: "ledger", sql: String(decoding: PackageResources._003_ledger_sql, as: UTF8.self))
    ]
}
