import Synchronization

/// Messages from any thread to the one that waits for them.
final class Inbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let wake: WakeDescriptor

    init() throws(SystemError) {
        wake = try WakeDescriptor()
    }

    func send(_ message: Message) {
        messages.withLock { $0.append(message) }
        wake.wake()
    }

    /// All that has come, in the order in which it came; waits up to `milliseconds` while there is nothing.
    func receive(waitingUpTo milliseconds: Int32) -> [Message] {
        let present = take()
        guard present.isEmpty else { return present }
        wake.wait(maximumMilliseconds: milliseconds)
        wake.clear()
        return take()
    }

    private func take() -> [Message] {
        messages.withLock { messages in
            defer { messages.removeAll(keepingCapacity: true) }
            return messages
        }
    }
}
