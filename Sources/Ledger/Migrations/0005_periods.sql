-- The periods of the books: how far each is closed for each area, by whom, and what was on the accounts at its end.

-- What config/ledger.yaml says of the periods, as it was when somebody last posted or closed.
CREATE TABLE fiscal_calendar (
    company INTEGER NOT NULL PRIMARY KEY CHECK (company = 1),
    start_month INTEGER NOT NULL,                -- the day on which fiscal years begin
    start_day INTEGER NOT NULL,
    first_period TEXT NOT NULL,                  -- of the books: 2026-P01
    open_months_ahead INTEGER NOT NULL,          -- beyond the present month
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;

-- The areas that an entry of a journal touches, beside general, which every entry does.
CREATE TABLE journal_area (
    journal TEXT NOT NULL,
    area TEXT NOT NULL,
    PRIMARY KEY (journal, area)
) STRICT, WITHOUT ROWID;
INSERT INTO journal_area (journal, area)
VALUES ('SAL', 'sales'), ('PUR', 'purchase'), ('PAY', 'payroll'), ('STK', 'stock');

-- Where a period is not open. It follows from the changes.
CREATE TABLE period_state (
    period TEXT NOT NULL,                        -- 2026-P04
    area TEXT NOT NULL CHECK (area = 'sales' OR area = 'purchase' OR area = 'payroll' OR area = 'stock'
                              OR area = 'tax' OR area = 'general'),
    state TEXT NOT NULL CHECK (state = 'soft_closed' OR state = 'closed' OR state = 'locked'),
    PRIMARY KEY (period, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_change (
    period_change_id SERIAL_KEY,
    period TEXT NOT NULL,
    area TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    people TEXT NOT NULL,                        -- accounts, one a line: what opens again takes two
    reason TEXT NOT NULL,
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX period_change_by_period ON period_change (period, period_change_id);
APPEND_ONLY(period_change);

-- What takes a second person: asked for by one, confirmed by another, or withdrawn.
CREATE TABLE period_request (
    period_request_id SERIAL_KEY,
    what TEXT NOT NULL CHECK (what = 'reopen' OR what = 'except'),
    period TEXT NOT NULL,
    areas TEXT NOT NULL,                         -- one a line
    person TEXT,                                 -- of an exception: who may post
    until INTEGER,                               -- of an exception: when it ends
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK ((what = 'except') = (person IS NOT NULL)),
    CHECK ((person IS NULL) = (until IS NULL))
) STRICT;
APPEND_ONLY(period_request);

CREATE TABLE period_request_decision (
    period_request_id INTEGER NOT NULL PRIMARY KEY REFERENCES period_request (period_request_id),
    decision TEXT NOT NULL CHECK (decision = 'confirmed' OR decision = 'withdrawn'),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
APPEND_ONLY(period_request_decision);

-- Leave for one person to post in a period that is not open, for a while.
CREATE TABLE period_exception (
    period TEXT NOT NULL,
    area TEXT NOT NULL,
    person TEXT NOT NULL,
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    granted_by TEXT NOT NULL,                    -- two accounts, one a line
    period_request_id INTEGER NOT NULL REFERENCES period_request (period_request_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (period, area, person, period_request_id)
) STRICT, WITHOUT ROWID;
APPEND_ONLY(period_exception);

-- No program posts where it may not.
REFUSE_UPDATES(journal_head, posts_in_open_periods, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM journal_entry AS entry CROSS JOIN period_state
     WHERE entry.entry_number >= OLD.open_batch AND period_state.period = entry.period
       AND (period_state.area = 'general'
            OR EXISTS (SELECT 1 FROM journal_area
                        WHERE journal_area.journal = entry.journal AND journal_area.area = period_state.area))
       AND NOT (period_state.state = 'soft_closed'
                AND (entry.kind <> 'normal'
                     OR EXISTS (SELECT 1 FROM run WHERE run.run_id = entry.run_id
                                   AND (run.kind = 'ledger.close' OR run.kind = 'ledger.close-year'))))
       AND NOT (period_state.state <> 'locked'
                AND EXISTS (SELECT 1 FROM period_exception AS exception
                             WHERE exception.period = period_state.period AND exception.area = period_state.area
                               AND exception.person = entry.recorded_by AND exception.until > entry.recorded_at)));

-- What the close of a period found on the accounts. It counts until something is posted in the period or before it.
CREATE TABLE period_snapshot (
    period TEXT NOT NULL,
    version INTEGER NOT NULL,                    -- 1, and one more for each time that the period is closed again
    ordinal INTEGER NOT NULL,                    -- the order of periods
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    entry_number INTEGER NOT NULL,               -- the last of the journal at that time
    entry_hash TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    digest TEXT NOT NULL,                        -- SHA-256 of its balances
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (period, version)
) STRICT;
CREATE INDEX period_snapshot_in_order ON period_snapshot (ordinal, version);
APPEND_ONLY(period_snapshot);

CREATE TABLE period_snapshot_end (
    period TEXT NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (period, version),
    FOREIGN KEY (period, version) REFERENCES period_snapshot (period, version)
) STRICT;
APPEND_ONLY(period_snapshot_end);

-- By account, currency and dimensions. Opening + debit - credit + closing entries = closing; debits and credits are not
-- negative, and leave out entries of the kinds opening and closing, and what a reopening undid.
CREATE TABLE period_balance (
    period TEXT NOT NULL,
    version INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    cost_centre TEXT NOT NULL,                   -- '' for none
    project TEXT NOT NULL,
    opening_minor INTEGER NOT NULL,
    debit_minor INTEGER NOT NULL,
    credit_minor INTEGER NOT NULL,
    closing_entries_minor INTEGER NOT NULL,
    closing_minor INTEGER NOT NULL,
    opening_base INTEGER NOT NULL,
    debit_base INTEGER NOT NULL,
    credit_base INTEGER NOT NULL,
    closing_entries_base INTEGER NOT NULL,
    revaluation_base INTEGER NOT NULL,           -- a part of debit less credit
    closing_base INTEGER NOT NULL,
    run_id INTEGER REFERENCES run (run_id),
    PRIMARY KEY (period, version, account, currency, cost_centre, project),
    FOREIGN KEY (period, version) REFERENCES period_snapshot (period, version) DEFERRABLE INITIALLY DEFERRED,
    CHECK (opening_minor + debit_minor - credit_minor + closing_entries_minor = closing_minor),
    CHECK (opening_base + debit_base - credit_base + closing_entries_base = closing_base)
) STRICT, WITHOUT ROWID;
APPEND_ONLY(period_balance);

-- What a reopening undid, so that the debits and credits of its period are told without it.
CREATE INDEX journal_entry_undone ON journal_entry (entry_date) WHERE source_type = 'period-reopening';

-- The steps that a close has passed. What it posted stands in the journal.
CREATE TABLE close_step (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    step TEXT NOT NULL,
    line INTEGER NOT NULL,                       -- its place in the close
    period TEXT NOT NULL,
    title TEXT NOT NULL,
    finding_count INTEGER NOT NULL,              -- more than 0: they were signed off
    finding_digest TEXT NOT NULL,
    figures TEXT NOT NULL,                       -- what agrees: label: value, one a line
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, step)
) STRICT;
CREATE INDEX close_step_by_period ON close_step (period, run_id);
APPEND_ONLY(close_step);

-- What stands in the way of a close: what the last look at a step found.
CREATE TABLE close_finding (
    period TEXT NOT NULL,
    step TEXT NOT NULL,
    line INTEGER NOT NULL,
    item TEXT NOT NULL,                          -- what it is about: run 12, account 1290
    text TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (period, step, line)
) STRICT, WITHOUT ROWID;

-- Leave for a step to pass although it found something: exactly these findings.
CREATE TABLE close_sign_off (
    period TEXT NOT NULL,
    step TEXT NOT NULL,
    digest TEXT NOT NULL,                        -- SHA-256 of the findings
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (period, step, digest)
) STRICT;
APPEND_ONLY(close_sign_off);
