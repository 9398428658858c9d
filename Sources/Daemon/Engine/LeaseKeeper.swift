import Calendars
import Diagnostics
import Glibc
import Jobs
import Store
import Synchronization

/// Renews the lease of an attempt from a thread of its own, whatever its kind is doing meanwhile.
///
/// A process that lost its run, or that cannot renew for so long that another may be about to take it, ends at once: it
/// could commit nothing any more, and must not send anything either.
final class LeaseKeeper: Sendable {
    /// Between two renewals: three of them fit into a lease.
    static let renewalSeconds: Int32 = Int32(Run.leaseSeconds / 3)
    /// Without a renewal for so long the process ends: before its lease does.
    static let maximumSilentSeconds: Int64 = Run.leaseSeconds * 2 / 3

    private let thread = Mutex<SystemThread?>(nil)
    private let end: WakeDescriptor

    init(_ lease: RunLease, in store: Store, clock: any Clock) throws(SystemError) {
        let end = try WakeDescriptor()
        self.end = end
        var started: SystemThread? = try SystemThread(named: "lease") {
            Self.keep(lease, in: store, clock: clock, until: end)
        }
        thread.withLock { $0 = started.take() }
    }

    /// Returns when no renewal is on its way any more.
    func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        end.wake()
        thread.join()
    }

    private static func keep(_ lease: RunLease, in store: Store, clock: any Clock, until end: WakeDescriptor) {
        let monotonic = ContinuousClock()
        var renewedAt = monotonic.now
        while !end.wait(maximumMilliseconds: renewalSeconds * 1_000) {
            do {
                try store.write { try lease.renew(at: clock.now(), in: $0) }
                renewedAt = monotonic.now
            } catch RunError.cancelRequested {
                renewedAt = monotonic.now
                // The run hears of it at its next commit.
            } catch RunError.fenced {
                leave("the run was taken over by another attempt")
            } catch {
                // The store is locked or cannot be reached: perhaps it can be in time.
            }
            if monotonic.now - renewedAt > .seconds(maximumSilentSeconds) {
                leave("its lease could not be renewed for \(maximumSilentSeconds) s")
            }
        }
    }

    private static func leave(_ reason: String) -> Never {
        let text = "steward: this worker ends at once: \(reason).\n"
        _ = text.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(ExitCode.alreadyRunning.rawValue)
    }
}
