import Amounts
import Configuration
import Diagnostics
import Formulas
import Ledger
import People

/// Reads `config/payroll/components.yaml`: the fields that a company adds, the bases, the components.
struct PayComponentFile {
    private let currency: Currency
    private let payGroups: [String]
    private let chart: ChartOfAccounts?
    private var problems = ProblemList()
    private var scope = FormulaScope()

    static func read(
        _ document: YAMLDocument, currency: Currency, payGroups: [String], chart: ChartOfAccounts?,
        tables: [FormulaTable], problems: inout ProblemList
    ) -> (FieldCatalog, PayPlan)? {
        guard let raw = document.mapping(&problems, { Raw($0, currency: currency) }) else { return nil }
        var file = PayComponentFile(currency: currency, payGroups: payGroups, chart: chart)
        file.declare(tables)
        let result = file.build(raw)
        problems.add(contentsOf: file.problems.problems)
        return file.problems.isEmpty ? result : nil
    }

    private init(currency: Currency, payGroups: [String], chart: ChartOfAccounts?) {
        self.currency = currency
        self.payGroups = payGroups
        self.chart = chart
    }

    // MARK: - As written

    private struct Raw {
        var fields: [(field: EmployeeField, location: SourceLocation)]
        var bases: [(name: String, description: String, location: SourceLocation)]
        var components: [RawComponent]
        var netPayAccount: AccountCode
        var netPayLocation: SourceLocation
        var payables: [(account: AccountCode, payable: RawPayable)]

        init?(_ map: YAMLMapping, currency: Currency) {
            fields = map.optionalEntries("fields", keys: .variable) { name, value in
                value.mapping { field in
                    (
                        EmployeeField(
                            name, Self.type(field.required("type", .choice(FieldType.self)), currency),
                            field.optional("nature", .choice(EmployeeField.Nature.self), default: .state),
                            description: field.required("description", .text)),
                        value.location
                    )
                }
            }.map(\.value)
            bases = map.entries("bases", keys: .variable) { name, value in
                (name, value.scalar(.text), value.location)
            }.map(\.value)
            components = map.list("components", minimumCount: 1) { $0.mapping(RawComponent.init) }
            netPayAccount = map.required("net_pay_account", .account)
            netPayLocation = map.location(of: "net_pay_account")
            payables = map.optionalEntries("payables", keys: .account) { _, value in value.mapping(RawPayable.init) }
                .map { ($0.key, $0.value) }
        }

        private enum FieldType: String, CaseIterable {
            case amount, quantity, rate, bool, date, text
        }

        private static func type(_ type: FieldType, _ currency: Currency) -> EmployeeField.ValueType {
            switch type {
            case .amount: .amount(currency)
            case .quantity: .quantity
            case .rate: .rate
            case .bool: .bool
            case .date: .date
            case .text: .text
            }
        }
    }

    private struct RawPayable {
        var party: String
        var term: PaymentTerm
        var location: SourceLocation

        init?(_ map: YAMLMapping) {
            location = map.location
            party = map.required("party", .partyID)
            let days = map.optional("days", .integer(0...PaymentTerm.maximumDays), default: 0)
            let isFromEndOfMonth = map.optional("from_end_of_month", .bool, default: false)
            let day = map.optional("then_day_of_month", .integer(1...31))
            guard !map.hasProblems,
                let term = try? PaymentTerm(days: days, fromEndOfMonth: isFromEndOfMonth, thenDayOfMonth: day)
            else { return nil }
            self.term = term
        }
    }

    private enum RawKind: String, CaseIterable {
        case earning, deduction, employer
    }

    private struct RawComponent {
        var code: String
        var name: String
        var kind: PayComponent.Kind
        var formula: LocatedText?
        var when: LocatedText?
        var rounding: Rounding
        var statutory: StatutoryMethod?
        var bases: [(name: String, location: SourceLocation)]
        var reduces: [(name: String, location: SourceLocation)]
        var location: SourceLocation

