import Ledger
import Payroll
import Reports

/// What the domains add to the close of a period.
enum CompanyCloseSteps: CloseStepCatalog {
    static let steps: [any CloseStep] = [PayrollPosted(), ClosePackStep(.draft), ClosePackStep()]
}
