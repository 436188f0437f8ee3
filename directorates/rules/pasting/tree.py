"""The tree of pasted markup, read as browsers read it: with the end tags that programs leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

#: Characters of pasted markup. Word writes about ten times as much markup as text.
LONGEST_MARKUP = 1_500_000
#: Elements one inside another. The parser takes quadratic time for more.
DEEPEST_MARKUP = 400

_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl", "dt"),
    *("em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
    *("hr", "i", "img", "ins", "li", "main", "mark", "ol", "p", "pre", "s", "section", "article"),
    *("span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "u", "ul", "aside", "address", "nav"),
}
_ATTRIBUTES = {
    "*": {"style", "class", "role", "aria-level", "align", "bgcolor"},
    "a": {"href"},
    "del": {"datetime", "cite"},
    "font": {"color"},
    "li": {"data-aria-level"},
    "span": {
        *("data-figure", "data-form", "data-digits", "data-unit", "data-words", "data-linked"),
        *("data-count", "data-of", "data-role"),
    },
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags={"script", "style", "title", "xml", "noscript", "template"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_VOID = {"br", "hr", "img"}
_OPENS_OR_CLOSES = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NEVER_NESTS = {
    *_VOID,
    *("p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "col", "colgroup", "meta", "link"),
    *("input", "wbr", "area", "base", "source", "embed", "param", "track", "o:p"),
}


class TooMuchMarkupError(ValueError):
    """The markup is too long or nested too deeply to be read."""


@dataclass
class Element:
    """An element with its attributes and its children: elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def style(self):
        return self.attributes.get("style", "").lower()

    @property
    def classes(self):
        return self.attributes.get("class", "").lower()

    def walk(self):
        """Yield the element and all elements in it."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def text(self):
        return "".join(
            child.text if isinstance(child, Element) else child for child in self.children
        )


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        if tag not in _VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data):
        self._open[-1].children.append(data)


def read(markup: str) -> Element:
    """Return the tree of pasted markup. Raises TooMuchMarkupError."""
    if len(markup) > LONGEST_MARKUP or _depth(markup) > DEEPEST_MARKUP:
        raise TooMuchMarkupError("This is too much at once. Paste it in parts.")
    builder = _Builder()
    # The cleaner writes well-formed markup, so the builder needs no rules for missing end tags.
    builder.feed(_cleaner.clean(markup))
    builder.close()
    return builder.root


def _depth(markup):
    depth = deepest = 0
    for is_end, tag in _OPENS_OR_CLOSES.findall(markup):
        if tag.lower() not in _NEVER_NESTS:
            depth = max(0, depth - 1) if is_end else depth + 1
            deepest = max(deepest, depth)
    return deepest
