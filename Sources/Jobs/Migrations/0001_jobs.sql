-- Runs, their attempts, events and exceptions, schedules, and the outbox.
-- Times are microseconds since 1970-01-01T00:00:00Z, bound by the program: no clock of the database is asked.

CREATE TABLE job_version (
    hash TEXT NOT NULL PRIMARY KEY,          -- SHA-256 of the declaration's text
    job TEXT NOT NULL,
    declaration TEXT NOT NULL,               -- the YAML as it was when a run first used it
    recorded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run_transition (
    from_state TEXT NOT NULL,                -- '' before there was a run
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;
INSERT INTO run_transition (from_state, to_state) VALUES
    ('', 'planned'), ('', 'queued'),
    ('planned', 'queued'), ('planned', 'canceled'),
    ('queued', 'running'), ('queued', 'canceled'),
    ('running', 'succeeded'), ('running', 'partly'), ('running', 'failed'), ('running', 'canceled'),
    ('running', 'waiting_approval'), ('running', 'retry_wait'), ('running', 'queued'), ('running', 'running'),
    ('retry_wait', 'queued'), ('retry_wait', 'running'), ('retry_wait', 'canceled'),
    ('waiting_approval', 'queued'), ('waiting_approval', 'rejected'),
    ('failed', 'queued'), ('failed', 'running'), ('failed', 'canceled'), ('failed', 'rejected');

CREATE TABLE run (
    run_id SERIAL_KEY,
    job TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    parameters TEXT NOT NULL,                -- canonical: name=value, sorted by name, one a line
    generation INTEGER NOT NULL,             -- 1, and one more for each deliberate repeat
    job_version TEXT NOT NULL REFERENCES job_version (hash),
    state TEXT NOT NULL,
    trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'person', 'run', 'api')),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    reason TEXT,                             -- why it exists, where that is not its schedule
    due_at INTEGER,                          -- the instant of the schedule that it is for
    queue TEXT NOT NULL,
    runs_on TEXT NOT NULL DEFAULT '',        -- what a node must be labelled: name=value, sorted by name, one a line
    priority INTEGER NOT NULL,               -- 0 runs before 9
    not_before INTEGER NOT NULL,             -- no worker takes it earlier
    on_doubt TEXT NOT NULL,                  -- what becomes of its messages whose delivery is in doubt
    known_at INTEGER NOT NULL,               -- facts recorded later than this do not exist for the run
    attempt INTEGER NOT NULL,                -- the fencing token: only this attempt may commit
    failures INTEGER NOT NULL,               -- failed attempts since a person last asked for the run
    lease_until INTEGER,                     -- while running: until when the attempt is taken to be alive
    cancel_requested_by TEXT,                -- while running: the worker is to stop after the chunk at hand
    cancel_reason TEXT,
    checkpoint TEXT,                         -- the key of the last item of the last committed chunk
    steps TEXT NOT NULL,                     -- the whole-run steps that are committed, one a line
    chunks INTEGER NOT NULL,
    items_total INTEGER NOT NULL,
    items_done INTEGER NOT NULL,
    exceptions INTEGER NOT NULL,
    effects_digest TEXT NOT NULL,            -- SHA-256, chained over the chunks
    summary TEXT,                            -- what a person reads, set when the run ends
    started_at INTEGER,                      -- when its first attempt began
    finished_at INTEGER,
    UNIQUE (job, period, parameters, generation)
) STRICT;
CREATE INDEX run_by_job ON run (job, run_id);
CREATE INDEX run_by_period ON run (job, period, run_id);
CREATE INDEX run_by_state ON run (state, priority, not_before, run_id);
TRANSITIONS(run, run_transition);

-- What a planned run waits for: another job, done for a period.
CREATE TABLE run_need (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    job TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (run_id, job)
) STRICT, WITHOUT ROWID;

