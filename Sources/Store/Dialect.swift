/// Which database is behind a store: for tests and diagnostics. Domain code never asks.
package enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgresql
}
