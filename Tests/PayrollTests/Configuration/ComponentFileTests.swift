import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import TestSupport
import Testing

@testable import Payroll

/// What is wrong in `config/payroll` is told with its place, before anything is run.
@Suite struct ComponentFileTests {
    private struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var file = "config/payroll/components.yaml"
        var right: String
        var wrong: String
        /// What stands at the place of the problem, and the problem.
        var place: String
        var problem: String
    }

    private static let mistakes: [Mistake] = [
        Mistake(
            testDescription: "a base that is not declared",
            right: "    formula: bonus\n    bases: [taxable, niable, pensionable]",
            wrong: "    formula: bonus\n    bases: [taxible, niable, pensionable]", place: "taxible",
            problem: """
                there is no base "taxible"; did you mean "taxable"? (expected one of: taxable, niable, pensionable)
                """),
        Mistake(
            testDescription: "an account that is not in the chart", right: "    debit: \"7400\"",
            wrong: "    debit: \"7401\"", place: "component: expenses_repaid",
            problem: "there is no account 7401"),
        Mistake(
            testDescription: "an unknown account for net pay", right: "net_pay_account: \"2220\"",
            wrong: "net_pay_account: \"9999\"", place: "\"9999\"",
            problem: "there is no account 9999 (expected an account of config/accounts.yaml)"),
        Mistake(
            testDescription: "a liability of nobody",
            right: "  \"2240\": {party: GIVING-AGENCY, from_end_of_month: true, days: 14}", wrong: "",
            place: "component: payroll_gift",
            problem: """
                payroll_gift is posted to the control account 2240, and nobody says whose it is (expected "2240": {party: …} \
                under payables)
                """),
        Mistake(
            testDescription: "a party of an account that has none", right: "  \"2240\": {party: GIVING-AGENCY",
            wrong: "  \"1103\": {party: STAFF}\n  \"2240\": {party: GIVING-AGENCY", place: "{party: STAFF}",
            problem: "account 1103 is no control account (expected control: … in config/accounts.yaml)"),
        Mistake(
            testDescription: "a party of net pay", right: "  \"2240\": {party: GIVING-AGENCY",
            wrong: "  \"2220\": {party: STAFF}\n  \"2240\": {party: GIVING-AGENCY", place: "{party: STAFF}",
            problem: "account 2220 is a control account of employees (expected no party: each employee is one)"),
        Mistake(
            testDescription: "net pay owed to a tax office", right: "net_pay_account: \"2220\"",
            wrong: "net_pay_account: \"2210\"", place: "\"2210\"\n\n# To whom",
            problem: "account 2210 is a control account of the kind authority (expected one of employees, or none)"),
        Mistake(
            testDescription: "an unknown name in a formula", right: "    formula: bonus\n",
            wrong: "    formula: bonnus\n",
            place: "bonnus", problem: "bonnus"),
        Mistake(
            testDescription: "a formula of another type", right: "    formula: bonus\n",
            wrong: "    formula: overtime_hours\n", place: "overtime_hours\n    bases",
            problem: "the formula gives a quantity (expected money)"),
        Mistake(
            testDescription: "an unknown statutory rule", right: "statutory: gb.student_loan\n",
            wrong: "statutory: gb.students_loan\n", place: "gb.students_loan",
            problem: "statutory \"gb.students_loan\" is not one of the choices; did you mean \"gb.student_loan\"?"),
        Mistake(
            testDescription: "an earning with two accounts", right: "    debit: \"7400\"",
            wrong: "    debit: \"7400\"\n    credit: \"2220\"", place: "component: expenses_repaid",
            problem: "an earning is posted to one account (expected debit and no credit)"),
        Mistake(
            testDescription: "a field that every company has", right: "  bonus: {type",
            wrong: "  email: {type", place: "{type: amount, nature: occurrence, description: bonus}",
            problem: "the field email exists already (expected a name of its own)"),
        Mistake(
            testDescription: "an unknown pay frequency", file: "config/payroll/pay-groups.yaml",
            right: "frequency: monthly", wrong: "frequency: montly", place: "montly\n",
            problem: "frequency \"montly\" is not one of the choices; did you mean \"monthly\"?"),
        Mistake(
            testDescription: "a calendar that is not there", file: "config/payroll/pay-groups.yaml",
            right: "calendar: england-wales\n\n", wrong: "calendar: englnd-wales\n\n", place: "englnd-wales",
            problem: """
                calendar "englnd-wales" is unknown (expected a file config/calendars/englnd-wales.yaml)
                """),
        Mistake(
            testDescription: "a month that begins on another day", file: "config/payroll/pay-groups.yaml",
            right: "first_period: 2025-04-01", wrong: "first_period: 2025-04-02", place: "2025-04-02",
            problem: "first_period of a monthly group is 2025-04-02 (expected the first of a month)"),
    ]

    private func problems(_ edit: [String: (String) -> String]) throws -> ([Problem], String) {
        try withTemporaryDirectory { directory in
            try DemoCompany.copyConfiguration(to: directory, store: "sqlite:var/x.db", edit: edit)
            let company = try Company.load(from: directory.path)
            let failure = refusal { _ = try PayrollConfiguration.load(for: company) }
            let file = edit.keys.first ?? ""
            let text = try String(contentsOf: directory.appending(path: file), encoding: .utf8)
            return (failure?.problems ?? [], text)
        }
    }

    @Test(arguments: mistakes)
    private func `a mistake is told with its place`(mistake: Mistake) throws {
        let (problems, text) = try problems([
            mistake.file: { text in text.replacingFirst(mistake.right, with: mistake.wrong) }
        ])
        let place = try #require(text.range(of: mistake.place))
        let before = text[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        let expected = "\(mistake.file):\(before.count):\((before.last?.count ?? 0) + 1): "
        #expect(
            problems.contains { $0.description.hasPrefix(expected) && $0.description.contains(mistake.problem) },
            "expected \(expected)\(mistake.problem), found \(problems.map(\.description))")
    }

    @Test func `components that are computed from each other are refused with the circle`() throws {
        let (problems, _) = try problems([
            "config/payroll/components.yaml": { text in
                text.replacingFirst("    formula: bonus\n", with: "    formula: bonus + commission_pay\n")
                    .replacingFirst("    formula: commission\n", with: "    formula: commission + bonus_pay\n")
            }
        ])
        #expect(problems.count == 1)
        let message = problems.first?.message ?? ""
        #expect(message.hasPrefix("the components are computed from each other in a circle: "))
        #expect(message.contains("bonus_pay → commission_pay → bonus_pay"))
        #expect(problems.first?.location?.file == "config/payroll/components.yaml")
    }

    @Test func `a component is never computed from a base that it adds to`() throws {
        let (problems, _) = try problems([
            "config/payroll/components.yaml": { text in
                text.replacingFirst("    formula: bonus\n", with: "    formula: taxable * 0.1\n")
            }
        ])
        #expect(problems.contains { $0.message.contains("in a circle: ") && $0.message.contains("bonus_pay → ") })
    }

    @Test func `every mistake of every file is told at once`() throws {
        let (problems, _) = try problems([
            "config/payroll/components.yaml": { text in
                text.replacingFirst("    formula: bonus\n", with: "    formula: bonnus\n")
                    .replacingFirst("    debit: \"7400\"", with: "    debit: \"7401\"")
            },
            "config/payroll/pay-groups.yaml": { text in
                text.replacingFirst("frequency: monthly", with: "frequency: montly")
            },
        ])
        let files = problems.compactMap { $0.location?.file }
        #expect(files.count { $0 == "config/payroll/components.yaml" } == 2, "\(problems.map(\.description))")
        #expect(files.count { $0 == "config/payroll/pay-groups.yaml" } == 1)
    }

    @Test func `components are computed after all that they are computed from, whatever their order in the file`()
        throws
    {
        // Moved behind the tax that reads what it reduces.
        let plan = try withTemporaryDirectory { directory in
            try DemoCompany.copyConfiguration(
                to: directory, store: "sqlite:var/x.db",
                edit: [
                    "config/payroll/components.yaml": { text in
                        let gift = """
                              - component: payroll_gift
                                name: Payroll giving
                                kind: deduction
                                credit: "2240"
                                when: has(payroll_giving)
                                formula: payroll_giving
                                reduces: [taxable]

                            """
                        let without = text.replacingFirst(gift, with: "")
                        return without.replacingFirst("net_pay_account:", with: gift + "\nnet_pay_account:")
                    }
                ])
            return try PayrollConfiguration.load(for: try Company.load(from: directory.path)).plan
        }
        let order = plan.order.map { plan.components[$0].code }
        #expect(plan.components.last?.code == "payroll_gift")
        let gift = try #require(order.firstIndex(of: "payroll_gift"))
        let tax = try #require(order.firstIndex(of: "income_tax"))
        #expect(gift < tax)
        #expect(Set(order).count == plan.components.count)
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        replacing(text, with: other, maxReplacements: 1)
    }
}
