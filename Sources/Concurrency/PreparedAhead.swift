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
        try consuming(
            maximumAhead: maximumAhead,
            from: { handOver in
                for element in self { try handOver { (element, try prepare(element)) } }
            }
        ) { try body($0.0, $0.1) }
    }
}
