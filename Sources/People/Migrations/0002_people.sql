-- Employees and what is known of them: facts with two times, since when they hold and since when we know them.

CREATE TABLE employee (
    employee_id TEXT NOT NULL PRIMARY KEY,       -- the company's own number
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE employee_fact (
    fact_id SERIAL_KEY,
    employee_id TEXT NOT NULL REFERENCES employee (employee_id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,                         -- canonical; empty: the field has no value in that time
    effective_from TEXT NOT NULL,
    effective_to TEXT,                           -- the last day, inclusive
    source TEXT NOT NULL,                        -- employees.csv:14
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX employee_fact_by_employee ON employee_fact (employee_id);
CREATE INDEX employee_fact_by_pay_group ON employee_fact (value, employee_id) WHERE field = 'pay_group';
APPEND_ONLY(employee_fact);
