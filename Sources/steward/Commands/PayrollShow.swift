import ArgumentParser
import Diagnostics
import Jobs
import Payroll
import People
import Store

/// `steward payroll show`: the payslips of a run, or one of them.
struct PayrollShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the payslips of a run, or one employee's.")

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Argument(help: "The employee.")
    var employee: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let configuration = try PayrollConfiguration.load(for: context.company)
        try store.read { connection in
            let record = try RunRecords.find(run, in: connection)
            guard let payroll = try PayrollRecords.find(record.id, in: connection) else {
                throw Failure(
                    .notFound, "Run \(record.id) is no payroll run.", advice: "See `steward run show \(record.id)`.")
            }
            if let employee {
                try showOne(employee, payroll, record, configuration, connection, context)
            } else {
                try showAll(payroll, record, configuration, connection, context)
            }
        }
    }

    private func showAll(
        _ run: PayrollRunRecord, _ record: RunRecord, _ configuration: PayrollConfiguration, _ connection: Connection,
        _ context: CommandContext
    ) throws {
        let names = try EmployeeRecords(catalog: configuration.catalog).names(
            on: run.days.upperBound, knownAt: record.knownAt, in: connection)
        var table = Table(columns: [
            .init("Employee"), .init("Name"), .init("Gross", .right), .init("Deductions", .right), .init("Net", .right),
            .init("Employer", .right),
        ])
        table.rows = try PayrollRecords.payslips(of: run, in: connection).map { payslip in
            [
                .text(payslip.employee.rawValue), .text(names[payslip.employee] ?? ""), .money(payslip.gross),
                .money(payslip.deductions), .money(payslip.net), .money(payslip.employerCost),
            ]
        }
        let totals = try PayrollRecords.runTotals(of: run, in: connection)
        table.totals = [
            .text("\(totals.payslips) payslips"), .text(run.currency.code), .money(totals.gross),
            .money(totals.deductions), .money(totals.net), .money(totals.employerCost),
        ]
        context.printer.say(
            "Payroll \(run.payGroup) \(run.period), paid \(run.payDate), run \(run.run)\(record.state.figuresNote)\n\n")
        context.printer.print(table)
        if record.exceptions > 0 {
            context.printer.say("\n\(record.exceptions) set aside; see `steward run show \(run.run)`.")
        }
    }

    private func showOne(
        _ employee: String, _ run: PayrollRunRecord, _ record: RunRecord, _ configuration: PayrollConfiguration,
        _ connection: Connection, _ context: CommandContext
    ) throws {
        guard let id = EmployeeID(employee),
            let payslip = try PayrollRecords.payslip(of: id, in: run, connection: connection)
        else {
            throw Failure(
                .notFound, "Run \(run.run) has no payslip for \(employee).",
                advice: "See who was paid with `steward payroll show \(run.run)`.")
        }
        var details = Details()
        details.add("employee", id.rawValue)
        if record.state.figuresNote != "" { details.add("state", record.state.words) }
        let days = run.days
        details.add("pay group", run.payGroup)
        details.add(
            "period", text: "\(run.period) (\(days.lowerBound) to \(days.upperBound))", json: .string("\(run.period)"))
        details.add("first day", text: nil, json: .string("\(days.lowerBound)"))
        details.add("last day", text: nil, json: .string("\(days.upperBound)"))
        details.add("pay date", "\(run.payDate)")
        details.add("tax period", "\(run.taxYear), \(run.taxPeriod)")
        var table = Table(columns: [
            .init("Component"), .init("Kind"), .init("Base", .right), .init("Amount", key: "amount", .right),
        ])
        table.rows = payslip.lines.map { line in
            let component = configuration.plan.component(line.component)
            return [
                .text(component?.name ?? line.component), .text(component?.kind.name ?? ""),
                line.base.map(Table.Cell.money) ?? .none, .money(line.amount),
            ]
        }
        details.mainSection = "lines"
        details.add(section: "Lines in \(run.currency.code)", key: "lines", table)
        var sums = Table(columns: [.init("Total"), .init("Amount", .right)])
        sums.rows = [
            [.text("Gross pay"), .money(payslip.gross)], [.text("Deductions"), .money(payslip.deductions)],
            [.text("Net pay"), .money(payslip.net)], [.text("Employer's cost"), .money(payslip.employerCost)],
        ]
        details.add(section: "Totals in \(run.currency.code)", key: "totals", sums)
        context.printer.print(details)
        context.printer.say("\nWhy: `steward explain payslip \(run.run) \(id)`.")
    }
}

extension PayComponent.Kind {
    var name: String {
        switch self {
        case .earning: "earning"
        case .deduction: "deduction"
        case .employer: "employer"
        }
    }
}
