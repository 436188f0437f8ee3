"""The words of a stored text as passages: paragraphs, headings, items, cells and links. Pure."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from html.parser import HTMLParser

from directorates.rules.content import references
from directorates.rules.content.reference_words import Facts, PlainWriter

#: They surround the words of a reference while a text is taken apart. Stored texts have no such characters.
_BEGIN, _END = "\x01", "\x02"
TOKEN = re.compile(r"\w+")
_BLOCKS = {"p", "li", "h2", "h3", "h4", "td", "th"}
#: What stored rich text is made of. Any other text is read by the parser of the standard library: nine times as slow.
_STORED_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z][a-z-]*=(?:\"[^\"]*\"|'[^']*'))*)>")
_STORED_TAGS = {
    *_BLOCKS,
    "a",
    "br",
    "em",
    "strong",
    "ul",
    "ol",
    "table",
    "thead",
    "tbody",
    "tr",
    "span",
}
_ATTRIBUTE = re.compile(r" ([a-z-]+)=(?:\"([^\"]*)\"|'([^']*)')")


@dataclass
class Passage:
    """The words of one block. `referred` are the (begin, end) of words that stand for references."""

    kind: str
    words: str = ""
    referred: list = field(default_factory=list)

    @cached_property
    def tokens(self):
        """The parts of the words that have no sign inside. A rule first asks whether it can find anything."""
        return frozenset(TOKEN.findall(self.words))

    def is_typed(self, begin, end):
        """Whether a person typed these words: no part of them stands for a reference."""
        return all(end <= first or last <= begin for first, last in self.referred)

    @property
    def is_prose(self):
        return self.kind in {"p", "li"}


@dataclass
class Passages:
    blocks: list[Passage]
    #: The addresses of the links.
    addresses: list[str]
    #: The tables, as rows of cells.
    tables: list[list[list[str]]]


def read_plain(words, facts: Facts) -> Passages:
    """Return the passages of a plain text. Each reference has its words."""
    writer = PlainWriter(facts)
    marked = references.write_plain_text(words, lambda *one: f"{_BEGIN}{writer(*one)}{_END}")
    return Passages([_passage("p", marked)], [], [])


def read_rich(html, facts: Facts) -> Passages:
    """Return the passages of stored rich text. Each reference has its words."""
    writer = PlainWriter(facts)
    marked = references.write_rich_text(html, lambda *one: f"{_BEGIN}{escape(writer(*one))}{_END}")
    reader = _Reader()
    if not _read_stored(marked, reader):
        reader.feed(marked)
        reader.close()
    reader.end_block()
    return Passages(reader.blocks, reader.addresses, reader.tables)


def _read_stored(html, reader):
    """Hand the tags and texts of rich text to a parser's methods; return False if it is not like stored text."""
    first, *parts = _STORED_TAG.split(html)
    tags = list(zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True))
    if "<" in first or any(name not in _STORED_TAGS or "<" in text for _, name, _, text in tags):
        return False
    reader.handle_data(unescape(first))
    for slash, name, attributes, text in tags:
        if slash:
            reader.handle_endtag(name)
        else:
            found = _ATTRIBUTE.findall(attributes) if name == "a" else ()
            values = [(key, unescape(double or single)) for key, double, single in found]
            reader.handle_starttag(name, values)
        if text:
            reader.handle_data(unescape(text))
    return True


def _passage(kind, marked):
    if _BEGIN not in marked:
        return Passage(kind, " ".join(marked.split()))
    passage, words, begin = Passage(kind), "", 0
    for character in " ".join(marked.split()):
        if character == _BEGIN:
            begin = len(words)
        elif character == _END:
            passage.referred.append((begin, len(words)))
        else:
            words += character
    passage.words = words
    return passage


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks, self.addresses, self.tables = [], [], []
        self._kind, self._parts = "p", []

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self.end_block()
            # A paragraph of an item or of a cell belongs to it.
            self._kind = tag if tag != "p" or self._kind not in {"li", "td", "th"} else self._kind
        elif tag == "br":
            self._parts.append(" ")
        elif tag == "a":
            self.addresses += [value for name, value in attrs if name == "href" and value]
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.end_block()
            if tag != "p":
                self._kind = "p"

    def handle_data(self, data):
        self._parts.append(data)

    def end_block(self):
        passage = _passage(self._kind, "".join(self._parts))
        self._parts = []
        if not passage.words:
            return
        self.blocks.append(passage)
        if self._kind in {"td", "th"} and self.tables and self.tables[-1]:
            self.tables[-1][-1].append(passage.words)
