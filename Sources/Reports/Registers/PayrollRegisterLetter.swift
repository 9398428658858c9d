import Amounts
import Payroll

extension PayrollRegister {
    /// The mail that carries the register.
    package var letter: ReportLetter {
        let code = payroll.currency.code
        return ReportLetter(
            subject: "Payroll \(payroll.payGroup) \(payroll.period): net pay \(code) \(totals.net.groupedText) on "
                + "\(payroll.payDate)",
            opening: "The payroll of \(companyName), group \(payroll.payGroup), for \(payroll.days.lowerBound) to "
                + "\(payroll.days.upperBound) is calculated and posted. Pay date: \(payroll.payDate).",
            figures: [
                .init("Net pay", "\(code) \(totals.net.groupedText)"),
                .init("Gross pay", "\(code) \(totals.gross.groupedText)"),
                .init("Employer's cost on top", "\(code) \(totals.employerCost.groupedText)"),
                .init("Payslips", "\(totals.payslips)"), .init("Set aside", "\(exceptions.count)"),
            ],
            lists: [
                .init("Set aside, not paid by this run:", exceptions.map { "\($0.item): \($0.message)" })
            ],
            closing: "The register is attached. It was made by run \(record.id); every figure can be explained with "
                + "`steward explain payslip \(record.id) EMPLOYEE`.")
    }
}
