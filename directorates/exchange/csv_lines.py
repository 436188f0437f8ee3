"""A CSV file for spreadsheet programs, line by line. Pure: rows in, text out."""

import csv

# Excel reads a file without a byte order mark as something else than UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

# A cell that begins with one of these is run as a formula by spreadsheet programs; some of them
# take the full-width forms for the same signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(header, rows):
    """Yield the lines of a file, header first, without holding the rows in memory.

    Every cell is quoted, so that no program splits a line elsewhere. Texts that a spreadsheet program would
    run get an apostrophe. The file is UTF-8 once encoded.
    """
    writer = csv.writer(_Lines(), quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


class _Lines:
    """Hands each line back instead of keeping it: `writerow` returns what `write` returns."""

    def write(self, line):
        return line


def _harmless(cell):
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell
