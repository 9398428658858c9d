import Amounts
import Diagnostics
import Testing

@testable import Formulas

@Suite struct ProblemTests {
    @Test(arguments: [
        ("", "c.yaml:10:7: the formula is empty (expected an expression)"),
        (" \n # nothing", "c.yaml:10:7: the formula is empty (expected an expression)"),
        ("gros * 2", "c.yaml:10:7: unknown name \"gros\"; did you mean \"gross\"?"),
        ("2 * zzzzzz", "c.yaml:10:11: unknown name \"zzzzzz\""),
        ("mni(1, 2)", "c.yaml:10:7: unknown function \"mni\"; did you mean \"min\"?"),
        ("round + 1", "c.yaml:10:7: round is a function (expected round(x, places) or round(x, places, rounding))"),
        ("gross(1)", "c.yaml:10:7: gross is no function (expected its name alone, without parentheses)"),
        ("bands + 1", "c.yaml:10:7: bands is a table (expected bracket(bands, x) or lookup(bands, key))"),
        ("bracket(band, 1)", "c.yaml:10:15: unknown table \"band\"; did you mean \"bands\"?"),
        ("bracket(gross, 1)", "c.yaml:10:15: gross is no table (expected bracket(table, x))"),
        ("bracket(1, 1)", "c.yaml:10:15: bracket: \"1\" is not a table's name (expected bracket(table, x))"),
        ("bracket(wage, 1)", "c.yaml:10:7: wage has no brackets (expected lookup(wage, key))"),
        ("lookup(bands, 1)", "c.yaml:10:7: bands is a table of brackets (expected bracket(bands, x))"),
        ("lookup(wage, gross)", "c.yaml:10:20: lookup(wage, …): \"gross\" is money (expected a quantity)"),
        ("lookup(allowance, 1)", "c.yaml:10:25: lookup(allowance, …): \"1\" is a number (expected a text)"),
        ("has(gros)", "c.yaml:10:11: unknown name \"gros\"; did you mean \"gross\"?"),
        ("has(1)", "c.yaml:10:11: has: \"1\" is not an input's name (expected has(input))"),
        (
            "round(gross)",
            "c.yaml:10:7: round is given 1 argument (expected round(x, places) or round(x, places, rounding))"
        ),
        ("abs(1, 2)", "c.yaml:10:7: abs is given 2 arguments (expected abs(x))"),
        ("min(1)", "c.yaml:10:7: min is given 1 argument (expected min(a, b, …))"),
        ("min()", "c.yaml:10:7: min is given 0 arguments (expected min(a, b, …))"),
        (
            "round(1, 2, halfeven)",
            "c.yaml:10:19: unknown rounding \"halfeven\"; did you mean \"half_even\"? (expected one of half_up, half_down, "
                + "half_even, half_odd, half_positive_infinity, half_negative_infinity, up, down, ceiling, floor)"
        ),
        (
            "round(gross, hours)",
            "c.yaml:10:20: round: \"hours\" is no number of places (expected a whole number from -18 to 18, such as 2)"
        ),
        (
            "round(1, 19)",
            "c.yaml:10:16: round: \"19\" is no number of places (expected a whole number from -18 to 18, such as 2)"
        ),
        (
            "round(1, 0.5)",
            "c.yaml:10:16: round: \"0.5\" is no number of places (expected a whole number from -18 to 18, such as 2)"
        ),
        ("round(active, 2)", "c.yaml:10:13: round: \"active\" is true or false (expected a number)"),
        (
            "gross * net",
            "c.yaml:10:7: \"gross * net\" multiplies money by money (expected money by a rate, a quantity or a number)"
        ),
        (
            "hours + gross",
            "c.yaml:10:7: \"hours + gross\" adds money to a quantity (expected two values of one type; rate(x), "
                + "quantity(x) and money(x) convert)"
        ),
        (
            "start + finish",
            "c.yaml:10:7: \"start + finish\" adds a date to a date (expected a date plus or minus days, or a date minus a date)"
        ),
        (
            "gross > hours",
            "c.yaml:10:7: \"gross > hours\" compares money with a quantity (expected two values of one type)"
        ),
        ("grade < \"C\"", "c.yaml:10:7: \"grade < \"C\"\": a text has no order (expected = or !=)"),
        ("1 < 2 < 3", "c.yaml:10:13: unexpected \"<\" (expected one comparison at a time: a < b and b < c)"),
        ("if gross then 1 else 2", "c.yaml:10:10: if: \"gross\" is money (expected true or false)"),
        ("if active then 1", "c.yaml:10:23: the formula ends here (expected else: an if needs both branches)"),
        ("if active 1 else 2", "c.yaml:10:17: unexpected \"1\" (expected then)"),
        (
            "if active then gross else rate",
            "c.yaml:10:33: then gives money and else gives a rate: \"rate\" (expected money)"
        ),
        ("not 1", "c.yaml:10:11: not: \"1\" is a number (expected true or false)"),
        ("1 and active", "c.yaml:10:7: and: \"1\" is a number (expected true or false)"),
        ("-active", "c.yaml:10:8: the sign −: \"active\" is true or false (expected a number)"),
        ("min(gross, rate)", "c.yaml:10:18: min: \"rate\" is a rate (expected money, as \"gross\" is)"),
        ("min(1, gross, rate)", "c.yaml:10:21: min: \"rate\" is a rate (expected money, as \"gross\" is)"),
        ("max(grade, \"A\")", "c.yaml:10:11: max: \"grade\" is a text (expected numbers or dates)"),
        ("grade in (\"A\", 1)", "c.yaml:10:22: \"1\" is a number (expected a text, as \"grade\" is)"),
        ("grade in ()", "c.yaml:10:7: the list is empty (expected at least one value)"),
        ("grade in \"A\"", "c.yaml:10:16: unexpected \"\"A\"\" (expected a list in parentheses: in (a, b))"),
        ("year(gross)", "c.yaml:10:12: year: \"gross\" is money (expected a date)"),
        (
            "date(\"2026-02-30\")",
            "c.yaml:10:12: date: \"2026-02-30\" is not a day of the calendar (expected a text such as \"2026-04-06\")"
        ),
        ("2026-02-30", "c.yaml:10:7: 2026-02-30 is not a day of the calendar"),
        ("1 +", "c.yaml:10:10: the formula ends here (expected a value, a name, a function, ( or if)"),
        ("(1 + 2", "c.yaml:10:13: the formula ends here (expected an operator or ))"),
        ("1 + 2)", "c.yaml:10:12: unexpected \")\" (expected an operator or the end of the formula)"),
        ("1 2", "c.yaml:10:9: unexpected \"2\" (expected an operator or the end of the formula)"),
        ("min(1, )", "c.yaml:10:14: unexpected \")\" (expected a value, a name, a function, ( or if)"),
        ("min(1, 2", "c.yaml:10:15: the formula ends here (expected , or ))"),
        ("* 2", "c.yaml:10:7: unexpected \"*\" (expected a value, a name, a function, ( or if)"),
        ("+5", "c.yaml:10:7: unexpected \"+\" (expected a value, a name, a function, ( or if)"),
        ("then", "c.yaml:10:7: unexpected \"then\" (expected a value, a name, a function, ( or if)"),
        (
            "Gross",
            "c.yaml:10:7: \"Gross\" is not a name (expected small letters, digits and _, beginning with a letter)"
        ),
        (
            "größe",
            "c.yaml:10:7: \"größe\" is not a name (expected small letters, digits and _, beginning with a letter)"
        ),
        (
            "ö + gros",
            "c.yaml:10:7: \"ö\" is not a name (expected small letters, digits and _, beginning with a letter)"
        ),
        ("1.5.2", "c.yaml:10:7: 1.5.2 is not a number (expected e.g. 1000, 0.08 or 8%)"),
        ("1e3", "c.yaml:10:7: 1e3 is not a number (expected e.g. 1000, 0.08 or 8%)"),
        ("1_000", "c.yaml:10:7: 1_000 is not a number (expected e.g. 1000, 0.08 or 8%)"),
        ("5.", "c.yaml:10:7: 5. is not a number (expected e.g. 1000, 0.08 or 8%)"),
        (".5", "c.yaml:10:7: \".\" is not part of the language (expected a digit before the point: 0.5)"),
        ("5 % 2", "c.yaml:10:9: \"%\" is not part of the language (expected % only behind a number: 8%)"),
        ("active && active", "c.yaml:10:14: \"&&\" is not part of the language (expected and)"),
        ("1 <> 2", "c.yaml:10:9: <> is not an operator (expected !=)"),
        ("'A'", "c.yaml:10:7: \"'\" is not part of the language (expected double quotes round a text)"),
        ("\"A", "c.yaml:10:7: a text begins here and does not end (expected a closing \" on the same line)"),
        ("\"a\\q\" = grade", "c.yaml:10:9: a backslash stands alone in a text (expected \\\", \\\\ or \\n)"),
        (
            "1234567890123456789012345678901234567",
            "c.yaml:10:7: the number 1234567890123456789012345678901234567 has too many digits (expected at most 36, of which 18 after the point)"
        ),
        (
            "0.12345678901234567%",
            "c.yaml:10:7: the number 0.12345678901234567 has too many digits (expected at most 36, of which 18 after the point)"
        ),
    ]) func `a mistake is named with its place and what would be right`(text: String, problem: String) throws {
        #expect(try Desk().problems(text).first == problem)
    }

