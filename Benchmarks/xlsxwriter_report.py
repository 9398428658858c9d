"""The cells of the report that `SpreadsheetBenchmark report` makes, by XlsxWriter; and whether workbooks hold the same.

    python3 xlsxwriter_report.py write PATH ROWS
    python3 xlsxwriter_report.py same ROWS REPORT OTHER...    REPORT has its rows in its second sheet, behind the cover
"""

import re
import sys
import zipfile

NAMES = [
    "Aoife O'Neill", "Bartholomew Hughes-Pritchard", "Chloé Martin", "Dafydd Jones", "Ewa Wiśniewska", "Farah Khan",
    "George Smith", "Hannah Clarke & Co",
]
CENTRES = ["ADMIN", "BRS-SHOP", "EDI-SHOP", "FINANCE", "ONLINE", "WAREHOUSE"]
TITLES = ["Entry", "Line", "Date", "Account", "Text", "Cost centre", "Project", "Debit", "Credit", "Amount"]


def write(path, rows):
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet("Postings")

    def body(alignment, number_format=None):
        look = {"align": alignment, "bottom": 1, "bottom_color": "#D5DAE0"}
        if number_format:
            look["num_format"] = number_format
        return workbook.add_format(look)

    text, date, integer = body("left"), body("center", "yyyy-mm-dd"), body("right", "#,##0")
    money = body("right", '#,##0.00;-#,##0.00;"–"')
    string, number, blank = sheet.write_string, sheet.write_number, sheet.write_blank
    for column, title in enumerate(TITLES):
        string(0, column, title, text)
    entries = rows // 2
    for index in range(rows):
        row, entry, is_debit = index + 1, index // 2, index % 2 == 0
        amount = entry * 7919 % 1000000 + 1
        number(row, 0, entry + 1, integer)
        number(row, 1, index % 2 + 1, integer)
        number(row, 2, 45292 + entry * 700 // entries, date)
        string(row, 3, str(5000 + entry * 31 % 800 if is_debit else 1000 + entry * 17 % 200), text)
        string(row, 4, NAMES[entry % 8], text)
        string(row, 5, CENTRES[entry % 6], text)
        if entry % 3 == 0:
            string(row, 6, f"P-{entry % 40}", text)
        else:
            blank(row, 6, None, text)
        number(row, 7, amount / 100 if is_debit else 0, money)
        number(row, 8, 0 if is_debit else amount / 100, money)
        number(row, 9, (amount if is_debit else -amount) / 100, money)
    workbook.close()


def cells(path, sheet, rows):
    """References and contents of the rows of data, without their looks."""
    with zipfile.ZipFile(path) as archive, archive.open(f"xl/worksheets/sheet{sheet}.xml") as part:
        rest = b""
        count = 0
        while count <= rows and (chunk := part.read(1 << 20)):
            found = (rest + chunk).split(b"</row>")
            rest = found.pop()
            for row in found:
                count += 1
                if 1 < count <= rows + 1:
                    content = row[row.index(b"<c "):]
                    yield re.sub(rb' s="\d+"', b"", content)


def same(rows, report, others):
    for other in others:
        count = 0
        theirs = cells(other, 1, rows)
        for ours in cells(report, 2, rows):
            count += 1
            if ours != next(theirs, None):
                sys.exit(f"{report} and {other} differ in row {count + 1}: {ours.decode()}")
        if count != rows:
            sys.exit(f"{report} has {count} rows and not {rows}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"] and len(sys.argv) == 4:
        write(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["same"] and len(sys.argv) > 4:
        same(int(sys.argv[2]), sys.argv[3], sys.argv[4:])
    else:
        sys.exit(__doc__)
