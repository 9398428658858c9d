import Dispatch

extension RandomAccessCollection where Self: Sendable, Element: Sendable {
    /// `transform` of every element, in order, computed on all cores.
    ///
    /// For pure work: `transform` must not depend on the order in which elements are taken.
    package func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
        let count = count
        // Small enough to even out, large enough that a hand-over costs nothing.
        let stripeItems = Swift.max(16, (count + 63) / 64)
        let stripes = (count + stripeItems - 1) / stripeItems
        guard stripes > 1 else { return map(transform) }
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            // Each stripe writes its own part of the buffer and nothing else.
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: stripes) { stripe in
                let first = stripe * stripeItems
                for offset in first..<Swift.min(first + stripeItems, count) {
                    let element = self[index(startIndex, offsetBy: offset)]
                    results.initializeElement(at: offset, to: transform(element))
                }
            }
            initialized = count
        }
    }
}
