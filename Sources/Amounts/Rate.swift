/// A factor: 0.08 is eight per cent. Exact.
package struct Rate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let decimal: ExactDecimal

    package static let zero = Rate(.zero)
    package static let one = Rate(.one)

    @inlinable
    package init(_ decimal: ExactDecimal) {
        self.decimal = decimal
    }

    /// Reads `0.08` or `8%`.
    package init?(_ text: some StringProtocol) {
        if text.hasSuffix("%") {
            guard let percent = ExactDecimal(text.dropLast()), percent.scale <= ExactDecimal.maximumScale - 2 else {
                return nil
            }
            decimal = ExactDecimal(coefficient: percent.coefficient, scale: percent.scale + 2).normalized
        } else {
            guard let decimal = ExactDecimal(text) else { return nil }
            self.decimal = decimal
        }
    }

    /// As `init(_:)`. A type of its own, for other modules cannot specialise what is generic here.
    package init?(_ text: String) {
        if text.utf8.last == UInt8(ascii: "%") {
            self.init(text[...])
        } else {
            guard let decimal = ExactDecimal(text) else { return nil }
            self.init(decimal)
        }
    }

    @inlinable package static func < (a: Rate, b: Rate) -> Bool { a.decimal < b.decimal }

    /// `0.08`.
    package var description: String { decimal.description }

    /// `8%`: for people.
    package var percentText: String {
        guard let percent = try? decimal.multiplied(by: ExactDecimal(100)) else { return description }
        return percent.normalized.description + "%"
    }
}

/// How much of something: hours, days, pieces. Exact.
package struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let decimal: ExactDecimal

    package static let zero = Quantity(.zero)
    package static let one = Quantity(.one)

    @inlinable
    package init(_ decimal: ExactDecimal) {
        self.decimal = decimal
    }

    /// Reads `37.5`.
    package init?(_ text: some StringProtocol) {
        guard let decimal = ExactDecimal(text) else { return nil }
        self.decimal = decimal
    }

    /// As `init(_:)`. A type of its own, for other modules cannot specialise what is generic here.
    package init?(_ text: String) {
        guard let decimal = ExactDecimal(text) else { return nil }
        self.decimal = decimal
    }

    @inlinable package static func < (a: Quantity, b: Quantity) -> Bool { a.decimal < b.decimal }

    package var description: String { decimal.description }
}
