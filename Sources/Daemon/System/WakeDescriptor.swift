import CLinux
import Glibc

/// Ends another thread's wait in poll(2): an eventfd(2).
final class WakeDescriptor: Sendable {
    private let descriptor: OwnedDescriptor

    init() throws(SystemError) {
        let number = linux_event_descriptor()
        guard number >= 0 else { throw SystemError("eventfd") }
        descriptor = OwnedDescriptor(number)
    }

    var number: Int32 { descriptor.number }

    func wake() {
        var one: UInt64 = 1
        // The counter is full only when a wake-up is pending already.
        _ = write(descriptor.number, &one, 8)
    }

    /// Waits until it is woken, at most so long.
    ///
    /// - Returns: whether it was woken.
    @discardableResult
    func wait(maximumMilliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, maximumMilliseconds) > 0
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor.number, &count, 8)
    }
}
