/// What a formula, an input or a table value is.
package enum FormulaType: String, CaseIterable, Sendable, Hashable, CustomStringConvertible {
    /// An amount in the one currency of an evaluation, in major units, not rounded to the minor unit.
    case money
    /// A factor: 8 %.
    case rate
    /// How much of something: hours, days, points.
    case quantity
    case date
    /// True or false.
    case bool
    case text

    package var description: String { rawValue }

    var kind: Kind {
        switch self {
        case .money: .money
        case .rate: .rate
        case .quantity: .quantity
        case .date: .date
        case .bool: .bool
        case .text: .text
        }
    }
}

/// The type of a sub-expression, and the tag of a value in the machine.
///
/// `number` is a plain number that has not met anything with a type yet: it becomes money, a rate or a quantity where it
/// meets one. All four are held alike, so becoming one costs nothing at run time.
enum Kind: UInt8, Sendable {
    /// No value: the tag of an input that has not been set.
    case none
    case money, rate, quantity, date, bool, text, number

    var isNumeric: Bool {
        switch self {
        case .money, .rate, .quantity, .number: true
        default: false
        }
    }

    /// Whether values of this kind have an order.
    var isOrdered: Bool { isNumeric || self == .date }

    /// The type that people see; a number that met nothing is a quantity.
    var type: FormulaType {
        switch self {
        case .money: .money
        case .rate: .rate
        case .quantity, .number, .none: .quantity
        case .date: .date
        case .bool: .bool
        case .text: .text
        }
    }

    /// As errors name it: "money", "a rate".
    var name: String {
        switch self {
        case .none: "nothing"
        case .money: "money"
        case .rate: "a rate"
        case .quantity: "a quantity"
        case .date: "a date"
        case .bool: "true or false"
        case .text: "a text"
        case .number: "a number"
        }
    }

    /// The kind that both can be: the same, or the other one where one is a plain number; nil when there is none.
    func unified(with other: Kind) -> Kind? {
        if self == other { return self }
        if self == .number, other.isNumeric { return other }
        if other == .number, isNumeric { return self }
        return nil
    }
}
