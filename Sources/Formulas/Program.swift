import Amounts

/// One step of the machine: 8 bytes.
struct Instruction: Sendable {
    var operation: Operation
    /// For `round` alone.
    var rounding: Rounding = .halfAwayFromZero
    /// The temporary that takes the result, or the instruction to jump to.
    var target: UInt16 = 0
    var a = Operand(rawValue: 0)
    /// The second operand, or a small number that the operation needs: places, a table, a kind.
    var b = Operand(rawValue: 0)
}

enum Operation: UInt8, Sendable {
    /// `a` is an input that must hold a value of the kind `b`.
    case require
    case has
    case move
    case add, subtract, multiply, divide, negate, magnitude
    case least, greatest
    /// To `b` places.
    case round
    case isLess, isLessOrEqual, isEqual, isNotEqual, not
    case isEqualText, isNotEqualText, contains, startsWith, endsWith
    case jump, jumpIfTrue, jumpIfFalse
    /// A comparison and the jump that follows it, in one.
    case jumpUnlessLess, jumpUnlessLessOrEqual
    case addDays, subtractDays, daysBetween, addMonths, monthsBetween, yearsBetween
    case year, month, day
    /// In the table `b`.
    case bracket, lookupRange, lookupKey
    /// Ends with the result `a`.
    case stop
}

/// Where a value is: two bits for which of the three stores, 14 for the place in it.
struct Operand: Sendable, Equatable {
    var rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    static let maximumIndex = 0x3FFF
    static let firstInput: UInt16 = 0x4000
    static let firstConstant: UInt16 = 0x8000

    /// - Precondition: the index is at most `maximumIndex`; the limits on formulas and scopes keep it so.
    static func temporary(_ index: Int) -> Operand { Operand(rawValue: UInt16(index)) }
    static func input(_ index: Int) -> Operand { Operand(rawValue: firstInput + UInt16(index)) }
    static func constant(_ index: Int) -> Operand { Operand(rawValue: firstConstant + UInt16(index)) }

    static func small(_ value: Int) -> Operand { Operand(rawValue: UInt16(bitPattern: Int16(value))) }
    var small: Int { Int(Int16(bitPattern: rawValue)) }

    var inputIndex: Int { Int(rawValue & 0x3FFF) }
}

/// A table with its values as the machine holds them.
final class ProgramTable: Sendable {
    let table: FormulaTable
    let values: [Scalar]

    init(_ table: FormulaTable, values: [Scalar]) {
        self.table = table
        self.values = values
    }
}

/// A formula compiled for the machine.
struct Program: Sendable {
    var code: [Instruction] = []
    /// Never empty, so that it always has an address.
    var constants: [Scalar] = [.unset]
    var texts: [String] = []
    var tables: [ProgramTable] = []
    /// Places for intermediate results.
    var temporaryCount = 1
    /// Inputs that must exist for the code to read them.
    var slotCount = 0

    /// The text that a scalar stands for.
    func text(_ scalar: Scalar, _ inputs: borrowing FormulaInputs) -> String {
        let index = Int(truncatingIfNeeded: scalar.coefficient)
        return index >= 0 ? texts[index] : inputs.texts[~index]
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard let first = part.first else { return true }
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            text[start] == first && text[start..<start + part.count].elementsEqual(part)
        }
    }
}
