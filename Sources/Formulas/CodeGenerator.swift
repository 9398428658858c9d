import Amounts

/// Turns a checked formula into a program.
///
/// Results are laid into temporaries like a stack: what an expression leaves lies in the temporary it was told to use,
/// or is a constant or an input that needs no instruction.
struct CodeGenerator {
    private let syntax: Syntax
    private let types: [Kind?]
    private let meanings: [Meaning]
    private var program = Program()
    private var textIndexes: [String: Int] = [:]
    private var tableIndexes: [String: Int] = [:]
    /// Inputs that are sure to hold a value where the code has come to.
    private var known: Set<Int> = []
    /// Where jumps lead.
    private var landings: Set<Int> = []

    private init(_ syntax: Syntax, _ types: [Kind?], _ meanings: [Meaning]) {
        self.syntax = syntax
        self.types = types
        self.meanings = meanings
    }

    static func program(_ syntax: Syntax, types: [Kind?], meanings: [Meaning]) -> Program {
        var generator = CodeGenerator(syntax, types, meanings)
        let result = generator.generate(syntax.root, into: 0)
        generator.emit(.stop, a: result)
        generator.stopWithoutDetour()
        return generator.program
    }

    // MARK: Emitting

    private mutating func emit(
        _ operation: Operation, into target: Int = 0, a: Operand = .small(0), b: Operand = .small(0),
        rounding: Rounding = .halfAwayFromZero
    ) {
        program.temporaryCount = max(program.temporaryCount, target + 1)
        program.code.append(
            Instruction(operation: operation, rounding: rounding, target: UInt16(target), a: a, b: b))
    }

    /// Emits a jump whose aim is not known yet.
    private mutating func emitJump(_ operation: Operation, a: Operand = .small(0)) -> Int {
        program.code.append(Instruction(operation: operation, a: a))
        return program.code.count - 1
    }

    /// Emits the jump over a branch, taken when the test fails; one with the comparison where that came just before.
    private mutating func emitJumpUnless(_ test: Operand, _ place: Int) -> Int {
        let joined: Operation? =
            switch program.code.last?.operation {
            case .isLess: .jumpUnlessLess
            case .isLessOrEqual: .jumpUnlessLessOrEqual
            default: nil
            }
        // Where a jump lands behind the comparison, as behind the right side of `and`, its result is read there.
        guard let joined, let last = program.code.last, test == .temporary(place), Int(last.target) == place,
            !landings.contains(program.code.count)
        else { return emitJump(.jumpIfFalse, a: test) }
        program.code[program.code.count - 1] = Instruction(operation: joined, a: last.a, b: last.b)
        return program.code.count - 1
    }

    /// A jump to the end becomes the end.
    private mutating func stopWithoutDetour() {
        guard let end = program.code.last else { return }
        for index in program.code.indices where program.code[index].operation == .jump {
            if Int(program.code[index].target) == program.code.count - 1 { program.code[index] = end }
        }
    }

    /// Lets the jump lead to the next instruction.
    private mutating func land(_ jump: Int) {
        program.code[jump].target = UInt16(program.code.count)
        landings.insert(program.code.count)
    }

    private mutating func constant(_ scalar: Scalar) -> Operand {
        program.constants.append(scalar)
        return .constant(program.constants.count - 1)
    }

    private mutating func textScalar(_ text: String) -> Scalar {
        let index = textIndexes[text] ?? program.texts.count
        if index == program.texts.count {
            textIndexes[text] = index
            program.texts.append(text)
        }
        return Scalar(Int128(index), scale: 0, .text)
    }

    private mutating func table(_ table: FormulaTable) -> Int {
        if let index = tableIndexes[table.name] { return index }
        let values = table.values.map { scalar($0) }
        program.tables.append(ProgramTable(table, values: values))
        tableIndexes[table.name] = program.tables.count - 1
        return program.tables.count - 1
    }

    private mutating func scalar(_ value: FormulaValue) -> Scalar {
        switch value {
        case .money(let decimal): Scalar(decimal, .money)
        case .rate(let rate): Scalar(rate.decimal, .rate)
        case .quantity(let quantity): Scalar(quantity.decimal, .quantity)
        case .date(let date): Scalar(date)
        case .bool(let bool): Scalar(bool)
        case .text(let text): textScalar(text)
        }
    }

