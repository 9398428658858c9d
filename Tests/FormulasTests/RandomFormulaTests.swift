import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Formulas

@Suite struct RandomFormulaTests {
    @Test(arguments: 0..<8)
    func `no string of any bytes does harm`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let desk = try Desk()
        for _ in 0..<300 {
            let count = Int.random(in: 0...80, using: &generator)
            let bytes = (0..<count).map { _ in
                seed % 2 == 0
                    ? UInt8.random(in: 0...255, using: &generator) : UInt8.random(in: 32...126, using: &generator)
            }
            _ = desk.problems(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Tokens in any order come nearer to the grammar than bytes do.
    @Test(arguments: 0..<8)
    func `no row of tokens does harm, and what compiles is evaluated the same in both ways`(seed: Int) throws {
        let tokens = [
            "1", "0.08", "8%", "\"B\"", "2026-04-06", "true", "gross", "rate", "hours", "start", "active", "grade",
            "bonus", "bands", "wage", "if", "then", "else", "and", "or", "not", "in", "+", "-", "*", "/", "=", "!=",
            "<",
            "<=", ">", ">=", "(", "(", ")", ")", ",", "min(", "round(", "bracket(bands,", "lookup(wage,", "has(", "\n",
            "half_even", "@", "Q",
        ]
        var generator = SeededGenerator(seed: UInt64(seed) &+ 100)
        let desk = try Desk()
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 1...14, using: &generator)).compactMap { _ in
                tokens.randomElement(using: &generator)
            }.joined(separator: " ")
            if desk.problems(text).isEmpty { try compareBothWays(text, desk) }
        }
    }

    @Test(arguments: 0..<8)
    func `a random formula gives the same value or error, machine or explained, again and again`(seed: Int) throws {
        var writer = FormulaWriter(seed: UInt64(seed) &+ 1_000)
        var desk = try Desk()
        var values = 0
        for round in 0..<100 {
            let type = FormulaType.allCases[round % FormulaType.allCases.count]
            try desk.set("gross", .money(writer.decimal()))
            try desk.set("hours", .quantity(Quantity(writer.decimal())))
            try desk.set("rate", .rate(Rate(writer.decimal())))
            let text = writer.expression(type, depth: 4)
            let formula = try desk.compile(text, expecting: type)
            if (try? formula.evaluate(desk.inputs)) != nil { values += 1 }
            try compareBothWays(text, desk)
        }
        #expect((30..<100).contains(values), "too few values, or no errors: \(values) of 100")
    }

    private func compareBothWays(_ text: String, _ desk: Desk) throws {
        let formula = try desk.compile(text)
        var explanation: Explanation? = Explanation()
        let machine = Result { () throws(FormulaError) in try formula.evaluate(desk.inputs) }
        let again = Result { () throws(FormulaError) in try formula.evaluate(desk.inputs) }
        let explained = Result { () throws(FormulaError) in
            try formula.evaluate(desk.inputs, explanation: &explanation)
        }
        #expect(machine == again, "\(text)")
        #expect(machine == explained, "\(text)")
        if case .success(let value) = machine, let decimal = value.decimal, let last = explanation?.steps.last {
            // The last step shows the value, apart from grouping and zeros.
            #expect(ExactDecimal(last.result.filter { $0 != "," }) == decimal, "\(text): \(last.result)")
        }
    }
}

