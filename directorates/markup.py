"""What becomes of markup before and after it is sanitized. Pure: texts in, texts out."""

import html
import re

_NOTHING = r"(?:\s|&nbsp;|&#160;|<br>|[\u00ad\u200b-\u200d\u2060\ufeff])*+"
_ATTRIBUTES = r"(?:\s(?:[^>\"]|\"[^\"]*\")*+)?"
_EMPTY_LINK = re.compile(rf"<a{_ATTRIBUTES}>({_NOTHING})</a>")
_EMPTY_ROW = re.compile(
    rf"<tr>(?:\s*<(t[hd]){_ATTRIBUTES}>(?:<p>)?{_NOTHING}(?:</p>)?</\1>)*+\s*</tr>"
)
_EMPTY_BLOCK = re.compile(rf"<(p|h[2-4]|li|ul|ol|thead|tbody|table){_ATTRIBUTES}>{_NOTHING}</\1>")
_SPACE = re.compile(r"\s|&nbsp;|&#160;|<br>")
_TAG = re.compile(r"<[a-zA-Z/!?]")
#: Blocks that rich text does not hold: their borders part words, so a space takes their place.
_FOREIGN_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h1|h5|h6"
    r"|header|hr|main|nav|pre|section)\b",
    re.IGNORECASE,
)


def without_empties(markup):
    """Return sanitized markup without headings, items, links, rows and paragraphs that hold nothing."""
    before = None
    while before != markup:
        before = markup
        # Only the space of a link may part two words.
        markup = _EMPTY_LINK.sub(lambda link: " " if _SPACE.search(link[1]) else "", markup)
        markup = _EMPTY_BLOCK.sub("", _EMPTY_ROW.sub("", markup))
    return markup


def with_words_apart(markup):
    """Return markup with a space at each border of a block that the sanitizer takes away."""
    return _FOREIGN_BLOCK.sub(lambda tag: f" {tag[0]}", markup)


def from_plain(words):
    """Return plain text as paragraphs, parted at empty lines; markup stays as it is."""
    if _TAG.search(words):
        return words
    parts = re.split(r"\n[^\S\n]*\n\s*", words.replace("\r\n", "\n").strip())
    # Who knows markup writes &amp; even where there is none.
    return "\n".join(
        f"<p>{html.escape(html.unescape(part), quote=False)}</p>" for part in parts if part
    )