    // MARK: Expressions

    /// Code that leaves the node's value in the operand returned: the temporary `place`, an input or a constant.
    private mutating func generate(_ node: Int, into place: Int) -> Operand {
        switch syntax[node].kind {
        case .invalid, .word: preconditionFailure("only a formula without problems is compiled")
        case .number(let decimal): return constant(Scalar(decimal))
        case .percent(let decimal): return constant(Scalar(decimal, .rate))
        case .text(let text): return constant(textScalar(text))
        case .date(let date): return constant(Scalar(date))
        case .bool(let bool): return constant(Scalar(bool))
        case .name: return input(node)
        case .negative(let operand): return one(.negate, operand, into: place)
        case .not(let operand): return one(.not, operand, into: place)
        case .binary(.and, let left, let right): return either(.jumpIfFalse, left, right, into: place)
        case .binary(.or, let left, let right): return either(.jumpIfTrue, left, right, into: place)
        case .binary(let sign, let left, let right): return binary(sign, left, right, into: place)
        case .conditional(let condition, let then, let otherwise):
            return conditional(condition, then, otherwise, into: place)
        case .membership(let subject, let members): return membership(subject, members, into: place)
        case .call(_, let arguments): return call(node, arguments, into: place)
        }
    }

    private mutating func input(_ node: Int) -> Operand {
        guard case .input(let slot) = meanings[node], let kind = types[node] else {
            preconditionFailure("a checked name is an input")
        }
        program.slotCount = max(program.slotCount, slot + 1)
        if known.insert(slot).inserted {
            emit(.require, a: .input(slot), b: .small(Int(kind.rawValue)))
        }
        return .input(slot)
    }

    private mutating func one(
        _ operation: Operation, _ operand: Int, into place: Int, b: Operand = .small(0),
        rounding: Rounding = .halfAwayFromZero
    ) -> Operand {
        let a = generate(operand, into: place)
        emit(operation, into: place, a: a, b: b, rounding: rounding)
        return .temporary(place)
    }

    private mutating func two(
        _ operation: Operation, _ left: Int, _ right: Int, isSwapped: Bool = false, into place: Int
    ) -> Operand {
        let a = generate(left, into: place)
        let b = generate(right, into: place + 1)
        emit(operation, into: place, a: isSwapped ? b : a, b: isSwapped ? a : b)
        return .temporary(place)
    }

    private mutating func binary(_ sign: BinaryOperator, _ left: Int, _ right: Int, into place: Int) -> Operand {
        let isText = types[left] == .text
        let isDate = types[left] == .date
        switch sign {
        case .plus: return two(isDate ? .addDays : .add, left, right, into: place)
        case .minus:
            let operation: Operation = isDate ? (types[right] == .date ? .daysBetween : .subtractDays) : .subtract
            return two(operation, left, right, into: place)
        case .times: return two(.multiply, left, right, into: place)
        case .over: return two(.divide, left, right, into: place)
        case .equal: return two(isText ? .isEqualText : .isEqual, left, right, into: place)
        case .notEqual: return two(isText ? .isNotEqualText : .isNotEqual, left, right, into: place)
        case .less: return two(.isLess, left, right, into: place)
        case .lessOrEqual: return two(.isLessOrEqual, left, right, into: place)
        case .more: return two(.isLess, left, right, isSwapped: true, into: place)
        case .moreOrEqual: return two(.isLessOrEqual, left, right, isSwapped: true, into: place)
        case .and, .or: preconditionFailure("and, or are compiled by their jumps")
        }
    }

    /// `and`, `or`: the right side only where the left one leaves it open.
    private mutating func either(_ jump: Operation, _ left: Int, _ right: Int, into place: Int) -> Operand {
        move(generate(left, into: place), into: place)
        let end = emitJump(jump, a: .temporary(place))
        let knownBefore = known
        move(generate(right, into: place), into: place)
        known = knownBefore
        land(end)
        return .temporary(place)
    }

