/// Waits until another process has put something into the store for us (`Connection.tellAtCommit`).
///
/// It belongs to one thread. A message may be lost with its connection, so whoever listens looks by itself now and then.
package protocol StoreListener: AnyObject {
    /// Waits until there is news, the descriptor `stop` can be read, or the time is over.
    ///
    /// - Returns: whether there is news.
    /// - Throws: `StoreError.unreachable` when the connection is lost; the listener is of no use any more.
    func wait(upToMilliseconds milliseconds: Int32, or stop: Int32) throws -> Bool
}

extension Store {
    /// Something that hears of news in the store; nil where the database cannot tell: on SQLite, and behind a pooler when
    /// the store's address does not name the server itself (`direct`).
    package func listener() throws -> (any StoreListener)? {
        guard let driver = driver as? PostgresDriver else { return nil }
        return try PostgresListener(driver.address, store: driver.name, secrets: driver.secrets)
    }
}
