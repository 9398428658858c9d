/*
 * The cells of the report that `SpreadsheetBenchmark report` makes, by the library alone and from no database: what a
 * declared report is measured against.
 *
 *     cc -O2 -o bare_report Benchmarks/bare_report.c -lxlsxwriter
 *     ./bare_report PATH ROWS
 */
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

static const char *const names[] = {"Aoife O'Neill", "Bartholomew Hughes-Pritchard", "Chloé Martin", "Dafydd Jones",
                                    "Ewa Wiśniewska", "Farah Khan", "George Smith", "Hannah Clarke & Co"};
static const char *const centres[] = {"ADMIN", "BRS-SHOP", "EDI-SHOP", "FINANCE", "ONLINE", "WAREHOUSE"};

static lxw_format *body(lxw_workbook *workbook, const char *number_format, uint8_t alignment) {
    lxw_format *format = workbook_add_format(workbook);
    if (number_format) format_set_num_format(format, number_format);
    format_set_align(format, alignment);
    format_set_bottom(format, LXW_BORDER_THIN);
    format_set_bottom_color(format, 0xD5DAE0);
    return format;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: %s PATH ROWS\n", arguments[0]);
        return 2;
    }
    const uint32_t rows = (uint32_t) strtoul(arguments[2], NULL, 10);
    const uint32_t entries = rows / 2;
    char *directory = strdup(arguments[1]);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = dirname(directory)};
    lxw_workbook *workbook = workbook_new_opt(arguments[1], &options);
    lxw_worksheet *sheet = workbook_add_worksheet(workbook, "Postings");

    lxw_format *text = body(workbook, NULL, LXW_ALIGN_LEFT);
    lxw_format *date = body(workbook, "yyyy-mm-dd", LXW_ALIGN_CENTER);
    lxw_format *integer = body(workbook, "#,##0", LXW_ALIGN_RIGHT);
    lxw_format *money = body(workbook, "#,##0.00;-#,##0.00;\"–\"", LXW_ALIGN_RIGHT);

    static const char *const titles[] = {"Entry",       "Line",    "Date",  "Account", "Text",
                                         "Cost centre", "Project", "Debit", "Credit",  "Amount"};
    for (lxw_col_t column = 0; column < 10; column++) worksheet_write_string(sheet, 0, column, titles[column], text);

    char account[16], project[16];
    for (uint32_t index = 0; index < rows; index++) {
        const lxw_row_t row = index + 1;
        const uint32_t entry = index / 2;
        const int is_debit = index % 2 == 0;
        const int64_t amount = (int64_t) entry * 7919 % 1000000 + 1;
        snprintf(account, sizeof account, "%u", is_debit ? 5000 + entry * 31 % 800 : 1000 + entry * 17 % 200);
        snprintf(project, sizeof project, "P-%u", entry % 40);
        worksheet_write_number(sheet, row, 0, entry + 1, integer);
        worksheet_write_number(sheet, row, 1, index % 2 + 1, integer);
        worksheet_write_number(sheet, row, 2, 45292 + (uint64_t) entry * 700 / entries, date);
        worksheet_write_string(sheet, row, 3, account, text);
        worksheet_write_string(sheet, row, 4, names[entry % 8], text);
        worksheet_write_string(sheet, row, 5, centres[entry % 6], text);
        if (entry % 3 == 0) worksheet_write_string(sheet, row, 6, project, text);
        else worksheet_write_blank(sheet, row, 6, text);
        worksheet_write_number(sheet, row, 7, is_debit ? amount / 100.0 : 0, money);
        worksheet_write_number(sheet, row, 8, is_debit ? 0 : amount / 100.0, money);
        worksheet_write_number(sheet, row, 9, (is_debit ? amount : -amount) / 100.0, money);
    }
    const lxw_error error = workbook_close(workbook);
    if (error) fprintf(stderr, "%s: %s\n", arguments[1], lxw_strerror(error));
    free(directory);
    return error ? 1 : 0;
}
