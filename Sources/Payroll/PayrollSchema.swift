import Store

/// The tables of payroll.
package enum PayrollSchema {
    package static let migrations = [
        Migration(number: 4, name: "payroll", sql: String(decoding: PackageResources._004_payroll_sql, as: UTF8.self))
    ]
}
