"""Rich text and plain text as blocks of words. Structure that a reader does not see is included."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple

from directorates.rules.content.references import description_of, read_span


class Token(NamedTuple):
    """A word, a punctuation mark, white space, or a piece of structure, like a link's address."""

    text: str
    is_structure: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, an item of a list or a row of a table."""

    #: The kind of block, like "Heading 2"; "" for a paragraph.
    structure: str
    tokens: tuple[Token, ...]

    @property
    def text(self):
        return "".join(token.text for token in self.tokens)

    def __str__(self):
        return f"{self.structure}: {self.text}" if self.structure else self.text


_TOKEN = re.compile(r"\w+(?:[.,'’-]\w+)*|\s+|[^\w\s]")
_SPACE = Token(" ")


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of `text`. Joined, they are `text` again."""
    return tuple(Token(piece) for piece in _TOKEN.findall(text))


def plain_block(text: str) -> Block:
    return Block("", tokens(text))


def prose_blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of rich text. Markup without effect on words or structure is dropped.

    Link addresses, references, line breaks and the borders of table cells are tokens of structure among the words.
    """
    reader = _BlockReader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


_HEADINGS = {"h2": "Heading 2", "h3": "Heading 3", "h4": "Heading 4"}
_ITEMS = {"ul": "Bulleted item", "ol": "Numbered item"}


class _BlockReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks = []
        self._tokens = []
        self._structure = ""
        self._lists = []
        self._open_items = 0
        self._cells = []
        self._is_in_row = False
        self._address = ""
        self._is_in_reference = False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in _ITEMS:
            self._lists.append(tag)
        elif tag == "tr":
            self.end_block()
            self._is_in_row = True
        elif tag in {"td", "th"}:
            self._begin_cell(tag, attributes)
        elif tag == "li" or tag == "p" or tag in _HEADINGS:
            self._begin_block(tag)
        elif tag == "br":
            self._add_structure("[line break]")
        elif tag == "a":
            self._address = attributes.get("href") or ""
        elif tag == "span" and (reference := read_span(attributes)):
            # The stored words of a reference are never shown.
            self._is_in_reference = True
            self._tokens.append(Token(f"[{description_of(reference)}]", True))

    def handle_endtag(self, tag):
        if tag == "span":
            self._is_in_reference = False
        if tag in _ITEMS and self._lists:
            self._lists.pop()
        elif tag == "tr":
            self._end_row()
        elif tag == "a" and self._address:
            self._tokens += [_SPACE, Token(f"[{self._address}]", True)]
            self._address = ""
        elif not self._is_in_row and (tag in {"p", "li"} or tag in _HEADINGS):
            self.end_block()
            if tag == "li":
                self._open_items = max(0, self._open_items - 1)
                self._structure = "List item, continued" if self._open_items else ""

    def handle_data(self, data):
        if not self._is_in_reference:
            self._tokens += tokens(data)

    def _begin_block(self, tag):
        structure = _HEADINGS.get(tag, "")
        if tag == "li":
            structure = _ITEMS[self._lists[-1] if self._lists else "ul"]
            if len(self._lists) > 1:
                structure += f", level {len(self._lists)}"
        if self._is_in_row:
            # A cell may hold several blocks, but the row is one block.
            self._begin_block_in_cell(structure)
            return
        self.end_block()
        self._open_items += tag == "li"
        self._structure = structure or self._structure

    def _begin_block_in_cell(self, structure):
        if structure:
            self._add_structure(f"[{structure}]")
        elif self._tokens and not self._tokens[-1].text.isspace():
            self._add_structure("[paragraph]")

    def _begin_cell(self, tag, attributes):
        if self._cells:
            self._add_structure("|")
        self._cells.append(tag)
        for name, direction in (("colspan", "columns"), ("rowspan", "rows")):
            if attributes.get(name, "1") not in {"1", None}:
                self._add_structure(f"[over {attributes[name]} {direction}]")

    def _end_row(self):
        headers = self._cells.count("th")
        if headers and headers == len(self._cells):
            self._structure = "Table row of headers"
        else:
            self._structure = f"Table row with {headers} headers" if headers > 1 else "Table row"
            self._structure += " with a header" if headers == 1 else ""
        self.end_block()
        self._structure = ""
        self._cells = []
        self._is_in_row = False

    def _add_structure(self, text):
        self._tokens += [_SPACE, Token(text, True), _SPACE]

    def end_block(self):
        words = _with_single_spaces(self._tokens)
        if words:
            self.blocks.append(Block(self._structure, words))
            self._structure = "List item, continued" if self._open_items else ""
        self._tokens = []


def _with_single_spaces(words):
    tidy = []
    for word in words:
        if not word.text.isspace():
            tidy.append(word)
        elif tidy and tidy[-1] != _SPACE:
            tidy.append(_SPACE)
    if tidy and tidy[-1] == _SPACE:
        tidy.pop()
    return tuple(tidy)