    @Test func `all mistakes are reported at once, each at its own line and column`() throws {
        let text = """
            if gros > 1000        # a misspelt name
              then round(gross * net, 2, up_down)
              else lookup(allowence, grade) + rate * grade
            """
        #expect(
            try Desk().problems(text).map { $0.prefix { $0 != " " } } == [
                "c.yaml:10:10:", "c.yaml:11:20:", "c.yaml:11:36:", "c.yaml:12:21:", "c.yaml:12:41:",
            ])
    }

    @Test func `mistakes of writing do not hide one another`() throws {
        let problems = try Desk().problems("min(1, $) + Gross + (2 * ) + nte")
        #expect(
            problems.map { $0.prefix { $0 != " " } } == [
                "c.yaml:10:14:", "c.yaml:10:19:", "c.yaml:10:32:", "c.yaml:10:36:",
            ], "\(problems)")
    }

    @Test func `one mistake is not reported again by what is made of it`() throws {
        #expect(try Desk().problems("round(min(gros * 2, 3) + 1, 2) > 5 and active").count == 1)
        #expect(try Desk().problems("(((gross + ]))) * 2").count == 1)
    }

    @Test(arguments: [
        ("gross", FormulaType.rate, "c.yaml:10:7: the formula gives money (expected a rate)"),
        ("active", .money, "c.yaml:10:7: the formula gives true or false (expected money)"),
        ("5", .text, "c.yaml:10:7: the formula gives a number (expected a text)"),
        ("8%", .money, "c.yaml:10:7: the formula gives a rate (expected money)"),
    ]) func `a formula of the wrong type is refused`(text: String, type: FormulaType, problem: String) throws {
        #expect(try Desk().problems(text, expecting: type) == [problem])
    }

    @Test(arguments: [FormulaType.money, .rate, .quantity])
    func `a plain number is of the type that is expected`(type: FormulaType) throws {
        #expect(try Desk().value("2 * 3", expecting: type) == "\(type) 6")
    }

    @Test func `a file without columns gets lines`() throws {
        var problems = ProblemList()
        _ = Formula.compile(
            "1 +\nx", at: .init(file: "c.yaml", line: 3), in: FormulaScope(), expecting: nil, problems: &problems)
        #expect(problems.problems.map(\.description) == ["c.yaml:4: unknown name \"x\""])
    }

    // MARK: Evaluation

    @Test(arguments: [
        ("gross / (net - 1000)", "gross / (net - 1000)", "a division by zero", 7),
        ("1 + gross / 0", "gross / 0", "a division by zero", 11),
        ("bonus + 1", "bonus", "bonus has no value here", 7),
        ("lookup(allowance, \"Z\")", "lookup(allowance, \"Z\")", "the table allowance has no row for \"Z\"", 7),
        ("bracket(bands, -1)", "bracket(bands, -1)", "no row of the table bands covers -1", 7),
        ("start + hours", "start + hours", "37.5 is not a whole number of days or months", 7),
        ("add_months(start, 0.5)", "add_months(start, 0.5)", "0.5 is not a whole number of days or months", 7),
        ("start + 3000000", "start + 3000000", "the date would be outside the years 1 to 9999", 7),
        ("start - 3000000", "start - 3000000", "the date would be outside the years 1 to 9999", 7),
        ("add_months(start, -24316)", "add_months(start, -24316)", "the date would be outside the years 1 to 9999", 7),
        (
            "start + 99999999999999999999999999", "start + 99999999999999999999999999",
            "99,999,999,999,999,999,999,999,999 is not a whole number of days or months", 7
        ),
        (
            "1 + 999999999999999999999999999999999999 * 1000", "999999999999999999999999999999999999 * 1000",
            "the number is too large to be computed exactly", 11
        ),
    ]) func `an evaluation without a value names the part that has none`(
        text: String, expression: String, message: String, column: Int
    ) throws {
        let error = try Desk().error(text)
        #expect(error.expression == expression)
        #expect(error.location == .init(file: "c.yaml", line: 10, column: column))
        #expect(
            error.description.hasPrefix("c.yaml:10:\(column): cannot compute \"\(expression)\": \(message)"),
            "\(error)")
        #expect(error.failure.problems.count == 1)
    }

    @Test func `an input of another type than declared is an error, not a wrong result`() throws {
        var desk = try Desk()
        try desk.set("gross", .text("1250"))
        #expect(
            try desk.error("gross + 1").reason
                == .inputOfOtherType(name: "gross", declared: .money, found: .text))
    }

    @Test func `inputs made before a name was declared lack it`() throws {
        var desk = try Desk()
        try desk.scope.declare(input: "late", .money, description: "")
        #expect(try desk.error("1 + late").reason == .inputNotSet(name: "late"))
        #expect(try desk.value("if has(gross) then 1 else 2") == "quantity 1")
    }

    @Test func `inputs keep to one currency and can be emptied`() throws {
        var desk = try Desk()
        let gross = try #require(desk.scope.slot("gross"))
        #expect(throws: ArithmeticError.currencyMismatch(.gbp, .eur)) {
            try desk.inputs.set(gross, Money(minorUnits: 1, .eur))
        }
        try desk.inputs.set(gross, Money(minorUnits: 123, .gbp))
        #expect(try desk.value("gross") == "money 1.23")
        desk.inputs.clear(gross)
        #expect(try desk.error("gross").reason == .inputNotSet(name: "gross"))
        desk.inputs.clear()
        #expect(try desk.error("rate").reason == .inputNotSet(name: "rate"))
    }

    // MARK: Names and limits

    @Test(arguments: ["", "Gross", "1a", "_a", "a-b", "if", "in", "true", String(repeating: "a", count: 65), "é"])
    func `a name that formulas could not write is refused`(name: String) throws {
        var scope = FormulaScope()
        #expect(throws: FormulaScopeError.invalidName(name)) {
            try scope.declare(input: name, .money, description: "")
        }
    }

    @Test func `a name is declared once`() throws {
        var desk = try Desk()
        #expect(throws: FormulaScopeError.alreadyDeclared("gross")) {
            try desk.scope.declare(input: "gross", .rate, description: "")
        }
        let table = try #require(desk.scope.table("bands"))
        #expect(throws: FormulaScopeError.alreadyDeclared("bands")) { try desk.scope.declare(table) }
    }

    @Test(arguments: [
        String(repeating: "(", count: 8_000) + "1" + String(repeating: ")", count: 8_000),
        String(repeating: "(", count: 10_000),
        String(repeating: "-", count: 10_000) + "1",
        String(repeating: "not ", count: 3_000) + "true",
        String(repeating: "abs(", count: 4_000),
        String(repeating: "if true then 1 else ", count: 500) + "1",
        String(repeating: "if ", count: 4_000),
    ]) func `deep nesting is refused, once`(text: String) throws {
        let problems = try Desk().problems(text)
        #expect(problems.count == 1, "\(problems.prefix(3))")
        #expect(problems.first?.contains("nested more than 64 levels deep") == true)
    }

    @Test func `a chain of thousands of operations is refused`() throws {
        let problems = try Desk().problems("1" + String(repeating: " + 1", count: 4_000))
        #expect(problems.count == 1)
        #expect(problems.first?.contains("a chain of more than 256 operations") == true)
    }

    @Test func `what lies within the limits is evaluated`() throws {
        let desk = try Desk()
        let depth = FormulaLimits.maximumNestingLevels
        let nested = String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
        #expect(try desk.value(nested) == "quantity 1")
        #expect(desk.problems("(" + nested + ")").count == 1)
        let chain = "1" + String(repeating: " + 1", count: FormulaLimits.maximumChainOperations)
        #expect(try desk.value(chain) == "quantity 257")
        #expect(desk.problems(chain + " + 1").count == 1)
        let wide = "max(" + (1...3_000).map(String.init).joined(separator: ",") + ")"
        #expect(try desk.value(wide) == "quantity 3000")
    }

    @Test func `a formula that is too long is refused unread`() throws {
        let longest = FormulaLimits.maximumLengthBytes
        #expect(try desk(spaces: longest - 1) == 0)
        #expect(try desk(spaces: longest) == 1)
    }

    private func desk(spaces: Int) throws -> Int {
        try Desk().problems("1" + String(repeating: " ", count: spaces)).count
    }
}
