"""Puts a reference in the place of typed words in a stored text. Pure."""

import re
from html import escape

from directorates.rules.content.references import markup_of

_TOKEN = re.compile(r"(\{[^{}]*\})")
_SEGMENT = re.compile(r"(<span\b[^>]*>.*?</span>|<[^>]*>)", re.DOTALL)


def pattern_of(words, *, is_markup=False):
    """Return the pattern of whole words. A number is whole: “300” is not in “1,300”."""
    parts = (escape(words, quote=False) if is_markup else words).split()
    space = r"(?:\s|&nbsp;)+" if is_markup else r"\s+"
    return re.compile(
        r"(?<!\w)(?<!\d[.,])" + space.join(map(re.escape, parts)) + r"(?!\w)(?![.,]\d)"
    )


def replace_words(stored, found, reference, *, is_rich, nth=0):
    """Return a stored text with a reference in the place of these words, or None if it lacks them.

    `nth` counts from 0. In rich text, words that go on behind a tag are not found.
    """
    words = pattern_of(found, is_markup=is_rich)
    put = markup_of(reference) if is_rich else reference.token
    pieces = (_SEGMENT if is_rich else _TOKEN).split(stored)
    # Every second piece is a tag or a reference.
    for place in range(0, len(pieces), 2):
        for match in words.finditer(pieces[place]):
            if nth == 0:
                piece = pieces[place]
                pieces[place] = piece[: match.start()] + put + piece[match.end() :]
                return "".join(pieces)
            nth -= 1
    return None
