import Amounts
import Calendars

/// Runs a program. One call allocates nothing: temporaries lie on the stack, values hold no references.
extension Program {
    private struct Outcome {
        var result: Scalar
        var stop: Stop?
    }

    @inline(__always)
    func run(_ inputs: borrowing FormulaInputs) throws(Stop) -> Scalar {
        let outcome = execute(inputs)
        if let stop = outcome.stop { throw stop }
        return outcome.result
    }

    private func execute(_ inputs: borrowing FormulaInputs) -> Outcome {
        guard inputs.scalars.count >= slotCount else { return Outcome(result: .unset, stop: .inputNotSet) }
        return code.withUnsafeBufferPointer { code in
            constants.withUnsafeBufferPointer { constants in
                inputs.scalars.withUnsafeBufferPointer { values in
                    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: temporaryCount) { temporaries in
                        guard let code = code.baseAddress, let constants = constants.baseAddress,
                            let temporaries = temporaries.baseAddress
                        else { return Outcome(result: .unset, stop: .overflow) }
                        var result = Scalar.unset
                        do throws(Stop) {
                            result = try execute(
                                code, Stores(temporaries, values.baseAddress ?? constants, constants), inputs)
                            return Outcome(result: result, stop: nil)
                        } catch {
                            return Outcome(result: result, stop: error)
                        }
                    }
                }
            }
        }
    }

    /// The three stores that operands point into, by the two bits that say which.
    ///
    /// The pointers are not checked at each step: the code generator makes every index from the counts that the stores
    /// were made with, and the number of inputs is checked before the start. Nothing from outside becomes an index.
    private struct Stores {
        private let stores: InlineArray<4, UnsafePointer<Scalar>>
        private let temporaries: UnsafeMutablePointer<Scalar>

        @inline(__always)
        init(
            _ temporaries: UnsafeMutablePointer<Scalar>, _ inputs: UnsafePointer<Scalar>,
            _ constants: UnsafePointer<Scalar>
        ) {
            self.temporaries = temporaries
            stores = [UnsafePointer(temporaries), inputs, constants, constants]
        }

        @inline(__always)
        subscript(operand: Operand) -> Scalar {
            stores[unchecked: Int(operand.rawValue >> 14)][Int(operand.rawValue & 0x3FFF)]
        }

        @inline(__always)
        func put(_ scalar: Scalar, _ target: UInt16) {
            (temporaries + Int(target)).initialize(to: scalar)
        }
    }

    private func execute(
        _ code: UnsafePointer<Instruction>, _ stores: Stores, _ inputs: borrowing FormulaInputs
    ) throws(Stop) -> Scalar {
        var position = 0
        while true {
            let step = code[position]
            position &+= 1
            let result: Scalar
            switch step.operation {
            case .require:
                let kind = stores[step.a].kind
                if kind.rawValue == UInt8(truncatingIfNeeded: step.b.rawValue) { continue }
                throw kind == .none ? .inputNotSet : .inputOfOtherType
            case .has: result = Scalar(stores[step.a].kind != .none)
            case .move: result = stores[step.a]
            case .add: result = try Scalar.sum(stores[step.a], stores[step.b])
            case .subtract: result = try Scalar.difference(stores[step.a], stores[step.b])
            case .multiply: result = try Scalar.product(stores[step.a], stores[step.b])
            case .divide: result = try Scalar.quotient(stores[step.a], stores[step.b])
            case .negate: result = try Scalar.negated(stores[step.a])
            case .magnitude: result = try Scalar.magnitude(stores[step.a])
            case .least: result = Scalar.least(stores[step.a], stores[step.b])
            case .greatest: result = Scalar.greatest(stores[step.a], stores[step.b])
            case .round: result = try Scalar.rounded(stores[step.a], places: step.b.small, step.rounding)
            case .isLess: result = Scalar(Scalar.isLess(stores[step.a], stores[step.b]))
            case .isLessOrEqual: result = Scalar(!Scalar.isLess(stores[step.b], stores[step.a]))
            case .isEqual: result = Scalar(Scalar.isEqual(stores[step.a], stores[step.b]))
            case .isNotEqual: result = Scalar(!Scalar.isEqual(stores[step.a], stores[step.b]))
            case .not: result = Scalar(!stores[step.a].isTrue)
            case .jump:
                position = Int(step.target)
                continue
            case .jumpIfTrue:
                if stores[step.a].isTrue { position = Int(step.target) }
                continue
            case .jumpIfFalse:
                if !stores[step.a].isTrue { position = Int(step.target) }
                continue
            case .jumpUnlessLess:
                if !Scalar.isLess(stores[step.a], stores[step.b]) { position = Int(step.target) }
                continue
            case .jumpUnlessLessOrEqual:
                if Scalar.isLess(stores[step.b], stores[step.a]) { position = Int(step.target) }
                continue
            case .stop: return stores[step.a]
            case .isEqualText, .isNotEqualText, .contains, .startsWith, .endsWith, .lookupKey:
                result = try textual(step, stores[step.a], stores, inputs)
            case .bracket, .lookupRange, .addDays, .subtractDays, .daysBetween, .addMonths, .monthsBetween,
                .yearsBetween, .year, .month, .day:
                result = try rarer(step, stores[step.a], stores)
            }
            stores.put(result, step.target)
        }
    }

    @inline(never)
    private func textual(
        _ step: Instruction, _ a: Scalar, _ stores: Stores, _ inputs: borrowing FormulaInputs
    ) throws(Stop) -> Scalar {
        let left = text(a, inputs)
        switch step.operation {
        case .isEqualText: return Scalar(left == text(stores[step.b], inputs))
        case .isNotEqualText: return Scalar(left != text(stores[step.b], inputs))
        case .contains: return Scalar(Self.contains(left, text(stores[step.b], inputs)))
        case .startsWith: return Scalar(left.utf8.starts(with: text(stores[step.b], inputs).utf8))
        case .endsWith: return Scalar(left.utf8.reversed().starts(with: text(stores[step.b], inputs).utf8.reversed()))
        default:
            let table = tables[step.b.small]
            guard let row = table.table.rowsByKey[left] else { throw .keyNotFound }
            return table.values[row]
        }
    }

    @inline(never)
    private func rarer(_ step: Instruction, _ a: Scalar, _ stores: Stores) throws(Stop) -> Scalar {
        switch step.operation {
        case .bracket:
            let table = tables[step.b.small].table
            guard let row = table.row(covering: a) else { throw .notCovered }
            return try table.amount(row: row, a)
        case .lookupRange:
            let table = tables[step.b.small]
            guard let row = table.table.row(covering: a) else { throw .notCovered }
            return table.values[row]
        case .addDays: return try Scalar.day(a, plus: stores[step.b])
        case .subtractDays: return try Scalar.day(a, plus: Scalar.negated(stores[step.b]))
        case .daysBetween: return try Scalar.difference(a, stores[step.b])
        case .addMonths: return try Scalar.day(a, plusMonths: stores[step.b])
        case .monthsBetween: return try Scalar.months(from: a, to: stores[step.b])
        case .yearsBetween: return try Scalar.years(from: a, to: stores[step.b])
        case .year: return .whole(try Scalar.calendarDate(a).year)
        case .month: return .whole(try Scalar.calendarDate(a).month)
        default: return .whole(try Scalar.calendarDate(a).day)
        }
    }
}
