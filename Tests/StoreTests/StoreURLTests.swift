import Testing

@testable import Store

@Suite struct StoreURLTests {
    @Test(arguments: [
        ("sqlite:var/steward.db", "/company/var/steward.db"), ("sqlite:/srv/steward.db", "/srv/steward.db"),
        ("sqlite:a b?.db", "/company/a b?.db"),
    ])
    func `a relative path begins in the company directory`(text: String, path: String) throws {
        let url = try #require(StoreURL(text))
        #expect(url.sqlitePath(relativeTo: "/company") == path)
        #expect(url.description == text)
    }

    @Test(arguments: [
        ("postgresql://localhost/books", "postgresql://localhost/books", "steward"),
        ("postgres://localhost/books?schema=acme", "postgresql://localhost/books", "acme"),
        (
            "postgresql://u:p@h:5433/d?sslmode=require&schema=x_1&connect_timeout=3",
            "postgresql://u:p@h:5433/d?sslmode=require&connect_timeout=3", "x_1"
        ),
        ("postgresql:///postgres?host=/tmp/a", "postgresql:///postgres?host=/tmp/a", "steward"),
    ])
    func `a server's URL is libpq's, without our schema`(text: String, uri: String, schema: String) throws {
        let url = try #require(StoreURL(text))
        #expect(url.location == .postgresql(PostgresAddress(uri: uri, directURI: nil, schema: schema)))
    }

    @Test(arguments: [
        (
            "postgresql://u:p@pool:6432/d?sslmode=require&direct=db:5432",
            "postgresql://u:p@db:5432/d?sslmode=require"
        ),
        (
            "postgresql://pool/d?direct=a:1,b:2&target_session_attrs=read-write",
            "postgresql://a:1,b:2/d?target_session_attrs=read-write"
        ),
        ("postgresql:///d?host=/run/pooler&port=6432&direct=%2Frun%2Fpg&user=u", "postgresql://%2Frun%2Fpg/d?user=u"),
        ("postgresql://u@pool:6432?direct=db", "postgresql://u@db"),
    ])
    func `the server behind a pooler has an address of its own`(text: String, direct: String) throws {
        let url = try #require(StoreURL(text))
        guard case .postgresql(let address) = url.location else { return #expect(Bool(false)) }
        #expect(address.directURI == direct)
        #expect(address.ownConnectionURI == direct)
        #expect(!address.uri.contains("direct"))
        #expect(url.description.contains("direct="))
    }

    @Test func `limits of time are taken from the address`() throws {
        let text = "postgresql://h/d?lock_timeout_seconds=2&statement_timeout_seconds=60&idle_timeout_seconds=9"
        let url = try #require(StoreURL(text))
        guard case .postgresql(let address) = url.location else { return #expect(Bool(false)) }
        #expect(address.uri == "postgresql://h/d")
        #expect(address.limits == PostgresLimits(statementSeconds: 60, lockSeconds: 2, idleSeconds: 9))
    }

    @Test(arguments: [
        ("postgresql://ada:s3cret@host/db", "postgresql://ada:***@host/db"),
        ("postgresql://ada:s3:cr@et@host:5432/db?sslmode=require", "postgresql://ada:***@host:5432/db?sslmode=require"),
        ("postgresql://ada@host/db?password=s3cret&schema=x", "postgresql://ada@host/db?password=***&schema=x"),
        ("postgresql://ada@host/db", "postgresql://ada@host/db"),
        ("postgresql://ada:s3/cret@host/db", "postgresql://ada:***@host/db"),
    ])
    func `a password is never shown`(text: String, shown: String) throws {
        #expect(try #require(StoreURL(text)).description == shown)
    }

    @Test(arguments: [
        "", "sqlite:", "sqlite::memory:", "sqlite://host/x", "steward.db", "/srv/steward.db", "mysql://h/d",
        "postgresql:host", "postgresql://h/d?schema=", "postgresql://h/d?schema=Big", "postgresql://h/d?schema=a;b",
        "postgresql://h/d?schema=1a", "SQLITE:a", "sqlite:a\0b", "postgresql://h/d?lock_timeout_seconds=0",
        "postgresql://h/d?lock_timeout_seconds=5s", "postgresql://h/d?statement_timeout_seconds=86401",
        "postgresql://h/d?idle_timeout_seconds=", "postgresql://h/d?direct=", "postgresql://h/d?direct=u@h",
    ])
    func `what is no store's URL is refused`(text: String) {
        #expect(StoreURL(text) == nil)
    }
}
