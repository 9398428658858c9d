// A call of SQLite that Swift cannot import: it has variable arguments. The library itself comes with GRDB.
#ifndef STEWARD_CSQLITE_H
#define STEWARD_CSQLITE_H

#include <sqlite3.h>

/// SQLite counts no memory (SQLITE_CONFIG_MEMSTATUS): otherwise each allocation of every thread goes through one lock.
/// Without effect once SQLite was used in this process.
static inline void sqlite_count_no_memory(void) {
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
