import Diagnostics
import GRDBSQLite

/// The least that the run's traffic with the database costs: the same reads and inserts with sqlite3 alone, the rows
/// ready in memory, nothing computed.
final class BareSQLite {
    private var handle: OpaquePointer?

    init(path: String) throws {
        try check(sqlite3_open(path, &handle))
        try execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384
            """)
    }

    deinit {
        sqlite3_close(handle)
    }

    struct PayslipRow {
        var employee: String
        var gross: Int64
        var deductions: Int64
        var net: Int64
        var employer: Int64
        var hash: String
        var lines: [(component: String, base: Int64?, amount: Int64)] = []
    }

    /// Steps through all facts of the employees, chunk by chunk, and looks at each cell.
    func readFacts(of employees: [String], chunk: Int) throws -> Int {
        let statement = try prepare(
            """
            SELECT employee_id, field, value, effective_from, effective_to FROM employee_fact
             WHERE employee_id >= ? AND employee_id <= ? ORDER BY employee_id, fact_id
            """)
        defer { sqlite3_finalize(statement) }
        var count = 0
        for start in stride(from: 0, to: employees.count, by: chunk) {
            bind(employees[start], to: statement, 1)
            bind(employees[min(start + chunk, employees.count) - 1], to: statement, 2)
            while sqlite3_step(statement) == SQLITE_ROW {
                for column in 0..<CInt(5) where sqlite3_column_text(statement, column) != nil {
                    count += 1
                }
            }
            sqlite3_reset(statement)
        }
        return count
    }

    /// Every payslip of a run with its lines.
    func payslips(of run: Int64) throws -> [PayslipRow] {
        let heads = try prepare(
            """
            SELECT employee_id, gross_minor, deductions_minor, net_minor, employer_minor, input_hash
              FROM payslip WHERE run_id = ? ORDER BY employee_id
            """)
        let lines = try prepare(
            """
            SELECT employee_id, component, base_minor, amount_minor FROM payslip_line
             WHERE run_id = ? ORDER BY employee_id, line
            """)
        defer {
            sqlite3_finalize(heads)
            sqlite3_finalize(lines)
        }
        sqlite3_bind_int64(heads, 1, run)
        sqlite3_bind_int64(lines, 1, run)
        var rows: [PayslipRow] = []
        while sqlite3_step(heads) == SQLITE_ROW {
            rows.append(
                PayslipRow(
                    employee: text(heads, 0), gross: sqlite3_column_int64(heads, 1),
                    deductions: sqlite3_column_int64(heads, 2), net: sqlite3_column_int64(heads, 3),
                    employer: sqlite3_column_int64(heads, 4), hash: text(heads, 5)))
        }
        var index = 0
        while sqlite3_step(lines) == SQLITE_ROW {
            let employee = text(lines, 0)
            while rows[index].employee != employee { index += 1 }
            let base = sqlite3_column_type(lines, 2) == SQLITE_NULL ? nil : sqlite3_column_int64(lines, 2)
            rows[index].lines.append((text(lines, 1), base, sqlite3_column_int64(lines, 3)))
        }
        return rows
    }

    /// Inserts payslips and lines as of another run, a transaction for each chunk.
    func insert(_ rows: [PayslipRow], asRun run: Int64, chunk: Int) throws {
        let payslip = try prepare(
            """
            INSERT INTO payslip (run_id, employee_id, gross_minor, deductions_minor, net_minor, employer_minor,
                                 input_hash, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'benchmark', 0)
            """)
        let line = try prepare(
            """
            INSERT INTO payslip_line (run_id, employee_id, line, component, base_minor, amount_minor)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        defer {
            sqlite3_finalize(payslip)
            sqlite3_finalize(line)
        }
        sqlite3_bind_int64(payslip, 1, run)
        sqlite3_bind_int64(line, 1, run)
        for start in stride(from: 0, to: rows.count, by: chunk) {
            try execute("BEGIN IMMEDIATE")
            for row in rows[start..<min(start + chunk, rows.count)] {
                bind(row.employee, to: payslip, 2)
                for (offset, value) in [row.gross, row.deductions, row.net, row.employer].enumerated() {
                    sqlite3_bind_int64(payslip, CInt(3 + offset), value)
                }
                bind(row.hash, to: payslip, 7)
                try step(payslip)
                bind(row.employee, to: line, 2)
                for (offset, item) in row.lines.enumerated() {
                    sqlite3_bind_int64(line, 3, Int64(offset + 1))
                    bind(item.component, to: line, 4)
                    if let base = item.base { sqlite3_bind_int64(line, 5, base) } else { sqlite3_bind_null(line, 5) }
                    sqlite3_bind_int64(line, 6, item.amount)
                    try step(line)
                }
            }
            try execute("COMMIT")
        }
    }

    /// Makes a run and payroll run that bare inserts can point to.
    func copyRun(_ run: Int64) throws -> Int64 {
        let copy = run + 1_000
        try execute(
            """
            CREATE TEMP TABLE copied AS SELECT * FROM run WHERE run_id = \(run);
            UPDATE copied SET run_id = \(copy), generation = generation + 1;
            INSERT INTO run SELECT * FROM copied;
            DROP TABLE copied;
            CREATE TEMP TABLE copied AS SELECT * FROM payroll_run WHERE run_id = \(run);
            UPDATE copied SET run_id = \(copy), sequence = sequence + 1;
            INSERT INTO payroll_run SELECT * FROM copied;
            DROP TABLE copied;
            """)
        return copy
    }

    // MARK: - sqlite3

    private func execute(_ sql: String) throws {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    private func prepare(_ sql: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        return statement
    }

    private func step(_ statement: OpaquePointer?) throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { return try check(code) }
        sqlite3_reset(statement)
    }

    private func bind(_ value: String, to statement: OpaquePointer?, _ position: CInt) {
        sqlite3_bind_text(statement, position, value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    private func text(_ statement: OpaquePointer?, _ column: CInt) -> String {
        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else {
            throw Failure(.failed, "sqlite3: \(String(cString: sqlite3_errmsg(handle)))")
        }
    }
}
