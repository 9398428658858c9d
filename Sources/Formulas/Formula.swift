import Diagnostics

/// A formula, read and checked once, evaluated many times.
///
/// ```swift
/// let formula = Formula.compile(
///     "if gross > 1000 then round(gross * rate, 2) else 0", at: location, in: scope, expecting: .money,
///     problems: &problems)
/// inputs.set(gross, Money(minorUnits: 125_000, .gbp))
/// inputs.set(rate, Rate("8%"))
/// let levy = try formula.evaluate(inputs)            // .money(100.00)
/// ```
/// Total and without side effects: every evaluation ends, with a value or a `FormulaError`, and the same inputs give
/// the same value. The language is described in `docs/reference/formulas.md`.
package struct Formula: Sendable {
    let compiled: CompiledFormula

    /// Reads and checks a formula.
    ///
    /// - Parameters:
    ///   - text: the formula; it may have several lines.
    ///   - location: where the text begins in its file. Its further lines are taken to begin in the same column.
    ///   - scope: what the formula can name.
    ///   - type: what it must give; nil for whatever it gives (a plain number counts as a quantity then).
    ///   - problems: takes everything that is wrong, with its line and column.
    /// - Returns: the formula, or nil when there is a problem.
    package static func compile(
        _ text: String, at location: SourceLocation, in scope: FormulaScope, expecting type: FormulaType?,
        problems: inout ProblemList
    ) -> Formula? {
        let source = SourceText(text, at: location)
        guard let syntax = Parser.parse(source, problems: &problems) else { return nil }
        return compile(text, syntax, of: source, in: scope, expecting: type, problems: &problems)
    }

    static func compile(
        _ text: String, _ syntax: Syntax, of source: SourceText, in scope: FormulaScope, expecting type: FormulaType?,
        problems: inout ProblemList
    ) -> Formula? {
        var checker = TypeChecker(syntax, of: source, in: scope, problems: problems)
        checker.check()
        problems = checker.problems
        guard let kind = checker.types[syntax.root] else { return nil }
        if let type, kind != type.kind, !(kind == .number && type.kind.isNumeric) {
            problems.add(
                "the formula gives \(kind.name)", expected: type.kind.name,
                at: source.location(syntax[syntax.root].range.lowerBound))
            return nil
        }
        // A part may be wrong although the whole has a type, as a comparison always has.
        guard syntax.isComplete, checker.isWhole else { return nil }
        let resultType = type ?? kind.type
        let inputNames = syntax.inputNames(checker.meanings, in: scope)
        return Formula(
            compiled: CompiledFormula(
                text: text, source: source, syntax: syntax, types: checker.types, meanings: checker.meanings,
                resultType: resultType, inputNames: inputNames,
                program: CodeGenerator.program(syntax, types: checker.types, meanings: checker.meanings)))
    }

    /// As it was written.
    package var text: String { compiled.text }
    /// Where it was written.
    package var location: SourceLocation { compiled.source.location(0) }
    package var resultType: FormulaType { compiled.resultType }
    /// The inputs that it names, in order of appearance, each once.
    package var inputNames: [String] { compiled.inputNames }

    /// The value for these inputs.
    ///
    /// - Precondition: `inputs` were made for the scope that the formula was compiled in, or for one grown from it.
    /// - Throws: `FormulaError` where a part of it has no value: overflow, a division by zero, a missing key or input.
    @inline(__always)
    package func evaluate(_ inputs: borrowing FormulaInputs) throws(FormulaError) -> FormulaValue {
        let result: Scalar
        do throws(Stop) {
            result = try compiled.program.run(inputs)
        } catch {
            throw compiled.error(error, inputs)
        }
        return compiled.value(result, inputs)
    }

    /// The value for these inputs, with every step that led to it where `explanation` is not nil.
    package func evaluate(
        _ inputs: borrowing FormulaInputs, explanation: inout Explanation?
    ) throws(FormulaError) -> FormulaValue {
        guard explanation != nil else { return try evaluate(inputs) }
        var walk = ExplainedEvaluation(compiled, copy inputs)
        defer { walk.explanation.steps.forEach { explanation?.add($0) } }
        return compiled.value(try walk.result(), inputs)
    }
}

/// What a formula shares among its copies; nothing in it changes.
final class CompiledFormula: Sendable {
    let text: String
    let source: SourceText
    let syntax: Syntax
    let types: [Kind?]
    let meanings: [Meaning]
    let resultType: FormulaType
    let inputNames: [String]
    let program: Program

    init(
        text: String, source: SourceText, syntax: Syntax, types: [Kind?], meanings: [Meaning], resultType: FormulaType,
        inputNames: [String], program: Program
    ) {
        self.text = text
        self.source = source
        self.syntax = syntax
        self.types = types
        self.meanings = meanings
        self.resultType = resultType
        self.inputNames = inputNames
        self.program = program
    }

    @inline(__always)
    func value(_ scalar: Scalar, _ inputs: borrowing FormulaInputs) -> FormulaValue {
        switch resultType {
        case .money: .money(scalar.decimal)
        case .rate: .rate(.init(scalar.decimal))
        case .quantity: .quantity(.init(scalar.decimal))
        case .bool: .bool(scalar.isTrue)
        // The machine makes no day outside the calendar.
        case .date: .date(.init(dayNumber: Int32(truncatingIfNeeded: scalar.coefficient)))
        case .text: .text(program.text(scalar, inputs))
        }
    }

    /// The words for a stop: the evaluation is walked again, slowly, to the part that has no value.
    @inline(never)
    func error(_ stop: Stop, _ inputs: borrowing FormulaInputs) -> FormulaError {
        var walk = ExplainedEvaluation(self, copy inputs)
        do throws(FormulaError) {
            _ = try walk.result()
        } catch {
            return error
        }
        preconditionFailure("the machine stopped (\(stop)) where the walk did not: \(text)")
    }
}

extension Syntax {
    /// The inputs named, in order of appearance, `has` included, each once.
    fileprivate func inputNames(_ meanings: [Meaning], in scope: FormulaScope) -> [String] {
        var seen: Set<Int> = []
        return meanings.compactMap { meaning in
            switch meaning {
            case .input(let slot), .has(let slot): seen.insert(slot).inserted ? scope.name(ofSlot: slot) : nil
            default: nil
            }
        }
    }
}
