import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How other threads speak to the thread that delivers: they wake it, stop it, and read its counts.
package final class OutboxControl: Sendable {
    private struct State {
        var stopDeadline: ContinuousClock.Instant?
        var counts = OutboxCounts()
    }

    private let state = Mutex(State())
    /// A byte in the pipe is the sign that something is to be done.
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        if readEnd >= 0 { close(readEnd) }
        if writeEnd >= 0 { close(writeEnd) }
    }

    /// Something was put into the outbox: a courier that waits looks at once.
    package func wake() {
        var byte: UInt8 = 1
        // A full pipe has woken it already.
        if writeEnd >= 0 { _ = write(writeEnd, &byte, 1) }
    }

    /// The courier begins no more messages; those under way have this long to end, then they are let go.
    package func stop(graceSeconds: Int) {
        state.withLock { $0.stopDeadline = min($0.stopDeadline, ContinuousClock.now + .seconds(graceSeconds)) }
        wake()
    }

    package var isStopped: Bool { state.withLock { $0.stopDeadline != nil } }

    /// What the courier has done since it was made.
    package var counts: OutboxCounts { state.withLock { $0.counts } }

    var stopDeadline: ContinuousClock.Instant? { state.withLock { $0.stopDeadline } }

    func count(_ state: DeliveryState) {
        self.state.withLock { $0.counts.count(state) }
    }

    /// Waits until it is woken, at most so long.
    func sleep(maximumMilliseconds: Int) {
        guard readEnd >= 0 else {
            usleep(UInt32(clamping: maximumMilliseconds * 1_000))
            return
        }
        var poll = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, Int32(clamping: maximumMilliseconds))
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }
}

private func min(_ a: ContinuousClock.Instant?, _ b: ContinuousClock.Instant) -> ContinuousClock.Instant {
    guard let a else { return b }
    return a < b ? a : b
}

/// What became of messages.
package struct OutboxCounts: Hashable, Sendable {
    package var sent = 0
    package var deferred = 0
    package var refused = 0
    package var inDoubt = 0

    package init(sent: Int = 0, deferred: Int = 0, refused: Int = 0, inDoubt: Int = 0) {
        self.sent = sent
        self.deferred = deferred
        self.refused = refused
        self.inDoubt = inDoubt
    }

    package var total: Int { sent + deferred + refused + inDoubt }

    mutating func count(_ state: DeliveryState) {
        switch state {
        case .sent: sent += 1
        case .deferred: deferred += 1
        case .refused: refused += 1
        case .inDoubt: inDoubt += 1
        default: break
        }
    }
}
