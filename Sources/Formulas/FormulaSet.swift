import Diagnostics

/// Named formulas that may use one another, in an order in which each comes after those that it uses.
///
/// ```swift
/// let set = FormulaSet.compile(definitions, in: scope, problems: &problems)
/// for item in set.items {
///     inputs.set(item.slot, try item.formula.evaluate(inputs))
/// }
/// ```
package struct FormulaSet: Sendable {
    /// A formula with its name, as it was written.
    package struct Definition: Sendable {
        package var name: String
        package var nameLocation: SourceLocation
        package var text: String
        package var textLocation: SourceLocation
        /// The type that it must give; nil for whatever it gives.
        package var type: FormulaType?
        package var description: String

        package init(
            name: String, at nameLocation: SourceLocation, text: String, at textLocation: SourceLocation,
            type: FormulaType?, description: String = ""
        ) {
            self.name = name
            self.nameLocation = nameLocation
            self.text = text
            self.textLocation = textLocation
            self.type = type
            self.description = description
        }
    }

    package struct Item: Sendable {
        package let name: String
        package let formula: Formula
        /// Where the formula's value goes, for those that use it.
        package let slot: FormulaSlot
    }

    /// In dependency order; where that leaves a choice, in the order in which they were given.
    package let items: [Item]
    /// The scope with the names of the formulas: what `FormulaInputs` must be made for.
    package let scope: FormulaScope

    /// Compiles all formulas.
    ///
    /// - Returns: the set; nil when there is any problem: in a formula, in a name, or formulas that use one another in a
    ///   circle, each reported with its path.
    package static func compile(
        _ definitions: [Definition], in scope: FormulaScope, problems: inout ProblemList
    ) -> FormulaSet? {
        let countBefore = problems.count
        var scope = scope
        var drafts: [Draft] = []
        var indexes: [String: Int] = [:]
        for definition in definitions {
            guard let draft = Draft(definition, &scope, isNew: indexes[definition.name] == nil, &problems) else {
                continue
            }
            indexes[definition.name] = drafts.count
            drafts.append(draft)
        }
        let order = DependencyOrder(drafts.map { $0.dependencies(indexes) })
        for cycle in order.cycles {
            let path = (cycle.members + cycle.members.prefix(1)).map { drafts[$0].definition.name }
            problems.add(
                "the formula uses itself: \(path.joined(separator: " → "))",
                expected: "formulas that do not use one another in a circle",
                at: drafts[cycle.closing].location(cycle.tag))
        }
        var items: [Item] = []
        for index in order.order {
            if let item = drafts[index].compiled(&scope, &problems) { items.append(item) }
        }
        return problems.count == countBefore ? FormulaSet(items: items, scope: scope) : nil
    }

    /// Evaluates all formulas in order and puts each value into its slot, as it is, unrounded.
    package func evaluate(into inputs: inout FormulaInputs) throws(FormulaError) {
        for item in items {
            inputs.set(item.slot, try item.formula.evaluate(inputs))
        }
    }
}

/// A definition whose text has been read and not yet checked.
private struct Draft {
    let definition: FormulaSet.Definition
    private let source: SourceText
    private let syntax: Syntax?

    /// Reads the text and makes the name known; nil, with a problem, when the name cannot be used.
    init?(
        _ definition: FormulaSet.Definition, _ scope: inout FormulaScope, isNew: Bool, _ problems: inout ProblemList
    ) {
        self.definition = definition
        source = SourceText(definition.text, at: definition.textLocation)
        // Read in any case, so that its mistakes are reported along with that of its name.
        syntax = Parser.parse(source, problems: &problems)
        let name = definition.name
        guard FormulaScope.isValidName(name) else {
            problems.add(FormulaScopeError.invalidName(name).problem(at: definition.nameLocation))
            return nil
        }
        guard isNew, scope.slot(name) == nil, scope.table(name) == nil else {
            problems.add(FormulaScopeError.alreadyDeclared(name).problem(at: definition.nameLocation))
            return nil
        }
        scope.declareWithoutType(name)
    }

    /// The other drafts that this one uses, each with the node where it does.
    func dependencies(_ indexes: [String: Int]) -> [(target: Int, tag: Int)] {
        (syntax?.references ?? []).compactMap { reference in
            indexes[reference.name].map { (target: $0, tag: reference.node) }
        }
    }

    func location(_ node: Int) -> SourceLocation {
        source.location(syntax?[node].range.lowerBound ?? 0)
    }

    /// Compiles the formula and declares its name with its type.
    func compiled(_ scope: inout FormulaScope, _ problems: inout ProblemList) -> FormulaSet.Item? {
        let formula = syntax.flatMap { syntax in
            Formula.compile(
                definition.text, syntax, of: source, in: scope, expecting: definition.type, problems: &problems)
        }
        guard let type = formula?.resultType ?? definition.type else { return nil }
        do throws(FormulaScopeError) {
            let slot = try scope.declare(input: definition.name, type, description: definition.description)
            return formula.map { FormulaSet.Item(name: definition.name, formula: $0, slot: slot) }
        } catch {
            problems.add(error.problem(at: definition.nameLocation))
            return nil
        }
    }
}
