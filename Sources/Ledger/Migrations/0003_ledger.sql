-- The journal: double entry, append-only, each entry chained to the one before by its hash.

-- The end of the chain. Its one row is locked while entries are posted, so that numbers have no gaps and no two entries
-- follow the same one, also where several processes post.
--
-- Entries come in batches. `open_batch` is the number of the batch's first entry while its rows are inserted; the rules of
-- the journal are asked once, of all of them, when the batch is closed. A transaction cannot end with a batch left open:
-- it would point to a row of a table that never has one.
CREATE TABLE journal_batch_left_open (
    open_batch INTEGER NOT NULL PRIMARY KEY,
    CHECK (open_batch IS NULL)
) STRICT;
CREATE TABLE journal_head (
    company INTEGER NOT NULL PRIMARY KEY CHECK (company = 1),
    entry_number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    open_batch INTEGER REFERENCES journal_batch_left_open (open_batch) DEFERRABLE INITIALLY DEFERRED,
    CHECK (open_batch = entry_number + 1)
) STRICT;
INSERT INTO journal_head (company, entry_number, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
REFUSE_UPDATES(journal_head, moves_with_its_batch,
    OLD.open_batch IS NULL AND (NEW.entry_number <> OLD.entry_number OR NEW.hash <> OLD.hash),
    SELECT 1);

CREATE TABLE journal_entry (
    entry_number INTEGER NOT NULL PRIMARY KEY,   -- 1, 2, 3 …: gapless, in posting order
    entry_key TEXT NOT NULL UNIQUE,              -- what it is for: payroll/monthly/2026-04; the same twice is a no-op
    journal TEXT NOT NULL,                       -- the book it stands in: GEN, PAY, SAL …
    kind TEXT NOT NULL CHECK (kind = 'normal' OR kind = 'opening' OR kind = 'adjusting' OR kind = 'revaluation'
                              OR kind = 'closing'),
    entry_date TEXT NOT NULL,                    -- the day on which it counts in the books
    document_date TEXT NOT NULL,
    period TEXT NOT NULL,                        -- the fiscal period that it counts in: 2026-P04
    source_type TEXT,                            -- the record of another domain that it comes from
    source_id TEXT,
    reverses TEXT REFERENCES journal_entry (entry_key) DEFERRABLE INITIALLY DEFERRED,
    description TEXT NOT NULL,
    base_currency TEXT NOT NULL,                 -- in which the books are kept
    posting_count INTEGER NOT NULL CHECK (posting_count > 0),
    run_id INTEGER REFERENCES run (run_id) DEFERRABLE INITIALLY DEFERRED,
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    hash_version INTEGER NOT NULL,               -- what the hash is made of (JournalEntry.canonicalVersion)
    hash TEXT NOT NULL,                          -- the chain: SHA-256 of all above, the lines, and the hash before
    CHECK ((source_type IS NULL) = (source_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX journal_entry_reverses ON journal_entry (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX journal_entry_by_run ON journal_entry (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX journal_entry_by_date ON journal_entry (entry_date, entry_number);
CREATE INDEX journal_entry_special ON journal_entry (kind, entry_date)
    WHERE kind = 'opening' OR kind = 'closing' OR kind = 'revaluation';
APPEND_ONLY(journal_entry);

-- The lines of an entry. That it exists and is of the same day and run is a rule of the batch.
CREATE TABLE posting (
    entry_number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    entry_date TEXT NOT NULL,                    -- that of the entry
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,               -- in that currency; debits are positive, credits negative
    base_minor INTEGER NOT NULL,                 -- the same in the base currency of the entry
    party_kind TEXT,
    party_id TEXT,
    cost_centre TEXT,
    project TEXT,
    due_date TEXT,
    description TEXT NOT NULL,
    run_id INTEGER,                              -- that of the entry
    PRIMARY KEY (entry_number, line),
    CHECK ((party_kind IS NULL) = (party_id IS NULL))
) STRICT, WITHOUT ROWID;
-- It has all that balances are added up from.
CREATE INDEX posting_by_account ON posting (account, entry_date, base_minor, currency, amount_minor);
APPEND_ONLY(posting);

-- No row comes outside of a batch, so that nothing is added to what was checked.
REFUSE_INSERTS(journal_entry, is_of_an_open_batch, entry_number,
    SELECT 1 FROM INSERTED AS added CROSS JOIN journal_head AS head
     WHERE head.open_batch IS NULL OR added.entry_number < head.open_batch);
REFUSE_INSERTS(posting, is_of_an_open_batch, entry_number,
    SELECT 1 FROM INSERTED AS added CROSS JOIN journal_head AS head
     WHERE head.open_batch IS NULL OR added.entry_number < head.open_batch);

-- What a batch must fulfil when it is closed. First of all, its entries are numbered from the end of the journal to its
-- new end: with that, whatever has a number in between belongs to an entry.
REFUSE_UPDATES(journal_head, numbers_have_no_gaps, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM (SELECT COUNT(*) AS entries, COALESCE(MAX(entry_number), OLD.entry_number) AS last
                     FROM journal_entry WHERE entry_number >= OLD.open_batch) AS batch
     WHERE batch.last <> NEW.entry_number OR batch.entries <> NEW.entry_number - OLD.entry_number);
REFUSE_UPDATES(journal_head, has_the_hash_of_its_last_entry, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM journal_entry AS entry WHERE entry.entry_number = NEW.entry_number AND entry.hash <> NEW.hash);
REFUSE_UPDATES(journal_head, has_all_its_lines, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM (SELECT COUNT(*) AS lines FROM posting WHERE entry_number >= OLD.open_batch) AS found
      CROSS JOIN (SELECT COALESCE(SUM(posting_count), 0) AS lines FROM journal_entry
                   WHERE entry_number >= OLD.open_batch) AS expected
     WHERE found.lines <> expected.lines);
REFUSE_UPDATES(journal_head, lines_agree_with_their_entry, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM posting
      LEFT JOIN journal_entry AS entry
        ON entry.entry_number = posting.entry_number AND entry.entry_number >= OLD.open_batch
     WHERE posting.entry_number >= OLD.open_batch
       AND (entry.entry_number IS NULL OR posting.entry_date <> entry.entry_date
            OR COALESCE(posting.run_id, 0) <> COALESCE(entry.run_id, 0)));
REFUSE_UPDATES(journal_head, balances, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM posting WHERE posting.entry_number >= OLD.open_batch
     GROUP BY posting.entry_number, posting.currency HAVING SUM(posting.amount_minor) <> 0);
REFUSE_UPDATES(journal_head, balances_in_base, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM (SELECT posting.entry_number, SUM(posting.base_minor) AS base_minor, COUNT(*) AS lines
                     FROM posting WHERE posting.entry_number >= OLD.open_batch
                    GROUP BY posting.entry_number) AS batch
     CROSS JOIN journal_entry AS entry
     WHERE entry.entry_number = batch.entry_number
       AND (batch.base_minor <> 0 OR batch.lines <> entry.posting_count));
