"""Marks found words in a text, and cuts the part of it that shows them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from directorates.rules.search import words

#: The characters of a snippet, and the most of them before the first found word.
LENGTH = 220
BEFORE = 90
#: Only the beginning of a text is searched for a snippet.
MOST_READ = 20_000


@dataclass(frozen=True)
class Piece:
    text: str
    is_match: bool


def mark(text: str, found: frozenset[str]) -> tuple[Piece, ...]:
    """Return a text in pieces with and without a found word. Neighboring words are one piece."""
    spans = []
    for token in words.read(text):
        if found.isdisjoint(token.words):
            continue
        if spans and token.begin - spans[-1][1] <= 1:
            spans[-1][1] = token.end
        else:
            spans.append([token.begin, token.end])
    pieces, place = [], 0
    for begin, end in spans:
        pieces += [Piece(text[place:begin], False), Piece(text[begin:end], True)]
        place = end
    pieces.append(Piece(text[place:], False))
    return tuple(piece for piece in pieces if piece.text)


def snippet(texts: Iterable[str], found: frozenset[str]) -> tuple[Piece, ...]:
    """Return the part with the most different found words of the text with the most of them, marked, or ()."""
    read = [(text, _hits(text, found)) for text in (text[:MOST_READ] for text in texts)]
    text, hits = max(read, key=lambda one: len({word for _, word in one[1]}))
    if not hits:
        return ()
    first, _ = max(hits, key=lambda hit: (len(_words_after(hits, hit[0])), -hit[0]))
    begin, is_sentence = _beginning(text, first)
    cut = text[begin : begin + LENGTH]
    if begin + LENGTH < len(text):
        # Cut between words, unless the text is one long word.
        cut = (cut.rpartition(" ")[0] or cut) + " …"
    marked = mark(cut, found)
    return marked if is_sentence else (Piece("… ", False), *marked)


def _hits(text, found):
    """Return (place, word) of each found word of a text."""
    return [
        (token.begin, word) for token in words.read(text) for word in token.words if word in found
    ]


def _words_after(hits, begin):
    return {word for place, word in hits if begin <= place < begin + LENGTH - BEFORE}


def _beginning(text, first):
    """Return where the snippet begins, and whether a sentence does: shortly before the first found word."""
    if first <= BEFORE:
        return 0, True
    window = text[first - BEFORE : first]
    place = max(window.rfind(stop) for stop in (". ", "? ", "! "))
    if place >= 0:
        return first - BEFORE + place + 2, True
    return first - BEFORE + window.find(" ") + 1 if " " in window else first, False
