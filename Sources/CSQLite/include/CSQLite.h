// What Swift cannot say to SQLite: calls with variable arguments, and a virtual table. The library itself comes with GRDB.
#ifndef STEWARD_CSQLITE_H
#define STEWARD_CSQLITE_H

#include <stdint.h>

struct sqlite3;

/// SQLite counts no memory (SQLITE_CONFIG_MEMSTATUS): otherwise each allocation of every thread goes through one lock.
/// Without effect once SQLite was used in this process.
void sqlite_count_no_memory(void);

/// Whether triggers fire on a connection (SQLITE_DBCONFIG_ENABLE_TRIGGER). A statement that was prepared before is compiled
/// anew when it is next begun.
/// - Returns: a result code of SQLite.
int sqlite_set_triggers(struct sqlite3 *connection, int are_enabled);

enum sqlite_cell_type {
    SQLITE_CELL_NULL = 0,
    SQLITE_CELL_INTEGER = 1,
    SQLITE_CELL_TEXT = 2,
    SQLITE_CELL_BLOB = 3,
};

/// One value of a row.
struct sqlite_cell {
    /// The integer; of a text or blob, where it begins in the bytes of its rows.
    int64_t value;
    /// Of a text or blob.
    uint32_t byte_count;
    /// One of `sqlite_cell_type`.
    uint32_t type;
};

/// Rows in memory, which statements read through a virtual table.
struct sqlite_rows {
    /// Row after row.
    const struct sqlite_cell *cells;
    /// The texts (UTF-8) and blobs of the cells.
    const char *bytes;
    int64_t row_count;
    int32_t column_count;
};

/// Makes a table-valued name of a connection: `SELECT c0, c1 … FROM name` reads what `rows` holds when it is stepped.
///
/// `rows` must live as long as the connection, and stay as it is while a statement reads it.
/// - Returns: a result code of SQLite.
int sqlite_offer_rows(struct sqlite3 *connection, const char *name, int32_t column_count, const struct sqlite_rows *rows);

#endif