-- The parts of a large run that processes work on side by side: ranges of the keys of its items, fixed once. What its own
-- row says is as far as they are added up, which is done in their order.
CREATE TABLE run_partition (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    number INTEGER NOT NULL,                 -- 1, 2, 3, … in the order of the keys
    first_key TEXT NOT NULL,
    last_key TEXT NOT NULL,                  -- inclusive
    state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'working' OR state = 'done' OR state = 'added'),
    attempt INTEGER NOT NULL,                -- the fencing token: only this attempt may commit
    run_attempt INTEGER,                     -- the attempt of the run that works on it; NULL where a helper does
    failures INTEGER NOT NULL,               -- helpers that failed at it; then it is left to the attempt of the run
    lease_until INTEGER,                     -- while working: until when the attempt is taken to be alive
    host TEXT,                               -- who works, or worked, on it
    process_id INTEGER,                      -- until the daemon has started one: the daemon
    process_started TEXT,
    checkpoint TEXT,                         -- the key of the last item of the last committed chunk
    chunks INTEGER NOT NULL,
    items_total INTEGER NOT NULL,
    items_done INTEGER NOT NULL,
    exceptions INTEGER NOT NULL,
    effects_digest TEXT NOT NULL,            -- SHA-256, chained over its chunks
    effects TEXT NOT NULL,                   -- rows written, table=count, sorted by table, one a line
    error TEXT,                              -- why the last helper gave it back
    started_at INTEGER,
    finished_at INTEGER,
    PRIMARY KEY (run_id, number)
) STRICT;
CREATE INDEX run_partition_waiting ON run_partition (run_id, number) WHERE state = 'waiting';

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
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    person TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (run_id, sequence),
    FOREIGN KEY (from_state, to_state) REFERENCES run_transition (from_state, to_state)
) STRICT;
-- The runs that retention is taking away, within its transaction: only their events may go. Empty at every other time.
CREATE TABLE run_retired (
    run_id INTEGER NOT NULL PRIMARY KEY
) STRICT;
APPEND_ONLY_UNTIL(run_event, run_id, run_retired);

-- What retention has taken out of the history: one row for each kind of thing in each chunk.
CREATE TABLE history_removal (
    history_removal_id SERIAL_KEY,
    what TEXT NOT NULL CHECK (what IN ('logs', 'messages', 'occurrences', 'daemons', 'runs')),
    first_key TEXT NOT NULL,
    last_key TEXT NOT NULL,
    thing_count INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX history_removal_by_run ON history_removal (run_id);
APPEND_ONLY(history_removal);

CREATE TABLE attempt (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'timed_out', 'killed', 'canceled', 'lost')),
    host TEXT NOT NULL,
    process_id INTEGER NOT NULL,             -- 0 until the daemon has started it
    process_started TEXT NOT NULL,           -- tells a process from a later one with the same id
    claimed_at INTEGER NOT NULL,
    started_at INTEGER,                      -- when the worker began
    ended_at INTEGER,
    exit_code INTEGER,
    signal INTEGER,
    processor_milliseconds INTEGER,
    memory_peak_bytes INTEGER,
    error TEXT,
    cause TEXT,                              -- why it failed, as far as a retry depends on it; NULL: a retry is no use
    PRIMARY KEY (run_id, number)
) STRICT;

-- What the worker of an attempt wrote to standard output and standard error.
CREATE TABLE attempt_log (
    run_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    stream TEXT NOT NULL CHECK (stream IN ('out', 'err', 'note')),
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, attempt, sequence),
    FOREIGN KEY (run_id, attempt) REFERENCES attempt (run_id, number)
) STRICT, WITHOUT ROWID;

-- The results that a run waits with, and what people decided about them.
CREATE TABLE run_proposal (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES run (run_id),
    results_hash TEXT NOT NULL,              -- the digest of all effects up to the gate
    proposed_at INTEGER NOT NULL,
    summary TEXT NOT NULL,
    differences TEXT NOT NULL                -- from the period before, for people
) STRICT;

CREATE TABLE run_decision (
    run_id INTEGER NOT NULL REFERENCES run (run_id),
    person TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
    results_hash TEXT NOT NULL,
    reason TEXT,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, person)
) STRICT;
APPEND_ONLY(run_decision);

-- The schedule of each job, and how far it has been lived through.
CREATE TABLE job_schedule (
    job TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,               -- of the schedule's part of the declaration
    declaration TEXT NOT NULL REFERENCES job_version (hash),
    cursor_at INTEGER NOT NULL,              -- all that was due up to and including it has its occurrence
    next_at INTEGER,                         -- the first due instant after it; NULL where there is none
    tzdata TEXT NOT NULL,                    -- the version of the time zone database that next_at came from
    is_removed INTEGER NOT NULL              -- the job is declared no more, or without a schedule
) STRICT;
CREATE INDEX job_schedule_next ON job_schedule (next_at);

