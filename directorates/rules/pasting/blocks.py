"""The blocks of pasted text: paragraphs, headings, items of lists and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlsplit

from directorates.rules.content import references
from directorates.rules.pasting.losses import is_comment, is_deleted, is_hidden
from directorates.rules.pasting.tree import Element

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt"),
    *("figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
    *("main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "ul"),
}
_WORD_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d+)")
_OUTLINE = re.compile(r"mso-outline-level:\s*(\d)")
_WORD_HEADING = re.compile(r"mso(?:title|subtitle|heading(\d))")
#: A typed bullet or number at the beginning of a paragraph.
_BULLET = re.compile(r"^\s*[·•▪▫‣◦●○■□§➢]\s+|^\s*o\s{2,}")
_NUMBER = re.compile(r"^\s*\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s*")


@dataclass
class Block:
    """A paragraph (`level` None) or a heading. A title has level 0. `html` has words, links and references only."""

    html: str
    level: int | None = None


@dataclass
class Item:
    """An item of a list. `depth` counts from 0."""

    depth: int
    is_ordered: bool
    blocks: list = field(default_factory=list)


@dataclass
class Cell:
    is_header: bool
    spans: str
    blocks: list = field(default_factory=list)


@dataclass
class Table:
    rows: list[list[Cell]]


class BlockReader:
    """Reads the children of an element into blocks."""

    def __init__(self):
        self.blocks = []
        self._words = []
        self._level = None

    def read(self, element, *, href="", depth=-1, is_ordered=False):
        """Add what is in an element. `depth` is the depth of the list around it, -1 without."""
        for child in element.children:
            if not isinstance(child, Element):
                self._write(child, href)
            elif is_hidden(child) or is_comment(child) or is_deleted(child):
                continue
            else:
                self._read_element(child, href, depth, is_ordered)
        return self

    def _read_element(self, element, href, depth, is_ordered):
        tag = element.tag
        if tag == "br":
            self._words.append("<br>")
        elif tag == "img":
            pass
        elif tag == "table":
            self._read_table(element)
        elif tag in {"ul", "ol"}:
            self.end()
            self.read(element, href=href, depth=depth + 1, is_ordered=tag == "ol")
            self.end()
        elif tag == "li":
            self._read_item(element, max(depth, 0), is_ordered)
        elif tag in _BLOCKS:
            self._read_block(element, href, depth, is_ordered)
        elif tag == "span" and (reference := references.read_span(element.attributes)):
            self._words.append(references.markup_of(reference))
        else:
            inner = _address(element) or href if tag == "a" else href
            self.read(element, href=inner, depth=depth, is_ordered=is_ordered)

    def _read_item(self, element, depth, is_ordered):
        """Add an item. Lists in it are items of their own, one level down."""
        self.end()
        # Word for the web writes each item as a list of its own.
        level = element.attributes.get("data-aria-level", "")
        depth = int(level) - 1 if level.isdigit() and 0 < int(level) < 10 else depth
        found = BlockReader().read(element, depth=depth, is_ordered=is_ordered).finish()
        item = Item(depth, is_ordered)
        self.blocks.append(item)
        for block in found:
            if isinstance(block, Item):
                self.blocks.append(block)
                item = block
            else:
                item.blocks.append(block)
        if not self.blocks[-1].blocks:
            self.blocks.pop()

    def _read_block(self, element, href, depth, is_ordered):
        self.end()
        word_level = _WORD_LEVEL.search(element.style)
        if element.tag in {"p", "div"} and (word_level or "msolist" in element.classes):
            self._read_word_item(element, int(word_level[1]) - 1 if word_level else 0)
            return
        self._level = _level_of(element)
        self.read(element, href=href, depth=depth, is_ordered=is_ordered)
        self.end()

    def _read_word_item(self, element, depth):
        """Add a paragraph that Word shows as an item, without the bullet or number that stands in it."""
        marker = next(
            (one for one in element.walk() if "mso-list:ignore" in one.style.replace(" ", "")), None
        )
        signs = marker.text if marker is not None else ""
        if marker is not None:
            marker.children.clear()
        found = BlockReader().read(element).finish()
        for block in found:
            if isinstance(block, Item):
                self.blocks.append(Item(depth, block.is_ordered, block.blocks))
            elif not signs and not _starts_item(block):
                self.blocks.append(block)
            else:
                is_ordered = bool(_NUMBER.match(signs or block.html))
                if not signs:
                    block.html = _NUMBER.sub("", _BULLET.sub("", block.html))
                self.blocks.append(Item(depth, is_ordered, [block]))
                signs = signs or "·"

    def _read_table(self, element):
        self.end()
        rows = [
            [_cell(cell) for cell in row.children if isinstance(cell, Element)]
            for row in _rows_of(element)
        ]
        rows = [row for row in rows if any(cell.blocks for cell in row)]
        caption = next(
            (one for one in element.children if isinstance(one, Element) and one.tag == "caption"),
            None,
        )
        if caption is not None:
            self.read(caption)
            self.end()
        if len(rows) == 1 and len(rows[0]) == 1:
            # A frame around text, and no table.
            self.blocks += rows[0][0].blocks
        elif rows:
            if not any(cell.is_header for row in rows for cell in row):
                for cell in rows[0]:
                    cell.is_header = True
            self.blocks.append(Table(rows))

    def _write(self, words, href):
        words = escape(re.sub(r"\s+", " ", words), quote=False)
        if href and words.strip():
            words = f'<a href="{escape(href)}">{words}</a>'
        self._words.append(words)

    def end(self):
        """End the paragraph that is being read. Two line breaks in a row separate paragraphs too."""
        html = re.sub(r"</a><a href=\"[^\"]*\">(?=)", lambda m: m[0], "".join(self._words))
        for part in re.split(r"(?:\s*<br>\s*){2,}", html):
            part = re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", re.sub(r"[ \t\n]+", " ", part))
            if not re.sub(r"<[^>]*>", "", part).strip() and "<span" not in part:
                continue
            if self._level is None and _BULLET.match(part):
                self.blocks.append(Item(0, False, [Block(_BULLET.sub("", part))]))
            else:
                self.blocks.append(Block(part, self._level))
        self._words, self._level = [], None

    def finish(self):
        self.end()
        return self.blocks


def _starts_item(block):
    return bool(_BULLET.match(block.html) or _NUMBER.match(block.html))


def _level_of(element):
    """Return the level of a heading, or None."""
    if re.fullmatch("h[1-6]", element.tag):
        return int(element.tag[1])
    if word := _WORD_HEADING.search(element.classes):
        return int(word[1] or 0)
    if outline := _OUTLINE.search(element.style):
        return int(outline[1])
    level = element.attributes.get("aria-level", "")
    if element.attributes.get("role") == "heading":
        return int(level) if level.isdigit() else 2
    return None


def _address(element):
    """Return where a link leads, or '' for a place within the document that it came from."""
    address = element.attributes.get("href", "").strip()
    parts = urlsplit(address) if address.startswith("https://www.google.com/url?") else None
    if parts:
        address = parse_qs(parts.query).get("q", [address])[0]
    return "" if address.startswith("#") else address


def _rows_of(table):
    for child in table.children:
        if isinstance(child, Element) and child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows_of(child)
        elif isinstance(child, Element) and child.tag == "tr":
            yield child


def _cell(element):
    """Return a cell. A table in it becomes paragraphs, one for each of its cells."""
    spans = "".join(
        f' {name}="{value}"'
        for name in ("colspan", "rowspan")
        if (value := element.attributes.get(name, "")).isdigit() and 1 < int(value) < 1000
    )
    return Cell(element.tag == "th", spans, list(_flat(BlockReader().read(element).finish())))


def _flat(blocks):
    """Yield the blocks of a cell: headings as paragraphs, the cells of a table one by one."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from cell.blocks
        elif isinstance(block, Block):
            yield Block(block.html)
        else:
            yield block
