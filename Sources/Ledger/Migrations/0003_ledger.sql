-- The journal: double entry, append-only, each entry chained to the one before by its hash.

CREATE TABLE journal_entry (
    entry_number INTEGER NOT NULL PRIMARY KEY,   -- 1, 2, 3 …: gapless, in posting order
    entry_key TEXT NOT NULL UNIQUE,              -- what it is for: payroll/monthly/2026-04; the same twice is a no-op
    entry_date TEXT NOT NULL,
    description TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_entry_by_run ON journal_entry (run_id);
APPEND_ONLY(journal_entry);

CREATE TABLE posting (
    entry_number INTEGER NOT NULL REFERENCES journal_entry (entry_number),
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,               -- debits are positive, credits negative
    description TEXT NOT NULL,
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (entry_number, line)
) STRICT;
CREATE INDEX posting_by_account ON posting (account, entry_number);
APPEND_ONLY(posting);

-- The end of the chain. Its one row is locked while an entry is posted, so that numbers have no gaps and no two entries
-- follow the same one, also where several processes post.
CREATE TABLE journal_head (
    company INTEGER NOT NULL PRIMARY KEY CHECK (company = 1),
    entry_number INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO journal_head (company, entry_number, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
