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
        #expect(url.location == .postgresql(uri: uri, schema: schema))
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
        "postgresql://h/d?schema=1a", "SQLITE:a", "sqlite:a\0b",
    ])
    func `what is no store's URL is refused`(text: String) {
        #expect(StoreURL(text) == nil)
    }
}
