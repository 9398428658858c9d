/// Where a PostgreSQL store is, and how its server is to be spoken with.
struct PostgresAddress: Hashable, Sendable {
    /// What libpq reads, with the password.
    var uri: String
    /// The same past a pooler, where the address names the server behind it.
    var directURI: String?
    var schema: String
    var limits = PostgresLimits()

    /// For what needs a connection of its own: LISTEN, pg_dump, pg_restore.
    var ownConnectionURI: String { directURI ?? uri }
}

/// How long a server may keep us waiting, and we it.
struct PostgresLimits: Hashable, Sendable {
    /// A statement that takes longer is ended by the server. The longest that we give reads or copies millions of rows.
    var statementSeconds = 1_800
    /// For a row or a table that another transaction holds.
    var lockSeconds = 5
    /// A transaction in which nothing is asked for so long is ended by the server: whoever holds it hangs, or its host
    /// is gone.
    var idleSeconds = 900

    /// The parameters of a store's address that say otherwise, and what they may say.
    static let parameters: [(name: String, limit: WritableKeyPath<PostgresLimits, Int> & Sendable)] = [
        ("statement_timeout_seconds", \.statementSeconds), ("lock_timeout_seconds", \.lockSeconds),
        ("idle_timeout_seconds", \.idleSeconds),
    ]
    static let range = 1...86_400
}
