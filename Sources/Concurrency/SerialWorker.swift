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
    private let working: WorkAlongside
    private var hasEnded = false

    package init(maximumAhead: Int = 2, _ work: @escaping @Sendable (Element) throws -> Void) {
        let handover = Handover<Element, Void>(capacity: maximumAhead)
        self.handover = handover
        working = WorkAlongside {
            do {
                while let element = try handover.next() { try work(element) }
            } catch {
                handover.cancel(error)
                throw error
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
        try working.finish()
    }
}
