"""Returns the visible words of a page, one block on each line."""

from html.parser import HTMLParser

_INLINE = {"a", "abbr", "b", "em", "i", "span", "strong", "sub", "sup", "time", "u"}
_UNSEEN = {"script", "style", "title"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []
        self._unseen = 0

    def handle_starttag(self, tag, attrs):
        if tag in _UNSEEN:
            self._unseen += 1
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag in _UNSEEN:
            self._unseen -= 1
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self._unseen:
            # Line breaks in the markup are shown as spaces.
            self.parts.append(data.replace("\n", " "))


def visible_lines(markup):
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = ("".join(reader.parts)).split("\n")
    return [words for line in lines if (words := " ".join(line.split()))]
