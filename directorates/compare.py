"""The differences of two contents, field by field. Pure: mappings in, differences out."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any


@dataclass(frozen=True)
class Difference:
    name: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the fields whose values differ, in the order of `before`; a missing field counts as None."""
    return tuple(
        Difference(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    )


_BLOCKS = {"p", "li", "h2", "h3", "h4", "tr"}


class _LineReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines = []
        self._words = []
        self._prefix = ""
        self._address = ""
        self._is_in_row = False

    def handle_starttag(self, tag, attrs):
        if tag == "p" and self._is_in_row:
            return
        if tag in _BLOCKS:
            self.end_line()
            self._is_in_row = tag == "tr"
            if tag[0] == "h":
                self._prefix = f"Heading {tag[1]}: "
            elif tag == "li":
                self._prefix = "• "
        elif tag in {"td", "th"} and self._words:
            self._words.append(" | ")
        elif tag == "br":
            self._words.append(" ")
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag):
        if tag in _BLOCKS and not (tag == "p" and self._is_in_row):
            self.end_line()
            self._is_in_row = False
        elif tag == "a" and self._address:
            self._words.append(f" [{self._address}]")
            self._address = ""

    def handle_data(self, data):
        self._words.append(data)

    def end_line(self):
        words = " ".join("".join(self._words).split())
        if words:
            self.lines.append(self._prefix + words)
            self._prefix = ""
        self._words = []


def prose_lines(html: str) -> tuple[str, ...]:
    """Return rich text as lines to read, one a block, with what a reader would not see: heading levels
    and the addresses of links."""
    reader = _LineReader()
    reader.feed(html)
    reader.close()
    reader.end_line()
    return tuple(reader.lines)
