import Amounts
import Diagnostics
import Testing

@testable import Formulas

@Suite struct FormulaSetTests {
    private func definition(
        _ name: String, _ text: String, _ type: FormulaType? = nil, line: Int = 1
    ) -> FormulaSet.Definition {
        .init(
            name: name, at: .init(file: "p.yaml", line: line, column: 1), text: text,
            at: .init(file: "p.yaml", line: line, column: 10), type: type)
    }

    private func compile(_ definitions: [FormulaSet.Definition]) throws -> (set: FormulaSet?, problems: [String]) {
        var problems = ProblemList()
        let set = FormulaSet.compile(definitions, in: try Desk().scope, problems: &problems)
        #expect((set == nil) == !problems.isEmpty)
        return (set, problems.problems.map(\.description))
    }

    @Test func `formulas come after those that they use, else in the order given`() throws {
        let (set, problems) = try compile([
            definition("pay", "taxable - tax", .money), definition("other", "1"),
            definition("tax", "round(taxable * rate, 2)", .money), definition("taxable", "gross - relief", .money),
            definition("relief", "if has(other) then 50 else 0", .money),
        ])
        #expect(problems.isEmpty)
        #expect(set?.items.map(\.name) == ["other", "relief", "taxable", "tax", "pay"])
    }

    @Test func `values pass from formula to formula`() throws {
        let (compiled, _) = try compile([
            definition("pay", "taxable - tax", .money), definition("tax", "round(taxable * rate, 2)"),
            definition("taxable", "gross - 0.01"),
        ])
        let set = try #require(compiled)
        var desk = try Desk()
        desk.scope = set.scope
        var inputs = FormulaInputs(for: set.scope, currency: .gbp)
        inputs.set(try #require(set.scope.slot("gross")), .money(Desk.decimal(125_000, 2)))
        inputs.set(try #require(set.scope.slot("rate")), .rate(try #require(Rate("8%"))))
        try set.evaluate(into: &inputs)
        desk.inputs = inputs
        #expect(try desk.value("tax") == "money 100")
        #expect(try desk.value("pay") == "money 1149.99")
    }

    @Test func `each circle is reported with its path`() throws {
        let (_, problems) = try compile([
            definition("a", "1 + b", line: 1), definition("b", "2 * a", line: 2), definition("c", "c + 1", line: 3),
            definition("d", "e", line: 4), definition("e", "f", line: 5),
            definition("f", "if has(d) then 1 else 2", line: 6),
        ])
        let expected = "expected formulas that do not use one another in a circle"
        #expect(
            problems == [
                "p.yaml:2:14: the formula uses itself: a → b → a (\(expected))",
                "p.yaml:3:10: the formula uses itself: c → c (\(expected))",
                "p.yaml:6:17: the formula uses itself: d → e → f → d (\(expected))",
            ])
    }

    @Test func `all mistakes of all formulas are reported at once and none twice`() throws {
        let (_, problems) = try compile([
            definition("a", "gros", line: 1), definition("b", "a + active", .money, line: 2),
            definition("c", "b + rate", .money, line: 3), definition("gross", "1", line: 4),
            definition("If", "2 +", line: 5),
            definition("a", "3", line: 6),
        ])
        #expect(
            problems.map { String($0.prefix { $0 != " " }) } == [
                "p.yaml:4:1:", "p.yaml:5:13:", "p.yaml:5:1:", "p.yaml:6:1:", "p.yaml:1:10:", "p.yaml:3:10:",
            ], "\(problems)")
    }

    @Test func `a chain of thousands of formulas is ordered`() throws {
        let count = 5_000
        let definitions = (0..<count).map { definition("f\($0)", $0 == count - 1 ? "1" : "f\($0 + 1) + 1") }
        let (set, _) = try compile(definitions)
        #expect(set?.items.first?.name == "f\(count - 1)")
        var inputs = FormulaInputs(for: try #require(set).scope, currency: .gbp)
        try set?.evaluate(into: &inputs)
        let last = try #require(set?.items.last)
        #expect(try last.formula.evaluate(inputs) == .quantity(Quantity(ExactDecimal(Int64(count)))))
    }
}
