-- Runs, their attempts, events and exceptions, and the outbox.
-- Times are microseconds since 1970-01-01T00:00:00Z, bound by the program: no clock of the database is asked.

CREATE TABLE job_version (
    hash TEXT NOT NULL PRIMARY KEY,          -- SHA-256 of the declaration's text
    job TEXT NOT NULL,
    declaration TEXT NOT NULL,               -- the YAML as it was when a run first used it
    recorded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
    run_id SERIAL_KEY,
    job TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    parameters TEXT NOT NULL,                -- canonical: name=value, sorted by name, one a line
    generation INTEGER NOT NULL,             -- 1, and one more for each deliberate repeat
    job_version TEXT NOT NULL REFERENCES job_version (hash),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'partly', 'failed', 'canceled')),
    trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'person', 'run', 'api')),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    known_at INTEGER NOT NULL,               -- facts recorded later than this do not exist for the run
    attempt INTEGER NOT NULL,                -- the fencing token: only this attempt may commit
    lease_until INTEGER,                     -- while running: until when the attempt is taken to be alive
    checkpoint TEXT,                         -- the key of the last item of the last committed chunk
    steps TEXT NOT NULL,                     -- the whole-run steps that are committed, one a line
    chunks INTEGER NOT NULL,
    items_total INTEGER NOT NULL,
    items_done INTEGER NOT NULL,
    exceptions INTEGER NOT NULL,
    effects_digest TEXT NOT NULL,            -- SHA-256, chained over the chunks
    summary TEXT,                            -- what a person reads, set when the run ends
    finished_at INTEGER,
    UNIQUE (job, period, parameters, generation)
) STRICT;
CREATE INDEX run_by_job ON run (job, run_id);
CREATE INDEX run_by_period ON run (job, period, run_id);
CREATE INDEX run_by_state ON run (state, run_id);

CREATE TABLE run_effect (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    table_name TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    PRIMARY KEY (run_id, table_name)
) STRICT;

CREATE TABLE run_event (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    person TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (run_id, sequence)
) STRICT;
APPEND_ONLY(run_event);

CREATE TABLE attempt (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'lost')),
    host TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    process_started TEXT NOT NULL,           -- tells a process from a later one with the same id
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT,
    PRIMARY KEY (run_id, number)
) STRICT;

CREATE TABLE run_exception (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    item TEXT NOT NULL,                      -- the key of the employee, customer, invoice
    reason TEXT NOT NULL,                    -- a short code: missing_fact, negative_net_pay
    message TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, item)
) STRICT;

CREATE TABLE outbox_message (
    outbox_message_id SERIAL_KEY,
    effect_key TEXT NOT NULL UNIQUE,         -- what the message is, whichever attempt wrote it
    message_id TEXT NOT NULL,
    message_date INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,                -- addresses, one a line
    subject TEXT NOT NULL,
    content BLOB NOT NULL,                   -- the whole message, RFC 5322
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_message_by_run ON outbox_message (run_id);

CREATE TABLE outbox_delivery (
    outbox_message_id INTEGER NOT NULL PRIMARY KEY REFERENCES outbox_message (outbox_message_id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'deferred', 'refused', 'in_doubt')),
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    answer TEXT,                             -- the server's last words, or the file that was written
    host TEXT,                               -- who is sending it, to tell whether that process still lives
    process_id INTEGER,
    process_started TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_delivery_due ON outbox_delivery (state, not_before);
