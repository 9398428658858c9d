import Amounts
import Calendars
import Diagnostics
import Jobs
import Ledger
import Payroll
import People
import Store

/// The register of a payroll run: every payslip with a column for each component, as it stands in the store.
package struct PayrollRegister: Sendable {
    package let companyName: String
    package let record: RunRecord
    package let payroll: PayrollRunRecord
    /// The components that the run has lines of, in the order of a payslip.
    package let components: [PayComponent]
    package let rows: [Row]
    package let totals: PayrollRecords.RunTotals
    package let exceptions: [RunException]
    /// The names of those who were set aside, by employee number.
    package let exceptionNames: [String: String]
    package let entry: JournalEntry?
    package let accountNames: [AccountCode: String]

    package struct Row: Sendable {
        package var employee: EmployeeID
        package var name: String
        package var costCentre: String
        package var taxCode: String
        package var niCategory: String
        /// By the order of `components`; nil where the payslip has no such line.
        package var amounts: [Money?]
        package var payslip: Payslip
    }

    /// Reads everything in a fixed number of queries.
    ///
    /// - Parameter allowsProposed: whether a run will do whose results wait for an approval; the register says so.
    /// - Throws: a failure when the run is no payroll run or has not ended.
    package static func load(
        run record: RunRecord, company: Company, store: Store, allowsProposed: Bool = false
    ) throws -> PayrollRegister {
        let configuration = try PayrollConfiguration.load(for: company)
        return try store.read { connection in
            guard let payroll = try PayrollRecords.find(record.id, in: connection) else {
                throw Failure(
                    .notFound, "Run \(record.id) is no payroll run.",
                    advice: "It is a run of \(record.identity.job); see `steward run list`.")
            }
            guard allowsProposed || record.state != .waitingApproval else {
                throw Failure(
                    .refused, "The results of run \(record.id) are proposed and not approved.",
                    advice: "Have them approved first: `steward run show \(record.id)`.")
            }
            guard record.state != .rejected, record.state != .canceled else {
                throw Failure(
                    .refused, "Run \(record.id) was \(record.state.words): its payslips never count.",
                    advice: "Take the run that came after it: `steward run list --job \(record.identity.job)`.")
            }
            guard record.state.isDone || record.state == .waitingApproval else {
                throw Failure(
                    .refused, "Run \(record.id) has not ended: it is \(record.state.rawValue).",
                    advice:
                        "Run it to its end first: `steward run \(record.identity.job) --period \(record.identity.period)`."
                )
            }
            let payslips = try PayrollRecords.payslips(of: payroll, in: connection)
            let people = try PeopleColumns(of: payroll, record, configuration, in: connection)
            var amounts: [String: [String: Money]] = [:]
            var used: Set<String> = []
            try PayrollRecords.forEachLine(of: payroll, in: connection) { employee, component, amount in
                guard !amount.isZero else { return }
                amounts[employee, default: [:]][component] = amount
                used.insert(component)
            }
            let exceptions = try RunRecords.exceptions(of: record.id, in: connection)
            let components = configuration.plan.components.filter { used.contains($0.code) }
            let rows = payslips.map { payslip in
                let lines = amounts[payslip.employee.rawValue] ?? [:]
                return people.row(of: payslip, amounts: components.map { lines[$0.code] })
            }
            return PayrollRegister(
                companyName: company.settings.name, record: record, payroll: payroll, components: components,
                rows: rows,
                totals: try PayrollRecords.runTotals(of: payroll, in: connection),
                exceptions: exceptions,
                exceptionNames: people.names(of: exceptions),
                entry: try Journal.entries(of: record.id, in: connection).first?.entry,
                accountNames: configuration.chart.accountNames)
        }
    }

    /// Whether the figures still wait for an approval.
    package var isProposed: Bool { record.state == .waitingApproval }

    /// `payroll-register-monthly-2026-04.xlsx`
    package var fileName: String {
        "payroll-register-\(payroll.payGroup)-\(payroll.period)\(isProposed ? "-proposed" : "").xlsx"
    }

    /// What the register shows of people beside their pay, as known to the run.
    private struct PeopleColumns {
        private let names: [EmployeeID: String]
        private let costCentres: [EmployeeID: String]
        private let taxCodes: [EmployeeID: String]
        private let niCategories: [EmployeeID: String]

        init(
            of payroll: PayrollRunRecord, _ record: RunRecord, _ configuration: PayrollConfiguration,
            in connection: Connection
        ) throws {
            let employees = EmployeeRecords(catalog: configuration.catalog)
            func texts(_ field: String) throws -> [EmployeeID: String] {
                try employees.texts(
                    of: field, on: payroll.days.upperBound, knownAt: record.knownAt, in: connection)
            }
            names = try texts("name")
            costCentres = try texts("cost_centre")
            taxCodes = try texts("tax_code")
            niCategories = try texts("ni_category")
        }

        func names(of exceptions: [RunException]) -> [String: String] {
            Dictionary(
                exceptions.map { ($0.item, EmployeeID($0.item).flatMap { names[$0] } ?? "") },
                uniquingKeysWith: { first, _ in first })
        }

        func row(of payslip: Payslip, amounts: [Money?]) -> Row {
            let id = payslip.employee
            return Row(
                employee: id, name: names[id] ?? "", costCentre: costCentres[id] ?? "", taxCode: taxCodes[id] ?? "",
                niCategory: niCategories[id] ?? "", amounts: amounts, payslip: payslip)
        }
    }
}

extension PayrollRegister {
    /// Pay by cost centre, in the order of their names.
    struct CostCentreTotal {
        var name: String
        var payslips = 0
        var gross: Money
        var net: Money
        var employerCost: Money
    }

    func costCentreTotals() throws -> [CostCentreTotal] {
        var totals: [String: CostCentreTotal] = [:]
        let zero = Money.zero(payroll.currency)
        for row in rows {
            let name = row.costCentre.isEmpty ? "(none)" : row.costCentre
            var total = totals[name] ?? CostCentreTotal(name: name, gross: zero, net: zero, employerCost: zero)
            total.payslips += 1
            total.gross = try total.gross + row.payslip.gross
            total.net = try total.net + row.payslip.net
            total.employerCost = try total.employerCost + row.payslip.employerCost
            totals[name] = total
        }
        return totals.values.sorted { $0.name < $1.name }
    }

    /// What the payslips of the run add up to, by component.
    func componentTotals() throws -> [(component: PayComponent, payslips: Int, amount: Money)] {
        try components.enumerated().map { index, component in
            let amounts = rows.compactMap { $0.amounts[index] }
            return (component, amounts.count, try amounts.sum(payroll.currency))
        }
    }
}