        init?(_ map: YAMLMapping) {
            location = map.location
            code = map.required("component", .variable)
            name = map.required("name", .text)
            let rawKind = map.required("kind", .choice(RawKind.self))
            let debit = map.optional("debit", .account)
            let credit = map.optional("credit", .account)
            formula = map.optionalLocatedText("formula")
            when = map.optionalLocatedText("when")
            rounding = map.optional("rounding", .choice(Rounding.self), default: .halfAwayFromZero)
            statutory = map.optional("statutory", .choice(StatutoryMethod.self))
            bases = map.optionalList("bases") { ($0.scalar(.variable), $0.location) }
            reduces = map.optionalList("reduces") { ($0.scalar(.variable), $0.location) }
            kind = .earning(expense: AccountCode(""))
            guard !map.hasProblems else { return nil }
            switch (rawKind, debit, credit) {
            case (.earning, let debit?, nil): kind = .earning(expense: debit)
            case (.deduction, nil, let credit?): kind = .deduction(liability: credit)
            case (.employer, let debit?, let credit?): kind = .employer(expense: debit, liability: credit)
            case (.earning, _, _): map.report("an earning is posted to one account", expected: "debit and no credit")
            case (.deduction, _, _): map.report("a deduction is posted to one account", expected: "credit and no debit")
            case (.employer, _, _):
                map.report("an employer's cost is posted to two accounts", expected: "debit and credit")
            }
            if (formula == nil) == (statutory == nil) {
                map.report("the component \(code) is computed in one way", expected: "either formula or statutory")
            }
            if statutory != nil, when != nil || map.contains("rounding") {
                map.report(
                    "a statutory component has its own conditions and roundings", expected: "no when and no rounding")
            }
        }
    }

    // MARK: - Checked and compiled

    private mutating func build(_ raw: Raw) -> (FieldCatalog, PayPlan)? {
        guard let catalog = catalog(raw) else { return nil }
        var slots = PayPlan.Slots(fields: [], components: [], bases: [], period: [:])
        for field in catalog.fields {
            slots.fields.append(declare(field.name, field.type.formulaType, field.description, at: nil))
        }
        for input in PeriodInput.allCases {
            slots.period[input] = declare(input.rawValue, input.type, input.description, at: nil)
        }
        let baseNames = raw.bases.map(\.name)
        slots.gross = declare("gross", .money, "the sum of all earnings", at: nil)
        for base in raw.bases {
            slots.bases.append(declare(base.name, .money, base.description, at: base.location))
        }
        for component in raw.components {
            slots.components.append(declare(component.code, .money, component.name, at: component.location))
        }
        let components = raw.components.compactMap { compile($0, bases: baseNames) }
        requireBases(of: components, named: baseNames)
        for component in components { requireAccounts(of: component) }
        requireAccount(raw.netPayAccount, at: raw.netPayLocation)
        let payables = payables(raw, components)
        guard problems.isEmpty else { return nil }
        guard let order = PayComponentOrder.sorted(components, problems: &problems) else { return nil }
        return (
            catalog,
            PayPlan(
                components: components, order: order, baseNames: baseNames, scope: scope, slots: slots,
                netPayAccount: raw.netPayAccount, payables: payables, currency: currency)
        )
    }

    private mutating func declare(_ tables: [FormulaTable]) {
        for table in tables {
            do {
                try scope.declare(table)
            } catch {
                problems.add(error.problem(at: SourceLocation(file: PayrollConfiguration.tablesFile, line: 1)))
            }
        }
    }

    private mutating func catalog(_ raw: Raw) -> FieldCatalog? {
        var fields = FieldCatalog.people + PayrollFields.statutory(payGroups: payGroups)
        for (field, location) in raw.fields {
            if fields.contains(where: { $0.name == field.name }) {
                problems.add("the field \(field.name) exists already", expected: "a name of its own", at: location)
            } else {
                fields.append(field)
            }
        }
        return problems.isEmpty ? FieldCatalog(fields) : nil
    }

    private mutating func declare(
        _ name: String, _ type: FormulaType, _ description: String, at location: SourceLocation?
    ) -> FormulaSlot? {
        do {
            return try scope.declare(input: name, type, description: description)
        } catch {
            problems.add(error.problem(at: location))
            return nil
        }
    }

