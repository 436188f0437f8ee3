"""Reads the bytes of a TOML file into tables and explains errors of its characters and syntax.

The standard parser stops at the first error. Here a faulty line gets an empty text as its value, and the parser
runs again. So one load reports all errors.
"""

import codecs
import re
import tomllib
from decimal import Decimal

#: The most syntax errors that are reported. The file is parsed again after each of them.
MOST_ERRORS = 100

_HOW_TO_SAVE = "Save the file as plain text in UTF-8 (in Notepad: Save as, Encoding: UTF-8), then load it again"
#: First bytes of files that are not text, with the kind of file.
_NO_TEXT = (
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text file (RTF)"),
    (b"%PDF", "a PDF file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
#: Byte order marks. UTF-32 comes before UTF-16, because its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TYPOGRAPHIC = "“”„«»‘’"


class TomlError(Exception):
    """One error: its line (0: none) and the reason."""

    def __init__(self, line, reason):
        super().__init__(reason)
        self.line = line
        self.reason = reason


def decode(content: bytes) -> str:
    """Return the text of a file, with line ends of one kind. Raises TomlError."""
    for beginning, kind in _NO_TEXT:
        if content.startswith(beginning):
            raise TomlError(0, f"this is {kind} and no plain text. {_HOW_TO_SAVE}")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    if encoding == "utf-8" and content.count(b"\0") > len(content) // 4:
        raise TomlError(0, f"the file is UTF-16 without its mark. {_HOW_TO_SAVE}")
    try:
        source = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TomlError(*_explain_bytes(content, encoding, error)) from error
    # Old programs end a file with a control character.
    source = re.sub("\r\n?", "\n", source).rstrip("\x1a")
    if not source.strip():
        raise TomlError(0, "the file is empty; see the sample files")
    return source


def _explain_bytes(content, encoding, error):
    if encoding != "utf-8":
        name = encoding.removesuffix("-sig").upper()
        return 0, f"the file is not {name} text, although it begins so. {_HOW_TO_SAVE}"
    line = content.count(b"\n", 0, error.start) + 1
    byte = content[error.start : error.start + 1]
    maybe = byte.decode("cp1252", "ignore")
    hint = f"; in Windows-1252 (“ANSI”) it is “{maybe}”" if maybe else ""
    return (
        line,
        f"the file is not UTF-8 text: byte {error.start} is 0x{byte.hex().upper()}{hint}. {_HOW_TO_SAVE}",
    )


def parse(source: str):
    """Return (tables, errors) of a text. The tables are None if the text cannot be parsed."""
    errors, rows = [], source.split("\n")
    while len(errors) < MOST_ERRORS:
        try:
            return tomllib.loads("\n".join(rows), parse_float=Decimal), errors
        except RecursionError:
            errors.append(TomlError(0, "the file nests its tables far too deeply"))
            break
        except ValueError as error:
            number = _line_of(str(error), rows)
            row = rows[number - 1] if number else ""
            words = _explain(str(error), row)
            errors.append(TomlError(number, f"the file is not valid TOML: {words}"))
            if not _set_right(rows, number, str(error)):
                break
    return None, errors


def _line_of(message, rows):
    """Return the wrong line, or 0. If the parser names the end of the file, look for the open text."""
    if found := re.search(r"at line (\d+)", message):
        # The parser notices a list without an end on the next line.
        return int(found[1]) - (message.startswith("Unclosed array") and int(found[1]) > 1)
    if message.startswith("Unterminated"):
        return _open_text(rows)
    if message.startswith("Exceeds the limit"):
        return next((n for n, row in enumerate(rows, 1) if re.search(r"\d{1000}", row)), 0)
    is_at_end = "end of document" in message
    return next((n for n in range(len(rows), 0, -1) if rows[n - 1].strip()), 0) if is_at_end else 0


def _open_text(rows):
    """Return the first line of a text that has no end. The default is the last line with words."""
    quote, opened_on = "", 0
    for number, row in enumerate(rows, start=1):
        if quote:
            quote = "" if quote in row else quote
        elif quote := next((q for q in ("'''", '"""') if row.count(q) == 1), ""):
            opened_on = number
    return (
        opened_on if quote else next((n for n in range(len(rows), 0, -1) if rows[n - 1].strip()), 0)
    )


def _set_right(rows, number, message):
    """Give the faulty line an empty text as its value. Return whether parsing again makes sense."""
    if not number:
        return False
    row = rows[number - 1]
    key = re.match(r"\s*([\w-]+|\"[^\"]*\")\s*=", row, re.ASCII)
    mended = f'{key[1]} = ""' if key else ""
    if "overwrite" in message:
        mended = ""
    opens_more = row.lstrip().startswith("[") or "'''" in row or '"""' in row
    if opens_more or mended == row:
        return False
    rows[number - 1] = mended
    return True


def _explain(message, row):
    """Return advice on an error that the parser names."""
    value = row.partition("=")[2].strip()
    for beginning, explain in _WORDS:
        if message.startswith(beginning):
            return explain(value)
    return message


def _explain_value(value):
    if not value:
        return 'a value is missing after the sign =; write an empty text as ""'
    if value[0] in _TYPOGRAPHIC:
        return f'{value[0]} begins no text; write straight quotation marks, as in name = "North Office"'
    return (
        'write a text between quotation marks, as in name = "North Office"; write a number, a day, true and'
        " false without them"
    )


def _explain_end(value):
    if re.match(r"\d", value):
        return (
            "this is neither a number nor a day; write 1000000, 12.5 or 2026-10-01, or put quotation"
            " marks around a text"
        )
    return (
        'something follows the value; write a quotation mark within a text as \\", or put'
        " the text between ''' and '''"
    )


def _explain_key(value):
    if value:
        return "a key has letters from a to z, digits, _ and - only; write each line as key = value"
    return "write each line as key = value, and begin a comment with #"


def _explain_text(value):
    return (
        "the text has no closing quotation mark on its line; close it there, or begin and end a text of"
        ' several lines with """'
    )


_NO_CHARACTER = "\\u and \\U name a character by 4 and 8 digits; this one names no character, so type the character itself"
_TABLE_TWICE = (
    "the table appears twice, or is written in two ways; write [[units]] or [[site.links]] once for each entry of a list, and"
    " all keys of a table below its one line in brackets"
)

_WORDS = (
    ("Invalid value", _explain_value),
    ("Expected newline", _explain_end),
    ("Unterminated", _explain_text),
    ("Illegal character '\\n'", _explain_text),
    ("Illegal character", lambda value: "the line has a control character; delete it and type the line again"),
    ("Found invalid character", lambda value: "the line has a control character; delete it and type the line again"),
    ("Unescaped", lambda value: "write each \\ within quotation marks twice, as in \"C:\\\\files\", or use single ones: 'C:\\files'"),
    ("Expected '='", _explain_key),
    ("Invalid statement", _explain_key),
    ("Invalid date", lambda value: "there is no such day or time; write it like 2026-10-01 or 2026-10-01T00:00:00-04:00"),
    ("Exceeds the limit", lambda value: "a number has more digits than can be read"),
    ("Escaped character", lambda value: _NO_CHARACTER),
    ("Invalid hex value", lambda value: _NO_CHARACTER),
    ("Duplicate inline", lambda value: "the key appears twice in its table; keep one of the two"),
    ("Cannot mutate", lambda value: _TABLE_TWICE),
    ("Cannot redefine", lambda value: _TABLE_TWICE),
    ("Unclosed inline", lambda value: "the table between { and } has no end; write } after its last value, and commas between"),
    ("Cannot overwrite", lambda value: "the key appears twice in its table; keep one of the two lines"),
    ("Cannot declare", lambda value: "the table appears twice; write two brackets, as in [[units]], for each entry of a list"),
    ("Unclosed array", lambda value: "the list has no end; write ] after its last value, and commas between"),
    ("Expected ']", lambda value: "write the brackets of a table in pairs, as in [[units]] or [site]"),
)  # fmt: skip


class Lines:
    """The line numbers of the file's tables and keys, which the TOML parser does not keep."""

    def __init__(self, source):
        self.headers = {}
        self.keys = {}
        counts, current, quote = {}, (), ""
        for number, line in enumerate(source.split("\n"), start=1):
            if quote:
                if quote in line:
                    quote = ""
                continue
            if header := re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$", line):
                current = self._open(header[1], "[[" in line, counts)
                self.headers[current] = number
            elif key := re.match(r"\s*([\w-]+)\s*=\s*(.*)", line):
                self.keys.setdefault((current, key[1]), number)
                quote = next((q for q in ("'''", '"""') if key[2].count(q) == 1), "")

    @staticmethod
    def _open(name, is_array, counts):
        """Return the path of a table: its names, each with its number in its array."""
        path = ()
        parts = name.split(".")
        for depth, part in enumerate(parts):
            here = (*path, part)
            if depth == len(parts) - 1 and is_array:
                counts[here] = counts.get(here, 0) + 1
            path = (*here, counts.get(here, 0))
        return path
