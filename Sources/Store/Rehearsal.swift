#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one transaction of `Store.rehearsing`.
///
/// It may cross threads with its store, and refuses every thread but the one that began it.
final class Rehearsal: @unchecked Sendable {
    private let session: any Session
    private let thread = pthread_self()
    private var isOver = false

    init(_ session: any Session) {
        self.session = session
    }

    func end() {
        isOver = true
    }

    func read<T>(_ body: (Connection) throws -> T) throws -> T {
        try withAccess(isReadOnly: true) { try Store.connected(session, body) }
    }

    func write<T>(_ body: (Connection) throws -> T) throws -> T {
        try withAccess(isReadOnly: false) {
            try session.savepoint(named: "rehearsed") { try Store.connected(session, body) }
        }
    }

    private func withAccess<T>(isReadOnly: Bool, _ body: () throws -> T) throws -> T {
        guard pthread_equal(thread, pthread_self()) != 0, !isOver else {
            throw StoreError.misuse("a rehearsing store is used outside its closure or by another thread")
        }
        let before = session.isReadOnly
        session.isReadOnly = isReadOnly
        defer { session.isReadOnly = before }
        return try body()
    }
}
