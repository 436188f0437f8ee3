import codecs

import pytest

from directorates.exchange import toml_text

SOURCE = 'format = 1\n[site]\nsite_name = "Zürich – “Amt”"\n'


@pytest.mark.parametrize(
    "content",
    [
        SOURCE.encode(),
        SOURCE.encode("utf-8-sig"),
        SOURCE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SOURCE.encode("utf-16-be"),
        SOURCE.encode("utf-32"),
        SOURCE.replace("\n", "\r\n").encode("utf-8-sig"),
        SOURCE.replace("\n", "\r").encode(),
        SOURCE.encode() + b"\x1a",
    ],
    ids=["utf-8", "mark", "utf-16", "utf-16-be", "utf-32", "crlf", "cr", "ctrl-z"],
)
def test_what_editors_save_is_read(content):
    assert toml_text.decode(content) == SOURCE


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"a = 1\nb = 'caf\xe9'", 2, "byte 14 is 0xE9; in Windows-1252 (“ANSI”) it is “é”. Save the file"),
        (b"PK\x03\x04abc", 0, "a Word, Excel or zip file and no plain text. Save the file as plain text"),
        (b"{\\rtf1 a = 1}", 0, "a rich text file (RTF)"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, 0, "a picture and no plain text"),
        (b"\xff\xd8\xff\xe0", 0, "a picture and no plain text"),
        (SOURCE.encode("utf-16-le"), 0, "UTF-16 without its mark"),
        (codecs.BOM_UTF16_LE + b"a", 0, "not UTF-16 text, although it begins so"),
        (b"", 0, "the file is empty"),
        (b"\xef\xbb\xbf \r\n", 0, "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_told_with_what_to_do(content, line, words):
    with pytest.raises(toml_text.TomlError) as error:
        toml_text.decode(content)
    assert error.value.line == line
    assert words in error.value.reason


#: A line with a syntax error, and the message.
SYNTAX = {
    "name = North Office": "write a text between quotation marks",
    "name = “North Office”": "“ begins no text; write straight quotation marks",
    "name =": "a value is missing after the sign =",
    "name = yes": "true and false without them",
    'name = "North': "the text has no closing quotation mark",
    'name = "North "East" Office"': 'write a quotation mark within a text as \\"',
    "name = 'Attorney's Office'": "put the text between ''' and '''",
    'name = "C:\\Data"': "write each \\ within quotation marks twice",
    'name = "bell \x07"': "the line has a control character; delete it",
    'name "North"': "write each line as key = value",
    "North Office": "write each line as key = value",
    'näme = "North"': "a key has letters from a to z",
    "position = 01": "neither a number nor a day",
    "as_of = 2026-13-01": "neither a number nor a day",
    "value = 1,000": "neither a number nor a day",
    "effective_from = 2026-02-30": "there is no such day",
    "effective_from = 2026-03-01T07:61:00Z": "neither a number nor a day",
    "value = " + "9" * 5000: "a number has more digits than can be read",
    'name = "\\ud800"': "names no character",
    'name = "\\u12"': "names no character",
    'name = "\\x12"': "write each \\ within quotation marks twice",
    "name = { a = 1, a = 2 }": "the key appears twice",
    "name = { a = 1": "write } after",
    'synonyms = ["a", "b"': "the list has no end; write ]",
}


@pytest.mark.parametrize("row", SYNTAX)
def test_a_fault_of_syntax_is_told_in_words_with_its_line(row):
    data, errors = toml_text.parse(f"format = 1\n{row}\nlast = 2\n")
    assert [error.line for error in errors] == [2]
    assert SYNTAX[row] in errors[0].reason
    assert (data["format"], data["last"]) == (1, 2)


def test_all_faults_of_syntax_are_found_at_once():
    rows = "\n".join(
        f"key{n} {row.partition(' ')[2]}"
        for n, row in enumerate(SYNTAX)
        if row.startswith(("name = ", "value = "))
    )
    data, errors = toml_text.parse(rows + "\nlast = 2\n")
    assert [error.line for error in errors] == list(range(1, rows.count("\n") + 2))
    assert data["last"] == 2


def test_a_key_that_stands_twice_is_told_where_it_stands_again():
    _, errors = toml_text.parse("a = 1\nb = 2\na = 3\nc = 4\n")
    assert [(error.line, "the key appears twice" in error.reason) for error in errors] == [
        (3, True)
    ]


def test_a_table_that_stands_in_two_ways_is_told_where_it_stands_again():
    for again in ("[[site.links]]", "[site.links.a]", "[site]"):
        _, errors = toml_text.parse(f"[site]\nlinks = [{{ text = 'a' }}]\n{again}\ntext = 'b'\n")
        assert [(error.line, "appears twice" in error.reason) for error in errors] == [(3, True)]


def test_a_text_of_several_lines_without_an_end_is_told_where_it_begins():
    data, errors = toml_text.parse('a = 1\nb = """\nno end\nc = 1\n')
    assert data is None
    assert [error.line for error in errors] == [2]
