import Glibc
import Synchronization

/// The writing end of the pipe through which signals leave their handler; a handler can reach nothing but a global.
private let signalPipe = Atomic<Int32>(-1)

/// Signals as values: each is handed to a function on a thread of its own, where everything is allowed.
///
/// The handler writes the signal's number into a pipe, which may be done at any point of a program
/// (signal-safety(7)); the thread reads it. So it does not matter which thread the kernel chooses, or which signals the
/// others block. What is started by posix_spawn has the handlers not: an exec takes them off. Two signals of one kind
/// that come at once may be one, as always.
package final class SignalInbox: Sendable {
    private let pipe: DescriptorPair
    private let previous: [(DaemonSignal, sigaction)]
    private let thread = Mutex<SystemThread?>(nil)
    /// What ends the thread; no signal has this number.
    private static let end: UInt8 = 0

    /// Only one at a time listens in a process.
    package init(
        _ signals: [DaemonSignal] = DaemonSignal.allCases, onSignal: @escaping @Sendable (DaemonSignal) -> Void
    ) throws(SystemError) {
        let pipe = try DescriptorPair()
        try pipe.writing.setNonBlocking()
        self.pipe = pipe
        let (isFree, _) = signalPipe.compareExchange(
            expected: -1, desired: pipe.writing.number, ordering: .sequentiallyConsistent)
        precondition(isFree, "two inboxes for signals in one process")
        previous = signals.map { ($0, Self.listen(to: $0)) }
        let started = try SystemThread(named: "signals") { Self.read(pipe.reading, signals, onSignal) }
        var kept: SystemThread? = started
        thread.withLock { $0 = kept.take() }
    }

    /// The signals do again what they did before. Returns when the last was handed over; not to be called from there.
    package func close() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        for (signal, action) in previous {
            var action = action
            sigaction(Int32(signal.rawValue), &action, nil)
        }
        signalPipe.store(-1, ordering: .sequentiallyConsistent)
        var end = Self.end
        write(pipe.writing.number, &end, 1)
        thread.join()
    }

    /// - Returns: what was done about it before.
    private static func listen(to signal: DaemonSignal) -> sigaction {
        var action = sigaction()
        var previous = sigaction()
        // What waits in another thread goes on waiting.
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            let (descriptor, kept) = (signalPipe.load(ordering: .relaxed), errno)
            var byte = UInt8(truncatingIfNeeded: number)
            if descriptor >= 0 { _ = write(descriptor, &byte, 1) }
            errno = kept
        }
        sigaction(Int32(signal.rawValue), &action, &previous)
        return previous
    }

    private static func read(
        _ pipe: OwnedDescriptor, _ signals: [DaemonSignal], _ onSignal: @Sendable (DaemonSignal) -> Void
    ) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, Int32(signal.rawValue)) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        var buffer = [UInt8](repeating: 0, count: 64)
        while let bytes = try? pipe.read(into: &buffer, maximumBytes: buffer.count), !bytes.isEmpty {
            for byte in bytes {
                guard byte != end else { return }
                if let signal = DaemonSignal(rawValue: byte) { onSignal(signal) }
            }
        }
    }
}
