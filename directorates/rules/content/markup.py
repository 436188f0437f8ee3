"""Prepares markup for the sanitizer and tidies the result. Pure: texts in, texts out."""

import html
import html.entities
import re

#: Characters that are invisible on their own: format characters, fillers and variation selectors.
_UNSEEN = (
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_NOTHING = rf"(?:\s|&nbsp;|&#160;|<br>|{_UNSEEN})*+"
_ATTRIBUTES = r"(?:\s(?:[^>\"]|\"[^\"]*\")*+)?"
_EMPTY_LINK = re.compile(rf"<a{_ATTRIBUTES}>({_NOTHING})</a>")
#: A link without an address: the sanitizer removes addresses that are not allowed. Links are never nested.
_IDLE_LINK = re.compile(r"<a(?:\s(?!href=)[^\s=>]+=\"[^\"]*\")*+>(.*?)</a>", re.DOTALL)
_EMPTY_ROW = re.compile(
    rf"<tr>(?:\s*<(t[hd]){_ATTRIBUTES}>(?:<p>)?{_NOTHING}(?:</p>)?</\1>)*+\s*</tr>"
)
_EMPTY_BLOCK = re.compile(rf"<(p|h[2-4]|li|ul|ol|thead|tbody|table){_ATTRIBUTES}>{_NOTHING}</\1>")
#: Words directly in an item or a cell, without a paragraph.
_BARE_WORDS = re.compile(
    rf"(<(?:li|td|th){_ATTRIBUTES}>)((?:[^<]|</?(?:a|span){_ATTRIBUTES}>|<br>)++)"
)
_SPACE_AT_BORDER = re.compile(
    rf"(?<!\s)\s++(?=</(?:p|h[2-4]|li|td|th)>)|(<(?:p|h[2-4]|li|td|th){_ATTRIBUTES}>)\s++"
)
_SPACE = re.compile(r"\s|&nbsp;|&#160;|<br>")
_TAG = re.compile(r"<[a-zA-Z/!?]")
#: Blocks that the sanitizer removes. Their borders separate words, so each border gets a space.
_UNKNOWN_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h1|h5|h6"
    r"|header|hr|main|nav|pre|section)\b",
    re.IGNORECASE,
)


def without_empties(markup):
    """Return sanitized markup without empty headings, items, links, rows and paragraphs; '' if nothing remains.

    A link without an address becomes plain words.
    """
    markup = _IDLE_LINK.sub(r"\1", markup)
    before = None
    while before != markup:
        before = markup
        # The space in an empty link may be the only one between two words.
        markup = _EMPTY_LINK.sub(lambda link: " " if _SPACE.search(link[1]) else "", markup)
        markup = _EMPTY_BLOCK.sub("", _EMPTY_ROW.sub("", markup))
    return "" if re.fullmatch(_NOTHING, markup) else markup


def as_in_editor(markup):
    """Return sanitized markup with blocks, items, cells and table rows in the editor's form.

    The editor sends a whole text in this form, even when a person changes one word of a loaded text.
    """
    tight = _SPACE_AT_BORDER.sub(lambda space: space[1] or "", markup)
    one_body = re.sub(r"</thead>\s*<tbody>", "", tight)
    one_body = one_body.replace("<thead>", "<tbody>").replace("</thead>", "</tbody>")
    return _BARE_WORDS.sub(_with_paragraph, one_body)


def _with_paragraph(bare):
    words = bare[2].strip()
    return f"{bare[1]}<p>{words}</p>" if words else bare[0]


def with_words_apart(markup):
    """Return markup with a space at each border of a block that the sanitizer removes."""
    return _UNKNOWN_BLOCK.sub(lambda tag: f" {tag[0]}", markup)


def from_plain(words):
    """Return plain text as paragraphs, split at empty lines. Markup is returned unchanged."""
    if _TAG.search(words):
        return words
    one_kind = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", words)
    parts = re.split(r"\n[^\S\n]*\n\s*", one_kind.strip())
    return "\n".join(
        f"<p>{html.escape(_without_references(part), quote=False)}</p>" for part in parts if part
    )


def _without_references(words):
    """Return plain text with its references as characters: people who know markup write &amp; in plain text too.

    &copy without its semicolon is not a reference. It may be part of an address, like /a?b=1&copy=2.
    """

    def read(reference):
        is_known = reference[0][1] == "#" or reference[0][1:] in html.entities.html5
        return html.unescape(reference[0]) if is_known else reference[0]

    return re.sub(r"&(?:#\d+|#[xX][\da-fA-F]+|\w+);", read, words)
