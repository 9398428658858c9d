import Amounts
import Calendars

/// The table that both loops fill, and the values of its row `i`.
enum Table {
    static let sql = """
        CREATE TABLE line (
            id INTEGER PRIMARY KEY,
            employee_id INTEGER NOT NULL,
            code TEXT NOT NULL,
            paid_on TEXT NOT NULL,
            amount_minor INTEGER NOT NULL,
            currency TEXT NOT NULL
        ) STRICT
        """
    /// The settings of a SQLite store.
    static let settings = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA recursive_triggers = ON; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 8388608;
        """

    static let codes = [
        "basic_pay", "overtime", "income_tax", "national_insurance_employee", "pension_employee", "student_loan_plan_2",
        "commission", "round",
    ]
    static let dates = (0..<12).map { CalendarDate(dayNumber: 20_454 + 30 * $0) }

    static func employee(_ i: Int) -> Int64 { Int64(i / 8) }
    static func amount(_ i: Int) -> Int64 { Int64(i % 100_003) * 37 }
}