/// Writes well-typed formulas over the names of `Desk`.
private struct FormulaWriter {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &generator)]
    }

    mutating func decimal() -> ExactDecimal {
        let limit: Int64 = pick([10, 100_000, 1_000_000_000_000, .max])
        let scale: UInt8 = pick([0, 1, 2, 2, 4, 12, 18])
        return ExactDecimal(
            coefficient: Int128(Int64.random(in: -limit...limit, using: &generator)), scale: scale)
    }

    private mutating func number() -> String {
        String(decimal().description.drop { $0 == "-" })
    }

    mutating func expression(_ type: FormulaType, depth: Int) -> String {
        guard depth > 0 else { return leaf(type) }
        let next = depth - 1
        func of(_ type: FormulaType, _ writer: inout FormulaWriter) -> String { writer.expression(type, depth: next) }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            return "(if \(of(.bool, &self)) then \(of(type, &self)) else \(of(type, &self)))"
        }
        let a = { (type: FormulaType, writer: inout FormulaWriter) in of(type, &writer) }
        switch type {
        case .money:
            let choice = Int.random(in: 0..<9, using: &generator)
            switch choice {
            case 0: return "(\(a(.money, &self)) \(pick(["+", "-"])) \(a(.money, &self)))"
            case 1: return "(\(a(.money, &self)) * \(a(.rate, &self)))"
            case 2: return "(\(a(.quantity, &self)) * \(a(.money, &self)))"
            case 3: return "(\(a(.money, &self)) / \(a(pick([.rate, .quantity]), &self)))"
            case 4: return "\(pick(["min", "max"]))(\(a(.money, &self)), \(a(.money, &self)), \(number()))"
            case 5: return "clamp(\(a(.money, &self)), \(number()), \(a(.money, &self)))"
            case 6:
                return "round(\(a(.money, &self)), \(pick([-2, 0, 2, 6])), \(pick(Rounding.allCases).rawValue))"
            case 7: return "bracket(bands, abs(\(a(.money, &self))))"
            default: return pick(["lookup(wage, \(a(.quantity, &self)))", "lookup(allowance, \(a(.text, &self)))"])
            }
        case .rate:
            return pick([
                "(\(a(.rate, &self)) * \(a(.rate, &self)))", "(\(a(.money, &self)) / \(a(.money, &self)))",
                "(\(a(.quantity, &self)) / \(a(.quantity, &self)))", "-(\(a(.rate, &self)))",
                "(1 - \(a(.rate, &self)))",
            ])
        case .quantity:
            return pick([
                "(\(a(.quantity, &self)) * \(a(.rate, &self)))", "(\(a(.date, &self)) - \(a(.date, &self)))",
                "abs(\(a(.quantity, &self)))", "year(\(a(.date, &self)))",
                "\(pick(["months_between", "years_between"]))(\(a(.date, &self)), \(a(.date, &self)))",
            ])
        case .date:
            return pick([
                "(\(a(.date, &self)) \(pick(["+", "-"])) round(\(a(.quantity, &self)), 0))",
                "max(\(a(.date, &self)), \(a(.date, &self)))",
                "add_months(\(a(.date, &self)), month(\(a(.date, &self))))",
            ])
        case .bool:
            let compared = pick([FormulaType.money, .rate, .quantity, .date])
            return pick([
                "(\(a(compared, &self)) \(pick(["<", "<=", ">", ">=", "=", "!="])) \(a(compared, &self)))",
                "(\(a(.bool, &self)) \(pick(["and", "or"])) \(a(.bool, &self)))", "(not \(a(.bool, &self)))",
                "(\(a(.text, &self)) in (\(a(.text, &self)), \(a(.text, &self))))", "has(bonus)",
                "\(pick(["contains", "starts_with", "ends_with"]))(\(a(.text, &self)), \(a(.text, &self)))",
            ])
        case .text: return "lookup(region, \(pick(["\"B\"", "\"C\"", "grade", "\"Z\""])))"
        }
    }

    private mutating func leaf(_ type: FormulaType) -> String {
        switch type {
        case .money: pick(["gross", "net", "bonus", "money(\(number()))"])
        case .rate: pick(["rate", "share", "rate(\(number()))", "12.5%"])
        case .quantity: pick(["hours", "days", "quantity(\(number()))"])
        case .date: pick(["start", "finish", "2024-02-29"])
        case .bool: pick(["active", "true", "false"])
        case .text: pick(["grade", "\"B\"", "\"north\"", "\"\""])
        }
    }
}
