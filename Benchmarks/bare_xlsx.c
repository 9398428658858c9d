/*
 * The same cells as `SpreadsheetBenchmark write PATH ROWS`, by the library alone: what our layer is measured against.
 *
 *     cc -O2 -o bare_xlsx Benchmarks/bare_xlsx.c -lxlsxwriter
 *     ./bare_xlsx PATH ROWS
 */
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

static const char *const departments[] = {"Administration", "Field service", "Finance", "Production", "Sales",
                                          "Warehouse"};
static const char *const names[] = {"Aoife O'Neill", "Bartholomew Hughes-Pritchard", "Chloé Martin", "Dafydd Jones",
                                    "Ewa Wiśniewska", "Farah Khan", "George Smith", "Hannah Clarke & Co"};
static const char *const notes[] = {"", "Student loan plan 2", "Joined in mid-period <pro rata>"};

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
    char *directory = strdup(arguments[1]);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = dirname(directory)};
    lxw_workbook *workbook = workbook_new_opt(arguments[1], &options);
    lxw_worksheet *sheet = workbook_add_worksheet(workbook, "Register");

    lxw_format *text = body(workbook, NULL, LXW_ALIGN_LEFT);
    lxw_format *date = body(workbook, "yyyy-mm-dd", LXW_ALIGN_CENTER);
    lxw_format *money = body(workbook, "#,##0.00;[Red]-#,##0.00;\"–\"", LXW_ALIGN_RIGHT);
    lxw_format *rate = body(workbook, "0.00%;[Red]-0.00%", LXW_ALIGN_RIGHT);

    static const char *const titles[] = {"Employee", "Name", "Department", "Note", "Pay date", "Gross", "Tax", "NI",
                                         "Net", "Rate"};
    for (lxw_col_t column = 0; column < 10; column++) worksheet_write_string(sheet, 0, column, titles[column], text);

    char code[16];
    for (uint32_t index = 0; index < rows; index++) {
        const lxw_row_t row = index + 1;
        const int64_t gross = 150000 + (int64_t) index * 7919 % 900000;
        const int64_t tax = gross / 5, insurance = gross / 13;
        snprintf(code, sizeof code, "E%07u", index);
        worksheet_write_string(sheet, row, 0, code, text);
        worksheet_write_string(sheet, row, 1, names[index % 8], text);
        worksheet_write_string(sheet, row, 2, departments[index % 6], text);
        const char *note = notes[index % 3];
        if (*note) worksheet_write_string(sheet, row, 3, note, text);
        else worksheet_write_blank(sheet, row, 3, text);
        worksheet_write_number(sheet, row, 4, 46000 + index % 365, date);
        worksheet_write_number(sheet, row, 5, gross / 100.0, money);
        worksheet_write_number(sheet, row, 6, tax / 100.0, money);
        worksheet_write_number(sheet, row, 7, insurance / 100.0, money);
        worksheet_write_number(sheet, row, 8, (gross - tax - insurance) / 100.0, money);
        worksheet_write_number(sheet, row, 9, (index % 1000) / 10000.0, rate);
    }
    const lxw_error error = workbook_close(workbook);
    if (error) fprintf(stderr, "%s: %s\n", arguments[1], lxw_strerror(error));
    free(directory);
    return error ? 1 : 0;
}
