import Amounts
import Calendars

/// A value as the machine holds it: 18 bytes, no reference, the same shape for every type.
///
/// Numbers are `coefficient × 10^−scale`; a date is its day number; a bool is 0 or 1; a text is its place in the
/// formula's texts, or the complement of its slot among the inputs' texts.
struct Scalar: Sendable {
    var coefficient: Int128
    var scale: UInt8
    var kind: Kind

    @inline(__always)
    init(_ coefficient: Int128, scale: UInt8, _ kind: Kind = .number) {
        self.coefficient = coefficient
        self.scale = scale
        self.kind = kind
    }

    @inline(__always)
    init(_ decimal: ExactDecimal, _ kind: Kind = .number) {
        self.init(decimal.coefficient, scale: decimal.scale, kind)
    }

    @inline(__always)
    init(_ bool: Bool) {
        self.init(bool ? 1 : 0, scale: 0, .bool)
    }

    @inline(__always)
    init(_ date: CalendarDate) {
        self.init(Int128(date.dayNumber), scale: 0, .date)
    }

    static func whole(_ value: Int) -> Scalar { Scalar(Int128(value), scale: 0) }

    static let unset = Scalar(0, scale: 0, .none)

    @inline(__always) var isTrue: Bool { coefficient != 0 }

    @inline(__always) var decimal: ExactDecimal { ExactDecimal(coefficient: coefficient, scale: scale) }
}

/// Why an evaluation stopped, as the machine says it. The words are made afterwards, off the fast path.
enum Stop: Error, Sendable {
    case overflow
    case divisionByZero
    /// An input that was read has no value.
    case inputNotSet
    /// An input holds another type than was declared.
    case inputOfOtherType
    /// A lookup found no row for its key.
    case keyNotFound
    /// No row of the table covers the number.
    case notCovered
    /// A date moved by a part of a day or of a month.
    case notWhole
    /// Before 0001-01-01 or after 9999-12-31.
    case dateOutOfRange
}
