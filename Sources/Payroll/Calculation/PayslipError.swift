import Amounts
import Calendars
import Diagnostics
import Formulas
import Jobs
import People

/// Why one employee gets no payslip from a run while the others do.
package enum PayslipError: Error, Hashable, Sendable {
    case missingFact(field: String, why: String)
    case invalidFact(field: String, expected: String)
    case formula(component: String, FormulaError)
    case statutory(component: String, GBRuleError)
    case arithmetic(component: String, ArithmeticError)
    case negativeNetPay(Money)
    case paidAfterLeaving(field: String, leaveDate: CalendarDate)

    /// A short, stable code.
    var reason: String {
        switch self {
        case .missingFact: "missing_fact"
        case .invalidFact: "invalid_fact"
        case .formula(_, let error):
            if case .inputNotSet = error.reason { "missing_fact" } else { "formula" }
        case .statutory: "statutory_rule"
        case .arithmetic: "overflow"
        case .negativeNetPay: "negative_net_pay"
        case .paidAfterLeaving: "paid_after_leaving"
        }
    }

    /// What is wrong and what to do. The value at fault is not repeated: it may be pay or tax data.
    var message: String {
        switch self {
        case .missingFact(let field, let why):
            "\(field) is missing (\(why)); import it with `steward import facts`"
        case .invalidFact(let field, let expected):
            "\(field) is not what it must be (expected \(expected)); correct it with `steward import facts`"
        case .formula(let component, let error):
            if case .inputNotSet(let name) = error.reason {
                "\(name) is missing (\(component) needs it); import it with `steward import facts`"
            } else {
                "\(component): \(error)"
            }
        case .statutory(let component, let error):
            "\(component): \(error.failure.description.split(separator: "\n").joined(separator: " "))"
        case .arithmetic(let component, let error):
            "\(component): \(error.failure.summary)"
        case .negativeNetPay(let net):
            "the deductions exceed the pay by \(net.currency.code) \(net.groupedText.drop { $0 == "-" }); pay less back, "
                + "or spread the deduction over several periods"
        case .paidAfterLeaving(let field, let leaveDate):
            "has \(field) in this period but left on \(leaveDate); correct the one or the other"
        }
    }

    func exception(for employee: EmployeeID) -> RunException {
        RunException(item: employee.rawValue, reason: reason, message: message)
    }
}
