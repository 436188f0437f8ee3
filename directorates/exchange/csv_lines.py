"""A CSV file for spreadsheet programs, line by line. Pure: rows in, text out."""

import csv

# Excel does not read a file without a byte order mark as UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

# Spreadsheet programs run a cell that begins with one of these signs as a formula. Some treat the full-width
# signs the same way.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(header, rows):
    """Yield the lines of a file, header first, without holding the rows in memory.

    Every cell is quoted, so programs split lines only at the commas between cells. Texts that a spreadsheet
    program would run as a formula get an apostrophe. Encode the lines as UTF-8.
    """
    writer = csv.writer(_Lines(), quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


class _Lines:
    """Returns each line instead of storing it: `writerow` returns the result of `write`."""

    def write(self, line):
        return line


def _harmless(cell):
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell
