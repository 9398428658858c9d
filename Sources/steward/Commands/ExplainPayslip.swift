import ArgumentParser
import Diagnostics
import Jobs
import Payroll
import People

/// `steward explain payslip`: each line with its formula, inputs, tables and roundings.
struct ExplainPayslip: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "payslip",
        abstract: "Explain each line of a payslip: formula, inputs, table row, source, rounding.")

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Argument(help: "The employee.")
    var employee: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        guard let id = EmployeeID(employee) else {
            throw Failure(
                .usage, "\"\(employee)\" is not an employee number.", advice: "Expected \(EmployeeID.expected).")
        }
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        let explanation = try PayslipExplanation.load(
            run: record, employee: id, company: context.company, store: store)
        switch context.printer.format {
        case .text: Terminal.print(text(explanation, record.state))
        case .json: Terminal.print(json(explanation).text)
        case .csv: context.printer.print(table(explanation))
        }
    }

    private func text(_ explanation: PayslipExplanation, _ state: RunState) -> String {
        let run = explanation.run
        var lines = [
            "Payslip of \(explanation.payslip.employee), \(run.payGroup) \(run.period), paid \(run.payDate), run \(run.run)\(state.figuresNote)",
            "Tax year \(run.taxYear), period \(run.taxPeriod); figures of \(run.pack) (\(run.packChecksum.prefix(12)))",
        ]
        for line in explanation.lines {
            lines.append("")
            lines.append("\(line.component.name)  \(run.currency.code) \(line.amount.groupedText)")
            if case .formula(let formula, _, _) = line.component.computation {
                lines.append("  formula   \(formula.text.split(whereSeparator: \.isNewline).joined(separator: " "))")
            }
            lines.append("  declared  \(line.component.location)")
            for step in line.steps {
                // A lone name is its own computation.
                let computation = step.label == step.computation ? step.label : "\(step.label): \(step.computation)"
                lines.append("  - \(computation) = \(step.result)")
                if let rounding = step.rounding { lines.append("      rounded  \(rounding)") }
                if let source = step.source { lines.append("      source   \(source)") }
            }
        }
        let payslip = explanation.payslip
        lines += [
            "",
            "Gross pay \(payslip.gross.groupedText) - deductions \(payslip.deductions.groupedText) = net pay "
                + "\(run.currency.code) \(payslip.net.groupedText)",
            "Computed from the inputs with the hash \(payslip.inputHash)",
        ]
        return lines.joined(separator: "\n")
    }

    private func json(_ explanation: PayslipExplanation) -> JSONValue {
        .object([
            ("employee", .string(explanation.payslip.employee.rawValue)),
            ("run", .integer(Int(explanation.run.run.rawValue))),
            ("currency", .string(explanation.run.currency.code)),
            ("pack", .string(explanation.run.pack)),
            ("pack_checksum", .string(explanation.run.packChecksum)),
            ("input_hash", .string(explanation.payslip.inputHash)),
            ("gross", .string(explanation.payslip.gross.plainText)),
            ("deductions", .string(explanation.payslip.deductions.plainText)),
            ("net", .string(explanation.payslip.net.plainText)),
            (
                "lines",
                .array(
                    explanation.lines.map { line in
                        .object([
                            ("component", .string(line.component.code)), ("name", .string(line.component.name)),
                            ("base", JSONValue(line.base?.plainText)), ("amount", .string(line.amount.plainText)),
                            ("declared", .string("\(line.component.location)")),
                            (
                                "steps",
                                .array(
                                    line.steps.map { step in
                                        .object([
                                            ("label", .string(step.label)), ("computation", .string(step.computation)),
                                            ("result", .string(step.result)), ("rounding", JSONValue(step.rounding)),
                                            ("source", JSONValue(step.source)),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }

    private func table(_ explanation: PayslipExplanation) -> Table {
        var table = Table(columns: [
            .init("Component"), .init("Amount"), .init("Step"), .init("Computation"), .init("Result"),
            .init("Rounding"),
            .init("Source"),
        ])
        for line in explanation.lines {
            for step in line.steps {
                table.rows.append([
                    .text(line.component.code), .money(line.amount), .text(step.label), .text(step.computation),
                    .text(step.result), .text(step.rounding ?? ""), .text(step.source ?? ""),
                ])
            }
        }
        return table
    }
}
