"""Marks found words in a text, and cuts the part of it that shows them. Pure."""

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


def count_different(text: str, found: frozenset[str]) -> int:
    """Return how many different found words a text has."""
    return len({word for token in words.read(text[:MOST_READ]) for word in token.words} & found)


def snippet(text: str, found: frozenset[str]) -> tuple[Piece, ...]:
    """Return the part of a text with the most different found words, marked, or () if it has none."""
    text = text[:MOST_READ]
    hits = [
        (token.begin, word) for token in words.read(text) for word in token.words if word in found
    ]
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
