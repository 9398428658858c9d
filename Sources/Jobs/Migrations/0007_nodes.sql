-- Several daemons on one store: which of them take work, which work is for whom, and how they keep to common limits.

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
CREATE TABLE run_gate (
    name TEXT NOT NULL PRIMARY KEY           -- job:NAME or queue:NAME
) STRICT, WITHOUT ROWID;
