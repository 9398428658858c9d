-- What payroll runs computed. Rows never change once they are written: a correction is a further run. Those of a run that
-- waits for an approval, or was rejected, count for nothing.

CREATE TABLE payroll_run (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES run (run_id),
    pay_group TEXT NOT NULL,
    period TEXT NOT NULL,
    sequence INTEGER NOT NULL,                   -- 1, and one more for each run of the period that was rejected or paid nobody
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    pay_date TEXT NOT NULL,
    tax_year TEXT NOT NULL,
    tax_period INTEGER NOT NULL,
    currency TEXT NOT NULL,
    pack TEXT NOT NULL,
    pack_checksum TEXT NOT NULL,                 -- SHA-256 of the pack's file
    components_checksum TEXT NOT NULL,           -- SHA-256 of the components' file
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (pay_group, period, sequence)
) STRICT;
CREATE INDEX payroll_run_by_tax_year ON payroll_run (tax_year);
APPEND_ONLY(payroll_run);

CREATE TABLE payslip (
    run_id INTEGER NOT NULL REFERENCES payroll_run (run_id),
    employee_id TEXT NOT NULL REFERENCES employee (employee_id),
    gross_minor INTEGER NOT NULL,
    deductions_minor INTEGER NOT NULL,
    net_minor INTEGER NOT NULL,
    employer_minor INTEGER NOT NULL,
    cost_centre TEXT,                            -- that bears the pay
    input_hash TEXT NOT NULL,                    -- SHA-256 of all that the payslip was computed from
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK (gross_minor - deductions_minor = net_minor),
    PRIMARY KEY (run_id, employee_id)
) STRICT, WITHOUT ROWID;
APPEND_ONLY(payslip);

CREATE TABLE payslip_line (
    run_id INTEGER NOT NULL,
    employee_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    component TEXT NOT NULL,
    base_minor INTEGER,                          -- what a statutory line was computed on
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (run_id, employee_id, line),
    FOREIGN KEY (run_id, employee_id) REFERENCES payslip (run_id, employee_id)
) STRICT, WITHOUT ROWID;
APPEND_ONLY(payslip_line);
