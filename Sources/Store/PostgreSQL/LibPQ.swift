import CPostgres

/// The client library of PostgreSQL, which is loaded when it is first needed.
enum LibPQ {
    /// Why it cannot be used, in words for the reader; nil once it is loaded. A `let` of a type is made once, whichever
    /// thread comes first.
    static let failureToLoad: String? = steward_libpq_load().map { words in
        "the client library cannot be loaded (\(String(cString: words))); install it: apt-get install libpq5"
    }
}
