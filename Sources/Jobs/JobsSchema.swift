import Store

/// The tables of runs and of the outbox.
package enum JobsSchema {
    package static let migrations = [
        Migration(number: 1, name: "jobs", sql: String(decoding: PackageResources._001_jobs_sql, as: UTF8.self)),
        Migration(number: 7, name: "nodes", sql: String(decoding: PackageResources._007_nodes_sql, as: UTF8.self)),
    ]
}
