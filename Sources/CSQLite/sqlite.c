#include "CSQLite.h"

#include <sqlite3.h>
#include <stdlib.h>

void sqlite_count_no_memory(void) { (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

int sqlite_set_triggers(sqlite3 *connection, int are_enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, are_enabled, NULL);
}

// The virtual table is read from its first row to its last, and knows no condition: see https://sqlite.org/vtab.html.

struct offer {
    const struct sqlite_rows *rows;
    int32_t column_count;
};

struct table {
    sqlite3_vtab base;
    const struct sqlite_rows *rows;
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct sqlite_rows *rows;
    int64_t row;
};

static int connect_table(
    sqlite3 *connection, void *context, int argument_count, const char *const *arguments, sqlite3_vtab **result,
    char **error) {
    (void)argument_count, (void)arguments, (void)error;
    const struct offer *offer = context;
    sqlite3_str *declaration = sqlite3_str_new(connection);
    for (int32_t column = 0; column < offer->column_count; column++) {
        sqlite3_str_appendf(declaration, column == 0 ? "CREATE TABLE row(c%d" : ", c%d", (int)column);
    }
    sqlite3_str_appendall(declaration, ")");
    char *text = sqlite3_str_finish(declaration);
    if (text == NULL) return SQLITE_NOMEM;
    int code = sqlite3_declare_vtab(connection, text);
    sqlite3_free(text);
    if (code != SQLITE_OK) return code;
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL) return SQLITE_NOMEM;
    table->rows = offer->rows;
    *result = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedCost = 1000;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
    struct cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) return SQLITE_NOMEM;
    cursor->rows = ((struct table *)table)->rows;
    *result = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
    free(cursor);
    return SQLITE_OK;
}

static int go_to_first(
    sqlite3_vtab_cursor *cursor, int plan_number, const char *plan_text, int argument_count, sqlite3_value **arguments) {
    (void)plan_number, (void)plan_text, (void)argument_count, (void)arguments;
    ((struct cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int go_to_next(sqlite3_vtab_cursor *cursor) {
    ((struct cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *cursor) {
    const struct cursor *position = (struct cursor *)cursor;
    return position->row >= position->rows->row_count;
}

static int read_column(sqlite3_vtab_cursor *cursor, sqlite3_context *result, int column) {
    const struct cursor *position = (struct cursor *)cursor;
    const struct sqlite_rows *rows = position->rows;
    if (column >= rows->column_count) return SQLITE_MISUSE;
    const struct sqlite_cell *cell = &rows->cells[position->row * rows->column_count + column];
    switch (cell->type) {
    case SQLITE_CELL_INTEGER:
        sqlite3_result_int64(result, cell->value);
        break;
    case SQLITE_CELL_TEXT:
        sqlite3_result_text64(result, rows->bytes + cell->value, cell->byte_count, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case SQLITE_CELL_BLOB:
        sqlite3_result_blob64(result, rows->bytes + cell->value, cell->byte_count, SQLITE_STATIC);
        break;
    default:
        sqlite3_result_null(result);
    }
    return SQLITE_OK;
}

static int read_row_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *result) {
    *result = ((struct cursor *)cursor)->row;
    return SQLITE_OK;
}

int sqlite_offer_rows(sqlite3 *connection, const char *name, int32_t column_count, const struct sqlite_rows *rows) {
    // Without xCreate the name is a table as it stands, and nobody can make another of its kind.
    static const sqlite3_module module = {
        .xConnect = connect_table,
        .xBestIndex = plan,
        .xDisconnect = disconnect_table,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = go_to_first,
        .xNext = go_to_next,
        .xEof = is_at_end,
        .xColumn = read_column,
        .xRowid = read_row_number,
    };
    struct offer *offer = malloc(sizeof *offer);
    if (offer == NULL) return SQLITE_NOMEM;
    offer->rows = rows;
    offer->column_count = column_count;
    return sqlite3_create_module_v2(connection, name, &module, offer, free);
}
