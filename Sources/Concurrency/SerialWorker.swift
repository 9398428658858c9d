import Dispatch
import Synchronization

/// Works on elements in their order on another thread, and is never more than `maximumAhead` of them behind.
///
/// ```swift
/// let writer = SerialWorker<[Line]> { lines in try file.write(lines) }
/// for page in pages { try writer.take(lines(of: page)) }
/// try writer.finish()
/// ```
/// The counterpart of `consuming`: there the elements are made on another thread. One that is let go ends after what it was
/// given.
package final class SerialWorker<Element: Sendable> {
    private let handover: Handover<Element, Void>
    private let failure = Failure()
    private let thread = DispatchGroup()
    private var hasEnded = false

    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    package init(maximumAhead: Int = 2, _ work: @escaping @Sendable (Element) throws -> Void) {
        let handover = Handover<Element, Void>(capacity: maximumAhead)
        self.handover = handover
        DispatchQueue(label: "work").async(group: thread) { [failure] in
            do {
                while let element = try handover.next() { try work(element) }
            } catch {
                failure.error.withLock { $0 = error }
                handover.cancel(error)
            }
        }
    }

    deinit { end() }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        handover.end(with: .success(()))
    }

    /// Waits until there is room for an element.
    ///
    /// - Throws: what the work threw on an element before; then nothing is done with this one.
    package func take(_ element: Element) throws {
        try handover.put { element }
    }

    /// Waits until all is done.
    ///
    /// - Throws: what the work threw; then nothing was done with the elements after that one.
    package func finish() throws {
        end()
        thread.wait()
        if let error = failure.error.withLock(\.self) { throw error }
    }
}
