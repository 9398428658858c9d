import Amounts
import Diagnostics
import Testing

@testable import Formulas

@Suite struct ExplanationTests {
    private func steps(_ text: String, expecting type: FormulaType? = nil) throws -> [String] {
        let desk = try Desk()
        var explanation: Explanation? = Explanation()
        _ = try desk.compile(text, expecting: type).evaluate(desk.inputs, explanation: &explanation)
        return try #require(explanation).steps.map { step in
            [step.label, step.computation, step.result, step.rounding, step.source].compactMap(\.self)
                .joined(separator: " | ")
        }
    }

    @Test func `each step shows its values, its result and its rounding`() throws {
        #expect(
            try steps("if gross > 1000 then round(gross * rate / 3, 2) else 0") == [
                "gross > 1000 | 1,250.00 > 1,000 | true",
                "gross * rate | 1,250.00 × 0.08 | 100.00",
                "gross * rate / 3 | 100.00 ÷ 3 | 33.333333333333 | half_even to 12 places",
                "round(gross * rate / 3, 2) | round(33.333333333333, 2) | 33.33 | half_up to 2 places",
                "if gross > 1000 then round(gross * rate / 3, 2) else 0 | gross > 1000 holds, so round(gross * rate / 3, 2)"
                    + " | 33.33",
            ])
    }

    @Test func `a table's row is named with its source`() throws {
        #expect(
            try steps("bracket(bands, 150)") == [
                "bracket(bands, 150) | 10.00 + (150 − 100) × 0.2, in the row from 100 to below 200 | 20.00 | Act, s. 2"
            ])
        #expect(
            try steps("bracket(bands, gross)") == [
                "bracket(bands, gross) | 30.00 + (1,250.00 − 200.00) × 0.4, in the row from 200.00 | 450.00 | Act, s. 1"
            ])
        #expect(
            try steps("lookup(allowance, grade)") == [
                "lookup(allowance, grade) | allowance(\"B\") | 250.00 | Memo 7"
            ])
        #expect(
            try steps("lookup(wage, 17)") == [
                "lookup(wage, 17) | wage(17), in the row to below 18 | 8.00 | Minimum wage"
            ])
    }

    @Test(arguments: [
        ("gross", "gross | gross | 1,250.00"),
        ("start + 7", "start + 7 | 2026-04-06 + 7 | 2026-04-13"),
        ("grade in (\"A\", \"B\", \"C\")", "grade in (\"A\", \"B\", \"C\") | \"B\" in (\"A\", \"B\", …) | true"),
        ("active or gross > 1", "active or gross > 1 | true or … | true"),
        ("has(bonus)", "has(bonus) | has(bonus) | false"),
        ("max(gross, 2000)", "max(gross, 2000) | max(1,250.00, 2,000) | 2,000.00"),
        ("not active", "not active | not true | false"),
        ("-net", "-net | −(1,000.00) | -1,000.00"),
        (
            "0.1234567891 * 0.1234567891",
            "0.1234567891 * 0.1234567891 | 0.1234567891 × 0.1234567891 | 0.015241578774881879 | half_even to 18 places"
        ),
    ]) func `a step reads as it was computed`(text: String, step: String) throws {
        #expect(try steps(text) == [step])
    }

    @Test func `an error keeps the steps before it`() throws {
        let desk = try Desk()
        var explanation: Explanation? = Explanation()
        #expect(throws: FormulaError.self) {
            _ = try desk.compile("gross * rate / (net - 1000)").evaluate(desk.inputs, explanation: &explanation)
        }
        #expect(explanation?.steps.map(\.label) == ["gross * rate", "net - 1000"])
    }

    @Test func `inputs are named in order of appearance, each once`() throws {
        let formula = try Desk().compile("if has(bonus) then gross + net else gross - bonus")
        #expect(formula.inputNames == ["bonus", "gross", "net"])
    }
}
