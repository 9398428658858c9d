import Dispatch
import Synchronization

extension Collection where Self: Sendable, Element: Sendable {
    /// Calls `body` with each element, in order, and what `prepare` made of it. While `body` works on one element,
    /// `prepare` makes the next on another thread; it is never more than `maximumAhead` elements ahead.
    ///
    /// ```swift
    /// try chunks.forEach(preparing: { chunk in try read(chunk) }) { chunk, rows in try write(rows) }
    /// ```
    /// - Throws: what `body` throws; what `prepare` throws, in the place of the element. Either ends both.
    package func forEach<Prepared: Sendable>(
        maximumAhead: Int = 2, preparing prepare: @Sendable (Element) throws -> Prepared,
        _ body: (Element, Prepared) throws -> Void
    ) throws {
        try withoutActuallyEscaping(prepare) { prepare in
            let queue = Handover<Prepared>(capacity: maximumAhead)
            let producer = DispatchGroup()
            DispatchQueue(label: "prepare").async(group: producer) {
                for element in self {
                    guard queue.waitForRoom() else { return }
                    let result = Result { try prepare(element) }
                    queue.put(result)
                    if case .failure = result { return }
                }
            }
            // `prepare` must not outlive this call.
            defer {
                queue.cancel()
                producer.wait()
            }
            for element in self {
                try body(element, try queue.take().get())
            }
        }
    }
}

/// Results on their way from one thread to another.
private final class Handover<Value: Sendable>: Sendable {
    private struct State {
        var waiting: [Result<Value, any Error>] = []
        var isCanceled = false
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init(capacity: Int) {
        // A semaphore may not end below the value that it was made with.
        for _ in 0..<capacity { room.signal() }
    }

    /// False when nobody takes results any more.
    func waitForRoom() -> Bool {
        room.wait()
        return state.withLock { !$0.isCanceled }
    }

    func put(_ result: Result<Value, any Error>) {
        state.withLock { $0.waiting.append(result) }
        filled.signal()
    }

    func take() -> Result<Value, any Error> {
        filled.wait()
        defer { room.signal() }
        return state.withLock { $0.waiting.removeFirst() }
    }

    func cancel() {
        state.withLock { $0.isCanceled = true }
        room.signal()
    }
}
