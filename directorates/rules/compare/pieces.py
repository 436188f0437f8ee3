"""Splits rich text into its elements with their markup. The merge of two people's changes works on these."""

import re
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

from directorates.rules.compare.prose import Block, Token, prose_blocks

_VOID = {"br", "hr", "img"}
#: Elements that can be merged on their own. Words within a paragraph cannot.
_BLOCKS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr",
    "table", "thead", "tbody", "tfoot", "tr",
}  # fmt: skip
#: The merge goes into these elements and merges each child.
_CONTAINERS = {"ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tfoot"}


@dataclass(frozen=True)
class Piece:
    """One element with its content, or text outside of elements."""

    markup: str
    #: The element's name; "" for text.
    tag: str = ""

    @cached_property
    def key(self):
        """The markup with single spaces, because browsers may send other white space."""
        return " ".join(self.markup.split())

    @cached_property
    def block(self):
        """The piece as a block for comparison. Pieces with the same key give equal blocks."""
        words = [token for block in prose_blocks(self.markup) for token in (*block.tokens, _SPACE)]
        return Block(self.key, tuple(words))

    @property
    def opening(self):
        return self.markup[: self.markup.index(">") + 1]

    @property
    def closing(self):
        return f"</{self.tag}>"

    @cached_property
    def pieces(self):
        """The pieces inside, if each of them can be merged on its own; else ()."""
        if self.tag not in _CONTAINERS:
            return ()
        inner = split(self.markup.removeprefix(self.opening).removesuffix(self.closing))
        return inner if all(piece.tag in _BLOCKS for piece in inner) else ()


_SPACE = Token(" ")


def split(html: str) -> tuple[Piece, ...]:
    """Return the elements of sanitized rich text in order.

    Joined, they are the text without the white space between elements.
    """
    splitter = _Splitter(html)
    return tuple(piece for piece in splitter.pieces if piece.key)


class _Splitter(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=False)
        self._html = html
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", html))]
        self._depth = self._start = 0
        self.pieces = []
        self.feed(html)
        self.close()
        # If an element has no end, the rest of the text is one piece.
        self._take(len(html), "")

    def handle_starttag(self, tag, attrs):
        if self._depth == 0:
            self._take(self._place(), "")
        if tag not in _VOID:
            self._depth += 1
        elif self._depth == 0:
            self._take(self._end_of_tag(), tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in _VOID or self._depth == 0:
            return
        self._depth -= 1
        if self._depth == 0:
            self._take(self._end_of_tag(), tag)

    def _place(self):
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def _end_of_tag(self):
        return self._html.find(">", self._place()) + 1 or len(self._html)

    def _take(self, end, tag):
        if end > self._start:
            self.pieces.append(Piece(self._html[self._start : end], tag))
        self._start = end