-- When a job does not run because a person said so. One that is over counts for what was due in it.
CREATE TABLE job_pause (
    job_pause_id SERIAL_KEY,
    job TEXT NOT NULL REFERENCES job_schedule (job),
    paused_at INTEGER NOT NULL,
    paused_until INTEGER,                    -- exclusive; NULL while nobody has said
    paused_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX job_pause_by_job ON job_pause (job, paused_until);

CREATE TABLE job_schedule_event (
    job_schedule_event_id SERIAL_KEY,
    job TEXT NOT NULL REFERENCES job_schedule (job),
    at INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('added', 'edited', 'removed', 'paused', 'resumed', 'tzdata')),
    person TEXT NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX job_schedule_event_by_job ON job_schedule_event (job, at);
APPEND_ONLY(job_schedule_event);

-- One row for each instant at which a job was due, and what became of it.
CREATE TABLE occurrence (
    job TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('run', 'missed', 'skipped')),
    reason TEXT,                             -- why it did not run
    run_id INTEGER REFERENCES run (run_id),
    recorded_at INTEGER NOT NULL,
    dismissed_at INTEGER,                    -- when a person said that it need not run any more
    dismissed_by TEXT,
    dismissed_reason TEXT,
    PRIMARY KEY (job, due_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_by_run ON occurrence (run_id);
CREATE INDEX occurrence_by_state ON occurrence (state, due_at);

-- The daemons: one row for each start of one.
CREATE TABLE node (
    node_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,                      -- as people call it; the same from start to start
    labels TEXT NOT NULL,                    -- name=value, sorted by name, one a line
    state TEXT NOT NULL CHECK (state IN ('running', 'draining', 'stopping', 'ended')),
    worker_limit INTEGER NOT NULL,           -- runs that it works on at once
    workers INTEGER NOT NULL,                -- those of them that it works on, when it was last seen
    host TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    process_started TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

-- The nodes that people have told to take no more work, by name: also after a restart.
CREATE TABLE node_drain (
    name TEXT NOT NULL PRIMARY KEY,
    drained_at INTEGER NOT NULL,
    drained_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE node_event (
    node_event_id SERIAL_KEY,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('drained', 'undrained')),
    person TEXT NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX node_event_by_name ON node_event (name, node_event_id);
APPEND_ONLY(node_event);

-- What runs have ever asked of a node: a few, so that a daemon compares these and not each run.
CREATE TABLE run_placement (
    runs_on TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- One row for each job or queue with a limit. Who holds it counts what is running and takes more; the others leave its
-- runs to the holder.
CREATE TABLE run_limit_lock (
    name TEXT NOT NULL PRIMARY KEY           -- job:NAME or queue:NAME
) STRICT, WITHOUT ROWID;

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
    on_doubt TEXT NOT NULL CHECK (on_doubt IN ('hold', 'resend')), -- what follows where nobody knows if it was taken
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    content BLOB NOT NULL                    -- the whole message, RFC 5322; last, so that lists need not pass over it
) STRICT;
CREATE INDEX outbox_message_by_run ON outbox_message (run_id);

-- Where the delivery of each message stands: one row that changes. How it came there is in outbox_event.
-- Each message changes it three times, so conditions are written with OR: for IN with more than two values SQLite makes a
-- temporary table each time.
CREATE TABLE outbox_delivery (
    outbox_message_id INTEGER NOT NULL PRIMARY KEY REFERENCES outbox_message (outbox_message_id),
    state TEXT NOT NULL CHECK (
        state = 'pending' OR state = 'sending' OR state = 'dot_pending' OR state = 'sent' OR state = 'deferred'
        OR state = 'refused' OR state = 'in_doubt' OR state = 'settled_sent' OR state = 'settled_unsent'),
    attempts INTEGER NOT NULL,               -- deliveries that came to an end, or may have been begun
    not_before INTEGER NOT NULL,
    answer TEXT,                             -- the server's last words, the file that was written, or what went wrong
    reply_code INTEGER,                      -- of the server's last words: 250
    enhanced_code TEXT,                      -- RFC 3463: 2.0.0
    queue_id TEXT,                           -- what the server calls the message in its log
    host TEXT,                               -- who is sending it, to tell whether that process still lives
    process_id INTEGER,
    process_started TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_delivery_due ON outbox_delivery (not_before, outbox_message_id)
    WHERE state IN ('pending', 'deferred');
CREATE INDEX outbox_delivery_under_way ON outbox_delivery (outbox_message_id)
    WHERE state IN ('sending', 'dot_pending');
CREATE INDEX outbox_delivery_not_sent ON outbox_delivery (state, outbox_message_id)
    WHERE state = 'refused' OR state = 'in_doubt' OR state = 'settled_sent' OR state = 'settled_unsent';

CREATE TABLE outbox_event (
    outbox_event_id SERIAL_KEY,
    outbox_message_id INTEGER NOT NULL REFERENCES outbox_message (outbox_message_id),
    at INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    actor TEXT NOT NULL,                     -- the sending process, host/number, or the person who decided
    reason TEXT,                             -- why, where it is no answer: a person's words, a sender that died
    answer TEXT,
    reply_code INTEGER,
    enhanced_code TEXT,
    queue_id TEXT
) STRICT;
CREATE INDEX outbox_event_by_message ON outbox_event (outbox_message_id, outbox_event_id);
APPEND_ONLY(outbox_event);
