-- What is owed to the company and by it, item by item.

-- The accounts whose balance is that of open items, and of whom. Kept in step with the chart of accounts, so that the
-- journal can ask for a party wherever it is posted to from.
CREATE TABLE control_account (
    account TEXT NOT NULL PRIMARY KEY,
    party_kind TEXT NOT NULL
) STRICT;

-- Each posting to a control account that owes something. What is open of it is its amount less its settled parts.
CREATE TABLE open_item (
    item_id INTEGER NOT NULL PRIMARY KEY,        -- that of the posting: entry_number * 1000000 + line
    account TEXT NOT NULL,
    party_kind TEXT NOT NULL,
    party_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    base_minor INTEGER NOT NULL,
    entry_date TEXT NOT NULL,                    -- from then on it is open
    due_date TEXT NOT NULL,
    reference TEXT NOT NULL,                     -- what the other side calls it by: the number of the invoice
    run_id INTEGER                               -- that of the posting
) STRICT;
CREATE INDEX open_item_by_party ON open_item (party_id, account);
APPEND_ONLY(open_item);
REFUSE_INSERTS(open_item, is_of_an_open_batch, item_id,
    SELECT 1 FROM INSERTED AS added CROSS JOIN journal_head AS head
     WHERE head.open_batch IS NULL OR added.item_id / 1000000 < head.open_batch);
REFUSE_UPDATES(journal_head, items_are_their_postings, OLD.open_batch IS NOT NULL AND NEW.open_batch IS NULL,
    SELECT 1 FROM open_item AS item
      LEFT JOIN posting ON posting.entry_number = item.item_id / 1000000 AND posting.line = item.item_id % 1000000
       AND posting.account = item.account AND posting.party_kind = item.party_kind
       AND posting.party_id = item.party_id AND posting.currency = item.currency
       AND posting.amount_minor = item.amount_minor AND posting.base_minor = item.base_minor
       AND posting.entry_date = item.entry_date AND COALESCE(posting.run_id, 0) = COALESCE(item.run_id, 0)
     WHERE item.item_id >= OLD.open_batch * 1000000 AND posting.line IS NULL);

-- What settled items against each other, or gave a part of them up; and what undid that.
CREATE TABLE settlement (
    settlement_key TEXT NOT NULL PRIMARY KEY,
    settlement_date TEXT NOT NULL,
    reverses TEXT UNIQUE REFERENCES settlement (settlement_key),
    reason TEXT NOT NULL,
    exchange_difference_minor INTEGER NOT NULL,  -- in base; positive is a loss
    entry_key TEXT REFERENCES journal_entry (entry_key),  -- nothing where the books did not change
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
APPEND_ONLY(settlement);

CREATE TABLE settled_part (
    settlement_key TEXT NOT NULL REFERENCES settlement (settlement_key),
    line INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES open_item (item_id),
    kind TEXT NOT NULL CHECK (kind = 'match' OR kind = 'discount' OR kind = 'write_off'),
    counterpart INTEGER REFERENCES open_item (item_id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),  -- with the sign of the item; the other one undoes a part
    base_minor INTEGER NOT NULL,
    settlement_date TEXT NOT NULL,               -- that of the settlement
    run_id INTEGER REFERENCES run (run_id),
    PRIMARY KEY (settlement_key, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX settled_part_by_item ON settled_part (item_id, settlement_date, amount_minor, base_minor);
APPEND_ONLY(settled_part);

-- Nothing is settled beyond what was owed, nor undone beyond what was settled.
REFUSE_INSERTS(settled_part, is_within_its_item, item_id,
    SELECT 1 FROM (SELECT DISTINCT item_id FROM INSERTED AS added_part) AS added
      JOIN open_item AS item ON item.item_id = added.item_id
      JOIN settled_part AS part ON part.item_id = item.item_id
     GROUP BY item.item_id, item.amount_minor
    HAVING (item.amount_minor > 0 AND (SUM(part.amount_minor) < 0 OR SUM(part.amount_minor) > item.amount_minor))
        OR (item.amount_minor < 0 AND (SUM(part.amount_minor) > 0 OR SUM(part.amount_minor) < item.amount_minor)));

-- Why somebody reversed an entry.
CREATE TABLE reversal (
    entry_key TEXT NOT NULL PRIMARY KEY REFERENCES journal_entry (entry_key),  -- the reversing one
    reason TEXT NOT NULL,
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
APPEND_ONLY(reversal);

-- What one unit of a currency was worth in another, as it was published. A rate that is corrected is a further row: of
-- those of one day the one recorded last counts.
CREATE TABLE exchange_rate (
    rate_id SERIAL_KEY,
    rate_date TEXT NOT NULL,
    base TEXT NOT NULL,                          -- 1 of it …
    quote TEXT NOT NULL,
    rate TEXT NOT NULL,                          -- … is so many of that
    source TEXT NOT NULL,                        -- the file
    reason TEXT,                                 -- why it was corrected
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX exchange_rate_by_day ON exchange_rate (rate_date, base, quote, rate_id);
APPEND_ONLY(exchange_rate);

-- What spreads an amount over time: the depreciation of an asset, a deferred cost or income. What will be posted stands
-- here when the schedule is made, and is not computed anew.
CREATE TABLE schedule (
    schedule_key TEXT NOT NULL PRIMARY KEY,      -- asset/A-17, deferral/INV-7
    description TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    cost_centre TEXT,
    project TEXT,
    currency TEXT NOT NULL,
    run_id INTEGER REFERENCES run (run_id),
    recorded_by TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
APPEND_ONLY(schedule);

CREATE TABLE schedule_row (
    schedule_key TEXT NOT NULL REFERENCES schedule (schedule_key),
    row_number INTEGER NOT NULL,                 -- 1, 2, 3 …
    row_date TEXT NOT NULL,                      -- the day on which it is due
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    accumulated_minor INTEGER NOT NULL,          -- up to it, with what was before the schedule began
    run_id INTEGER REFERENCES run (run_id),
    PRIMARY KEY (schedule_key, row_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_row_by_date ON schedule_row (row_date);
APPEND_ONLY(schedule_row);

-- Which rows were posted.
CREATE INDEX journal_entry_of_schedule ON journal_entry (source_id) WHERE source_type = 'schedule';
