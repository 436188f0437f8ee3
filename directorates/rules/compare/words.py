"""The words that two texts have in common, the removed words and the added words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from directorates.rules.compare.alignment import align
from directorates.rules.compare.prose import Token


class Fate(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Segment:
    fate: Fate
    text: str
    is_structure: bool = False


#: Texts with a smaller share of common words are shown as replaced whole: scattered common words mean nothing.
LEAST_IN_COMMON = 0.3


def compare_words(before: Sequence[Token], after: Sequence[Token]) -> tuple[Segment, ...]:
    """Return the segments of both texts in order.

    The kept and removed segments are the old text; the kept and added segments are the new text.
    """
    pairs = align(before, after)
    shared = sum(_is_word(before[position]) for position, _ in pairs)
    words = max(sum(map(_is_word, before)), sum(map(_is_word, after)))
    if before != after and shared < LEAST_IN_COMMON * words:
        return whole(before, Fate.REMOVED) + whole(after, Fate.ADDED)
    return _joined(_without_islands(_runs(before, after, pairs)))


def whole(tokens: Sequence[Token], fate: Fate) -> tuple[Segment, ...]:
    """Return a whole text as segments with the same fate."""
    return tuple(
        Segment(fate, "".join(token.text for token in run), is_structure)
        for is_structure, run in groupby(tokens, key=lambda token: token.is_structure)
    )


def _is_word(token):
    return token.is_structure or token.text[0].isalnum()


def _runs(before, after, pairs):
    """Yield (kept, removed, added): token lists of a common stretch and of the difference after it."""
    kept, position, other = [], 0, 0
    for next_position, next_other in [*pairs, (len(before), len(after))]:
        if (next_position, next_other) != (position, other):
            yield kept, before[position:next_position], after[other:next_other]
            kept = []
        kept.extend(before[next_position : next_position + 1])
        position, other = next_position + 1, next_other + 1
    yield kept, [], []


def _without_islands(runs):
    """Join differences with only white space or punctuation between, so a phrase reads as one change."""
    joined = []
    for kept, removed, added in runs:
        is_island = joined and (removed or added) and not any(map(_is_word, kept))
        if is_island and len(kept) <= 2:
            _, removed_before, added_before = joined[-1]
            removed_before += [*kept, *removed]
            added_before += [*kept, *added]
        else:
            joined.append((kept, [*removed], [*added]))
    return joined


def _joined(runs):
    return tuple(
        segment
        for kept, removed, added in runs
        for tokens, fate in ((kept, Fate.KEPT), (removed, Fate.REMOVED), (added, Fate.ADDED))
        for segment in whole(tokens, fate)
    )
