import Diagnostics

/// What formulas can name: inputs with their types, and tables.
///
/// ```swift
/// var scope = FormulaScope()
/// let gross = try scope.declare(input: "gross", .money, description: "pay before deductions")
/// try scope.declare(bands)
/// ```
/// A scope only grows, so that a formula compiled in it stays valid, and its slots too, when more is declared.
package struct FormulaScope: Sendable {
    package struct Input: Sendable, Hashable {
        package let name: String
        package let type: FormulaType
        /// One line for people: documentation and explanations.
        package let description: String
        package let slot: FormulaSlot
    }

    package private(set) var inputs: [Input] = []
    private var slots: [String: FormulaSlot] = [:]
    private(set) var tables: [String: FormulaTable] = [:]
    /// Names that are known and whose type is not, because their formula is wrong: to use one is no further problem.
    private(set) var namesWithoutType: Set<String> = []

    /// Names that formulas cannot use, with the reason.
    private(set) var refusals: [String: String] = [:]

    package init() {}

    /// Says why formulas cannot use a name that they might be thought to: "… spreads over several columns".
    package mutating func refuse(_ name: String, because reason: String) {
        refusals[name] = reason
    }

    /// Declares an input.
    ///
    /// - Returns: where its value goes in `FormulaInputs`.
    @discardableResult
    package mutating func declare(
        input name: String, _ type: FormulaType, description: String
    ) throws(FormulaScopeError) -> FormulaSlot {
        try requireNew(name)
        guard inputs.count < FormulaLimits.maximumInputs else { throw .tooManyInputs(name) }
        let slot = FormulaSlot(index: inputs.count, type: type)
        inputs.append(Input(name: name, type: type, description: description, slot: slot))
        slots[name] = slot
        namesWithoutType.remove(name)
        return slot
    }

    package mutating func declare(_ table: FormulaTable) throws(FormulaScopeError) {
        try requireNew(table.name)
        tables[table.name] = table
    }

    /// Makes `name` known without a type, until it is declared with one: to use it is no further problem, but no formula that
    /// does is compiled.
    package mutating func declareWithoutType(_ name: String) {
        namesWithoutType.insert(name)
    }

    package func slot(_ name: String) -> FormulaSlot? { slots[name] }

    package func table(_ name: String) -> FormulaTable? { tables[name] }

    /// The name of the input at `index`.
    func name(ofSlot index: Int) -> String { inputs[index].name }

    /// What a name must look like, for error messages.
    package static let nameRule =
        "small letters, digits and _, at most 64, beginning with a letter, and no word of the language"

    /// Whether formulas can use this name: `[a-z][a-z0-9_]*`, at most 64 bytes, not one of the words `if then else and
    /// or not in true false`. The name of a function can be used: a function is known by its parenthesis.
    package static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, Lexer.isSmallLetter(first), name.utf8.count <= 64,
            name.utf8.allSatisfy(Lexer.isNamePart)
        else { return false }
        return Keyword(rawValue: name) == nil
    }

    private func requireNew(_ name: String) throws(FormulaScopeError) {
        guard Self.isValidName(name) else { throw .invalidName(name) }
        guard slots[name] == nil, tables[name] == nil else { throw .alreadyDeclared(name) }
    }
}

/// The place of one input's value.
package struct FormulaSlot: Sendable, Hashable {
    let index: Int
    package let type: FormulaType
}

/// A declaration that a scope refuses.
package enum FormulaScopeError: Error, Hashable, Sendable {
    case invalidName(String)
    case alreadyDeclared(String)
    case tooManyInputs(String)
}

extension FormulaScopeError: ReportableError {
    /// The problem at the place where the name was declared.
    package func problem(at location: SourceLocation?) -> Problem {
        switch self {
        case .invalidName(let name):
            Problem("\"\(name)\" is not a name that formulas can use", expected: FormulaScope.nameRule, at: location)
        case .alreadyDeclared(let name):
            Problem("the name \"\(name)\" is already taken", expected: "a name of its own", at: location)
        case .tooManyInputs(let name):
            Problem(
                "\"\(name)\" is one name too many", expected: "at most \(FormulaLimits.maximumInputs) in one scope",
                at: location)
        }
    }

    package var failure: Failure {
        Failure(.usage, "A name for formulas is refused.", problems: [problem(at: nil)])
    }
}
