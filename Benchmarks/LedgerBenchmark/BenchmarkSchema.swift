import Jobs
import Ledger
import Payroll
import People
import Store

/// The tables of the stores that are measured.
enum BenchmarkSchema {
    /// All of the program's: those of the ledger lie on both sides of payroll's.
    static let migrations = Migration.inOrder(
        JobsSchema.migrations, PeopleSchema.migrations, LedgerSchema.migrations, PayrollSchema.migrations)
}
