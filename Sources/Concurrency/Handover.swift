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
            handover.cancel(NobodyTakes())
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

/// The call that took the elements has ended.
private struct NobodyTakes: Error {}

/// Elements on their way from one thread to another, a few of them at most.
///
/// ```swift
/// let batches = Handover<RowBatch, Void>(capacity: 4)
/// // The one thread …                          … and the other:
/// try batches.put { batch }                    while let batch = try batches.next() { try write(batch) }
/// batches.end(with: .success(()))
/// ```
package final class Handover<Element: Sendable, Output: Sendable>: Sendable {
    package enum Event: Sendable {
        case element(Element)
        case end(Result<Output, any Error>)
    }

    private struct State {
        var waiting: [Event] = []
        /// Why nobody takes elements any more.
        var cancellation: (any Error)?
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    package init(capacity: Int) {
        // A semaphore may not end below the value that it was made with.
        for _ in 0..<capacity { room.signal() }
    }

    /// Waits until there is room, and makes the element then.
    ///
    /// - Throws: what the taker canceled with; what `make` throws.
    package func put(_ make: () throws -> Element) throws {
        room.wait()
        if let cancellation = state.withLock({ $0.cancellation }) {
            // Whoever is asked again is told again.
            room.signal()
            throw cancellation
        }
        let element = try make()
        state.withLock { $0.waiting.append(.element(element)) }
        filled.signal()
    }

    /// Nothing more comes. Called once, also after the taker has canceled.
    package func end(with result: Result<Output, any Error>) {
        state.withLock { $0.waiting.append(.end(result)) }
        filled.signal()
    }

    /// Waits for an element or the end; whoever asks again after the end is given it again.
    package func take() -> Event {
        filled.wait()
        let event = state.withLock { state in
            if case .end = state.waiting[0] { return state.waiting[0] }
            return state.waiting.removeFirst()
        }
        switch event {
        case .element: room.signal()
        case .end: filled.signal()
        }
        return event
    }

    /// Waits for an element.
    ///
    /// - Returns: nil after the last.
    /// - Throws: what the other thread ended with, after all that it put before.
    package func next() throws -> Element? {
        switch take() {
        case .element(let element): return element
        case .end(let result):
            _ = try result.get()
            return nil
        }
    }

    /// The taker gives up: whoever puts anything from now on is told `reason`.
    package func cancel(_ reason: any Error) {
        state.withLock { $0.cancellation = $0.cancellation ?? reason }
        room.signal()
    }
}
