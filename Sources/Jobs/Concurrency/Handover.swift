import Dispatch
import Synchronization

/// Runs `produce` on another thread while `consume` works, on this one, on what it hands over: in order, and never more than
/// `maximumAhead` elements behind.
///
/// ```swift
/// let summary = try consuming(from: { handOver in
///     try reader.read { batch in try handOver { batch } }
/// }) { batch in try write(batch) }
/// ```
/// - Parameters:
///   - produce: calls its argument for each element; that waits until there is room, and makes the element then.
/// - Returns: what `produce` returns.
/// - Throws: what `consume` throws, which ends `produce`; what `produce` throws, after all that it handed over before.
package func consuming<Element: Sendable, Output: Sendable>(
    maximumAhead: Int = 2,
    from produce: @Sendable (_ handOver: @escaping (_ make: () throws -> Element) throws -> Void) throws -> Output,
    _ consume: (Element) throws -> Void
) throws -> Output {
    try withoutActuallyEscaping(produce) { produce in
        let handover = Handover<Element, Output>(capacity: maximumAhead)
        let producer = DispatchGroup()
        DispatchQueue(label: "produce").async(group: producer) {
            handover.end(with: Result { try produce { make in try handover.put(make) } })
        }
        // `produce` must not outlive this call.
        defer {
            handover.cancel()
            producer.wait()
        }
        while true {
            switch handover.take() {
            case .element(let element): try consume(element)
            case .end(let result): return try result.get()
            }
        }
    }
}

/// Elements on their way from one thread to another.
private final class Handover<Element: Sendable, Output: Sendable>: Sendable {
    enum Event: Sendable {
        case element(Element)
        case end(Result<Output, any Error>)
    }

    /// Nobody takes elements any more.
    private struct Canceled: Error {}

    private struct State {
        var waiting: [Event] = []
        var isCanceled = false
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init(capacity: Int) {
        // A semaphore may not end below the value that it was made with.
        for _ in 0..<capacity { room.signal() }
    }

    func put(_ make: () throws -> Element) throws {
        room.wait()
        guard state.withLock({ !$0.isCanceled }) else {
            // Whoever is asked again is told again.
            room.signal()
            throw Canceled()
        }
        let element = try make()
        state.withLock { $0.waiting.append(.element(element)) }
        filled.signal()
    }

    func end(with result: Result<Output, any Error>) {
        state.withLock { $0.waiting.append(.end(result)) }
        filled.signal()
    }

    func take() -> Event {
        filled.wait()
        let event = state.withLock { $0.waiting.removeFirst() }
        if case .element = event { room.signal() }
        return event
    }

    func cancel() {
        state.withLock { $0.isCanceled = true }
        room.signal()
    }
}