    private mutating func compile(_ raw: RawComponent, bases: [String]) -> PayComponent? {
        for (name, location) in raw.bases + raw.reduces where !bases.contains(name) {
            problems.add(
                "there is no base \"\(name)\"" + Suggestion.hint(for: name, among: bases),
                expected: "one of: " + bases.joined(separator: ", "), at: location)
        }
        let computation: PayComponent.Computation
        if let statutory = raw.statutory {
            computation = .statutory(statutory)
        } else if let text = raw.formula {
            let formula = Formula.compile(
                text.text, at: text.location, in: scope, expecting: .money, problems: &problems)
            let when = raw.when.flatMap {
                Formula.compile($0.text, at: $0.location, in: scope, expecting: .bool, problems: &problems)
            }
            guard let formula else { return nil }
            computation = .formula(formula, when: when, rounding: raw.rounding)
        } else {
            return nil
        }
        return PayComponent(
            code: raw.code, name: raw.name, kind: raw.kind, computation: computation, bases: raw.bases.map(\.name),
            reduces: raw.reduces.map(\.name), location: raw.location)
    }

    private mutating func requireAccounts(of component: PayComponent) {
        switch component.kind {
        case .earning(let account), .deduction(let account): requireAccount(account, at: component.location)
        case .employer(let expense, let liability):
            requireAccount(expense, at: component.location)
            requireAccount(liability, at: component.location)
        }
    }

    private mutating func requireAccount(_ code: AccountCode, at location: SourceLocation) {
        guard let chart, chart[code] == nil else { return }
        problems.add(
            "there is no account \(code)" + Suggestion.hint(for: code.rawValue, among: chart.codes),
            expected: "an account of \(ChartOfAccounts.file)", at: location)
    }

    /// To whom the accounts of the components are owed; reports control accounts of whom nobody says whose they are.
    private mutating func payables(
        _ raw: Raw, _ components: [PayComponent]
    ) -> [AccountCode: PayPlan.Payable] {
        guard let chart else { return [:] }
        var payables: [AccountCode: PayPlan.Payable] = [:]
        for (account, payable) in raw.payables {
            requireAccount(account, at: payable.location)
            guard let kind = chart.controlAccounts[account] else {
                if chart[account] != nil {
                    problems.add(
                        "account \(account) is no control account", expected: "control: … in \(ChartOfAccounts.file)",
                        at: payable.location)
                }
                continue
            }
            guard kind != .employee else {
                problems.add(
                    "account \(account) is a control account of employees",
                    expected: "no party: each employee is one", at: payable.location)
                continue
            }
            let entry = PayPlan.Payable(party: Party(kind, payable.party), term: payable.term)
            if payables.updateValue(entry, forKey: account) != nil {
                problems.add("account \(account) stands here twice", expected: "once", at: payable.location)
            }
        }
        if let kind = chart.controlAccounts[raw.netPayAccount], kind != .employee {
            problems.add(
                "account \(raw.netPayAccount) is a control account of the kind \(kind.rawValue)",
                expected: "one of employees, or none", at: raw.netPayLocation)
        }
        for component in components {
            for account in component.kind.accounts {
                guard let kind = chart.controlAccounts[account], payables[account] == nil else { continue }
                problems.add(
                    "\(component.code) is posted to the control account \(account), and nobody says whose it is",
                    expected: kind == .employee
                        ? "an account that is no control account of employees"
                        : "\"\(account)\": {party: …} under payables",
                    at: component.location)
            }
        }
        return payables
    }

    private mutating func requireBases(of components: [PayComponent], named bases: [String]) {
        for component in components {
            guard case .statutory(let method) = component.computation, !bases.contains(method.base) else { continue }
            problems.add(
                "\(component.code) is computed on the base \(method.base), which is not declared",
                expected: "\(method.base) under bases", at: component.location)
        }
        let methods = components.compactMap { component -> StatutoryMethod? in
            guard case .statutory(let method) = component.computation else { return nil }
            return method
        }
        for method in Set(methods) where methods.count(where: { $0 == method }) > 1 {
            let second = components.last {
                if case .statutory(method) = $0.computation { true } else { false }
            }
            problems.add("\(method.rawValue) is used by two components", expected: "one", at: second?.location)
        }
    }
}

extension EmployeeField.ValueType {
    /// What formulas see.
    var formulaType: FormulaType {
        switch self {
        case .amount, .signedAmount: .money
        case .quantity: .quantity
        case .rate: .rate
        case .bool: .bool
        case .date: .date
        case .text, .choice, .checked: .text
        }
    }
}
