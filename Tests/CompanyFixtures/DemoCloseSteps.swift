import Ledger
import Payroll
import Reports

/// What the domains add to the close of a period before its approval, as the program has it.
package enum DemoCloseSteps: CloseStepCatalog {
    package static let steps: [any CloseStep] = [PayrollPosted(), ClosePackStep(.draft)]
}
