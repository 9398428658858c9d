-- The journal: double entry, append-only, each entry chained to the one before by its hash.

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
    reverses TEXT UNIQUE REFERENCES journal_entry (entry_key),
    description TEXT NOT NULL,
    base_currency TEXT NOT NULL,                 -- in which the books are kept
    posting_count INTEGER NOT NULL CHECK (posting_count > 0),
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK ((source_type IS NULL) = (source_id IS NULL))
) STRICT;
CREATE INDEX journal_entry_by_run ON journal_entry (run_id);
CREATE INDEX journal_entry_by_date ON journal_entry (entry_date, entry_number);
CREATE INDEX journal_entry_special ON journal_entry (kind, entry_date) 
    WHERE kind = 'opening' OR kind = 'closing' OR kind = 'revaluation';
APPEND_ONLY(journal_entry);

-- The lines of an entry. They are inserted before it, so that the entry is refused where they do not balance.
CREATE TABLE posting (
    entry_number INTEGER NOT NULL REFERENCES journal_entry (entry_number) DEFERRABLE INITIALLY DEFERRED,
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
    run_id INTEGER REFERENCES run (run_id),
    PRIMARY KEY (entry_number, line),
    CHECK ((party_kind IS NULL) = (party_id IS NULL))
) STRICT, WITHOUT ROWID;
-- It has all that balances are added up from.
CREATE INDEX posting_by_account ON posting (account, entry_date, base_minor, currency, amount_minor);
APPEND_ONLY(posting);

-- What balances stays balanced: nothing is added to an entry that stands.
REFUSE_INSERTS(posting, is_of_a_new_entry, entry_number,
    SELECT 1 FROM INSERTED AS added JOIN journal_entry AS entry ON entry.entry_number = added.entry_number);
REFUSE_INSERTS(journal_entry, balances, entry_number,
    SELECT 1 FROM INSERTED AS added JOIN posting ON posting.entry_number = added.entry_number
     GROUP BY posting.entry_number, posting.currency HAVING SUM(posting.amount_minor) <> 0);
REFUSE_INSERTS(journal_entry, balances_in_base, entry_number,
    SELECT 1 FROM INSERTED AS added JOIN journal_entry AS entry ON entry.entry_number = added.entry_number
      LEFT JOIN posting ON posting.entry_number = entry.entry_number
     GROUP BY entry.entry_number, entry.posting_count
    HAVING COALESCE(SUM(posting.base_minor), 0) <> 0 OR COUNT(posting.line) <> entry.posting_count);

-- The chain: of each entry the SHA-256 of all that stands above of it, with who recorded it and when, and of the hash
-- before. It stands apart from the entry, whose effect is the same whoever posts it and when.
CREATE TABLE journal_seal (
    entry_number INTEGER NOT NULL PRIMARY KEY REFERENCES journal_entry (entry_number),
    version INTEGER NOT NULL,                    -- what the hash is made of (JournalEntry.canonicalVersion)
    hash TEXT NOT NULL
) STRICT;
APPEND_ONLY(journal_seal);

-- The end of the chain. Its one row is locked while entries are posted, so that numbers have no gaps and no two entries
-- follow the same one, also where several processes post.
CREATE TABLE journal_head (
    company INTEGER NOT NULL PRIMARY KEY CHECK (company = 1),
    entry_number INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO journal_head (company, entry_number, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
