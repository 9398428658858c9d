import CPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A connection that hears when a transaction of another process has something for us (LISTEN).
///
/// It stays open and has no transaction, which a pooler cannot give: it goes to the server itself.
final class PostgresListener: StoreListener {
    private let session: PostgresSession
    private let schema: String

    /// One for all stores of a database; the message names the schema.
    static let channel = "steward"

    /// - Returns: nil behind a pooler, where nobody knows which connection would listen.
    init?(_ address: PostgresAddress, store: String, secrets: [String]) throws {
        session = try PostgresSession(address, uri: address.ownConnectionURI, store: store, secrets: secrets)
        schema = address.schema
        guard !session.isPooled else { return nil }
        try session.script("LISTEN \(Self.channel)")
    }

    func wait(upToMilliseconds milliseconds: Int32, or stop: Int32) throws -> Bool {
        // What came in before we wait.
        if try takeNews() { return true }
        var descriptors = [
            pollfd(fd: PQsocket(session.connection), events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0, descriptors[0].revents != 0 else {
            return false
        }
        return try takeNews()
    }

    private func takeNews() throws -> Bool {
        guard PQconsumeInput(session.connection) == 1, session.isAlive else {
            throw StoreError.unreachable(store: schema, reason: PostgresErrors.reason(session.connection))
        }
        var isNews = false
        while let message = PQnotifies(session.connection) {
            if let text = message.pointee.extra, String(cString: text) == schema { isNews = true }
            PQfreemem(message)
        }
        return isNews
    }
}