    private mutating func move(_ operand: Operand, into place: Int) {
        if operand != .temporary(place) { emit(.move, into: place, a: operand) }
    }

    private mutating func conditional(
        _ condition: Int, _ then: Int, _ otherwise: Int, into place: Int
    ) -> Operand {
        let test = generate(condition, into: place)
        let toElse = emitJumpUnless(test, place)
        let knownBefore = known
        move(generate(then, into: place), into: place)
        let toEnd = emitJump(.jump)
        let knownThen = known
        known = knownBefore
        land(toElse)
        move(generate(otherwise, into: place), into: place)
        known.formIntersection(knownThen)
        land(toEnd)
        return .temporary(place)
    }

    private mutating func membership(_ subject: Int, _ members: [Int], into place: Int) -> Operand {
        let operation: Operation = types[subject] == .text ? .isEqualText : .isEqual
        let value = generate(subject, into: place)
        var toEnd: [Int] = []
        let knownBefore = known
        for (index, member) in members.enumerated() {
            let other = generate(member, into: place + 1)
            emit(operation, into: place + 1, a: value, b: other)
            if index < members.count - 1 { toEnd.append(emitJump(.jumpIfTrue, a: .temporary(place + 1))) }
        }
        known = knownBefore
        toEnd.forEach { land($0) }
        emit(.move, into: place, a: .temporary(place + 1))
        return .temporary(place)
    }

    // MARK: Calls

    private mutating func call(_ node: Int, _ arguments: [Int], into place: Int) -> Operand {
        switch meanings[node] {
        case .date(let date): return constant(Scalar(date))
        case .round(let places, let rounding):
            return one(.round, arguments[0], into: place, b: .small(places), rounding: rounding)
        case .bracket(let table):
            return one(.bracket, arguments[1], into: place, b: .small(self.table(table)))
        case .lookup(let table):
            let operation: Operation = if case .keys = table.shape { .lookupKey } else { .lookupRange }
            return one(operation, arguments[1], into: place, b: .small(self.table(table)))
        case .has(let slot):
            program.slotCount = max(program.slotCount, slot + 1)
            emit(.has, into: place, a: .input(slot))
            return .temporary(place)
        case .function(let function): return call(function, arguments, into: place)
        case .plain, .input: preconditionFailure("a checked call has a meaning")
        }
    }

    private mutating func call(_ function: Function, _ arguments: [Int], into place: Int) -> Operand {
        switch function {
        case .min: return fold(.least, arguments, into: place)
        case .max: return fold(.greatest, arguments, into: place)
        case .clamp:
            // All three are computed before they are compared, in the order in which they are written.
            let x = generate(arguments[0], into: place)
            let lowest = generate(arguments[1], into: place + 1)
            let highest = generate(arguments[2], into: place + 2)
            emit(.greatest, into: place, a: x, b: lowest)
            emit(.least, into: place, a: .temporary(place), b: highest)
            return .temporary(place)
        case .abs: return one(.magnitude, arguments[0], into: place)
        case .money, .rate, .quantity: return generate(arguments[0], into: place)
        case .year: return one(.year, arguments[0], into: place)
        case .month: return one(.month, arguments[0], into: place)
        case .day: return one(.day, arguments[0], into: place)
        case .addMonths: return two(.addMonths, arguments[0], arguments[1], into: place)
        case .monthsBetween: return two(.monthsBetween, arguments[0], arguments[1], into: place)
        case .yearsBetween: return two(.yearsBetween, arguments[0], arguments[1], into: place)
        case .contains: return two(.contains, arguments[0], arguments[1], into: place)
        case .startsWith: return two(.startsWith, arguments[0], arguments[1], into: place)
        case .endsWith: return two(.endsWith, arguments[0], arguments[1], into: place)
        case .round, .bracket, .lookup, .has, .date: preconditionFailure("compiled by their meaning")
        }
    }

    private mutating func fold(_ operation: Operation, _ arguments: [Int], into place: Int) -> Operand {
        var result = generate(arguments[0], into: place)
        for argument in arguments.dropFirst() {
            let next = generate(argument, into: place + 1)
            emit(operation, into: place, a: result, b: next)
            result = .temporary(place)
        }
        return result
    }
}
