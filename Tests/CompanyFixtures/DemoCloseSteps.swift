import Ledger
import Payroll

/// What the domains add to the close of a period, as the program has it.
package enum DemoCloseSteps: CloseStepCatalog {
    package static let steps: [any CloseStep] = [PayrollPosted()]
}
