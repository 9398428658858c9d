import Amounts
import Payroll

/// The mail that carries the register: the figures that matter, then what needs a look.
struct PayrollRegisterLetter {
    let register: PayrollRegister

    var subject: String {
        let payroll = register.payroll
        return "Payroll \(payroll.payGroup) \(payroll.period): net pay \(payroll.currency.code) "
            + "\(register.totals.net.groupedText) on \(payroll.payDate)"
    }

    private var figures: [(label: String, value: String)] {
        let code = register.payroll.currency.code
        let totals = register.totals
        return [
            ("Net pay", "\(code) \(totals.net.groupedText)"),
            ("Gross pay", "\(code) \(totals.gross.groupedText)"),
            ("Employer's cost on top", "\(code) \(totals.employerCost.groupedText)"),
            ("Payslips", "\(totals.payslips)"),
            ("Set aside", "\(register.exceptions.count)"),
        ]
    }

    private var opening: String {
        let payroll = register.payroll
        return "The payroll of \(register.companyName), group \(payroll.payGroup), for \(payroll.days.lowerBound) to "
            + "\(payroll.days.upperBound) is calculated and posted. Pay date: \(payroll.payDate)."
    }

    private var closing: String {
        "The register is attached. It was made by run \(register.record.id); every figure can be explained with "
            + "`steward explain payslip \(register.record.id) EMPLOYEE`."
    }

    var text: String {
        let width = figures.map(\.label.count).max() ?? 0
        let valueWidth = figures.map(\.value.count).max() ?? 0
        var lines = [opening, ""]
        for (label, value) in figures {
            lines.append(
                "  " + label + String(repeating: " ", count: width - label.count + 2)
                    + String(repeating: " ", count: valueWidth - value.count) + value)
        }
        if !register.exceptions.isEmpty {
            lines += ["", "Set aside, not paid by this run:"]
            lines += register.exceptions.map { "  \($0.item): \($0.message)" }
        }
        lines += ["", closing]
        return lines.joined(separator: "\n") + "\n"
    }

    var html: String {
        let rows = figures.map {
            "<tr><td style=\"padding:4px 24px 4px 0\">\(Self.escaped($0.label))</td>"
                + "<td style=\"padding:4px 0;text-align:right\"><b>\(Self.escaped($0.value))</b></td></tr>"
        }
        var parts = [
            "<p>\(Self.escaped(opening))</p>", "<table style=\"border-collapse:collapse\">\(rows.joined())</table>",
        ]
        if !register.exceptions.isEmpty {
            let items = register.exceptions.map { "<li>\(Self.escaped("\($0.item): \($0.message)"))</li>" }
            parts.append("<p>Set aside, not paid by this run:</p><ul>\(items.joined())</ul>")
        }
        parts.append("<p>\(Self.escaped(closing))</p>")
        return """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(subject))</title></head>\
            <body style="font-family:sans-serif;font-size:15px;max-width:40em">\(parts.joined())</body></html>
            """
    }

    /// Text from outside never becomes markup.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
