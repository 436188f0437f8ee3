"""Puts a reference in the place of typed words in a stored text. Pure."""

import re
from html import escape

from directorates.rules.content.references import markup_of

_SEGMENT = re.compile(r"(<span\b[^>]*>.*?</span>|<[^>]*>)", re.DOTALL)


def replace_words(stored, found, reference, *, is_rich):
    """Return a stored text with a reference in the place of the first of these words, or None if it lacks them.

    In rich text, words that go on behind a tag are not found.
    """
    written = escape(found, quote=False) if is_rich else found
    words = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, written.split())) + r"(?!\w)")
    put = markup_of(reference) if is_rich else reference.token
    pieces = _SEGMENT.split(stored) if is_rich else [stored]
    for place, piece in enumerate(pieces):
        if is_rich and piece.startswith("<"):
            continue
        if words.search(piece):
            pieces[place] = words.sub(lambda _: put, piece, count=1)
            return "".join(pieces)
    return None
