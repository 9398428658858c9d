import Store

/// The tables of people.
package enum PeopleSchema {
    package static let migrations = [
        Migration(number: 2, name: "people", sql: String(decoding: PackageResources._002_people_sql, as: UTF8.self))
    ]
}
