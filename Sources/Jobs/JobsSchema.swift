import Store

/// The tables of runs and of the outbox.
package enum JobsSchema {
    package static let migrations = [
        Migration(number: 1, name: "jobs", sql: String(decoding: PackageResources._001_jobs_sql, as: UTF8.self))
    ]
}
