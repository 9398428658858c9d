import Diagnostics
import Logging
import Store
import Synchronization

/// Wakes the daemon when another process has put something into the store, where the store can tell; on a thread of its
/// own. The daemon looks by itself every half second all the same.
final class NewsListener: Sendable {
    private let end: WakeDescriptor
    private let isStopped = Mutex(false)
    private let thread = Mutex<SystemThread?>(nil)

    /// One wait, after which it looks whether it is to end.
    private static let waitMilliseconds: Int32 = 60_000
    /// Between two attempts to listen again, the first and the longest; each is twice as long as the one before.
    private static let retryMilliseconds: Int32 = 500
    private static let maximumRetryMilliseconds: Int32 = 30_000

    init(_ store: Store, logger: Logger, onNews: @escaping @Sendable () -> Void) throws(SystemError) {
        end = try WakeDescriptor()
        var started: SystemThread? = try SystemThread(named: "listener") { [self] in
            listen(to: store, logger: logger, onNews: onNews)
        }
        thread.withLock { $0 = started.take() }
    }

    /// Returns when nobody listens any more.
    func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        isStopped.withLock { $0 = true }
        end.wake()
        thread.join()
    }

    private func listen(to store: Store, logger: Logger, onNews: @Sendable () -> Void) {
        var retryMilliseconds = Self.retryMilliseconds
        while !isStopped.withLock({ $0 }) {
            do {
                guard let listener = try store.listener() else { return }
                retryMilliseconds = Self.retryMilliseconds
                // What was said before somebody listened.
                onNews()
                while !isStopped.withLock({ $0 }) {
                    if try listener.wait(upToMilliseconds: Self.waitMilliseconds, or: end.number) { onNews() }
                }
            } catch {
                logger.debug(
                    "nobody listens to the store just now", metadata: ["error": "\(Daemon.text(of: error))"])
                end.wait(maximumMilliseconds: retryMilliseconds)
                retryMilliseconds = min(Self.maximumRetryMilliseconds, retryMilliseconds * 2)
            }
        }
    }
}
