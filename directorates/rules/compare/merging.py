"""Merges two people's changes of one text. A change by only one of them is taken.

Where both changed the same piece, the merge takes neither: a person chooses between them. Pure.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from directorates.rules.compare.alignment import align
from directorates.rules.compare.blocks import compare_blocks, likeness
from directorates.rules.compare.pieces import Piece, split


@dataclass(frozen=True)
class Part:
    """A stretch of a text in its versions: the base, theirs, mine and the merged one.

    A value that is not rich text is one part. Its versions are then values of any type.
    """

    base: str
    theirs: str
    mine: str
    merged: str = ""
    #: Whether both changed it, so a person must choose. `merged` is then empty.
    is_clash: bool = False

    @property
    def key(self):
        """A short name that does not change while the author edits `mine`."""
        return hashlib.sha256(f"{self.base}\0{self.theirs}".encode()).hexdigest()[:12]


def merge(base: str, theirs: str, mine: str) -> tuple[Part, ...]:
    """Return the parts of three versions of a rich text, in the order of reading.

    Every addition that no side removed is in a merged part or in a clash.
    """
    return tuple(_merge_pieces(*(split(html) for html in (base, theirs, mine))))


def join(parts: Sequence[Part], choose: Callable[[Part], str]) -> str:
    """Return the text of the parts. `choose` returns the text for a clash."""
    return "".join(choose(part) if part.is_clash else part.merged for part in parts)


def chosen_base(parts: Sequence[Part]) -> str:
    """Return the base of the next merge: theirs, but the old base in clashes that are still open."""
    return "".join(part.base if part.is_clash else part.theirs for part in parts)


def _merge_pieces(bases, theirs, mine):
    their_fates, their_new = _trace(bases, theirs)
    my_fates, my_new = _trace(bases, mine)
    # One person moved a piece and the other changed it: the changed piece goes to the new place.
    by_me = _find_moved(bases, my_fates, my_new, their_fates)
    by_them = _find_moved(bases, their_fates, their_new, my_fates)
    # Both moved a piece: it goes where the second person put it.
    by_both = by_me.keys() & by_them.keys()
    for place in range(len(bases) + 1):
        yield from _merge_new(their_new[place], my_new[place], by_them, by_me, by_both)
        if place < len(bases):
            base, their, my = bases[place], their_fates[place], my_fates[place]
            was_moved = (my is None and base.key in by_me) or (
                their is None and base.key in by_them
            )
            yield from _merge_one(base, their, my, was_moved=was_moved)


def _find_moved(bases, fates, new, other_fates):
    """Return {key: the other person's markup} of the pieces that one person moved."""
    keys = {piece.key for pieces in new for piece in pieces}
    return {
        base.key: (other or base).markup
        for base, fate, other in zip(bases, fates, other_fates, strict=True)
        if fate is None and base.key in keys
    }


def _trace(before, after):
    """Return each piece's new version (None: removed), and the new pieces before each and at the end."""
    fates = [None] * len(before)
    new = [[] for _ in range(len(before) + 1)]
    place = other = 0
    blocks = [piece.block for piece in before], [piece.block for piece in after]
    for change in compare_blocks(*blocks):
        is_one = change.before and change.after and _is_one(change.before, change.after)
        if is_one:
            fates[place] = after[other]
        elif change.after is not None:
            # A replacement goes after the piece that it replaces.
            new[place + (change.before is not None)].append(after[other])
        place += change.before is not None
        other += change.after is not None
    return fates, new


def _is_one(before, after):
    return before == after or likeness(before, after) > 0


def _merge_new(theirs, mine, by_them, by_me, by_both):
    """Yield the additions of both at one place. Equal additions come once, the rest in turn.

    Of a piece that both moved, theirs is merged as empty. It stays a part, so the next merge knows of it.
    """
    pairs = align([piece.key for piece in theirs], [piece.key for piece in mine])
    place = other = 0
    for next_place, next_other in [*pairs, (len(theirs), len(mine))]:
        for piece in theirs[place:next_place]:
            merged = "" if piece.key in by_both else by_them.get(piece.key, piece.markup)
            yield Part("", piece.markup, "", merged=merged)
        for piece in mine[other:next_other]:
            yield Part("", "", piece.markup, merged=by_me.get(piece.key, piece.markup))
        if next_place < len(theirs):
            markup = mine[next_other].markup
            yield Part("", theirs[next_place].markup, markup, merged=markup)
        place, other = next_place + 1, next_other + 1


def _merge_one(base, theirs, mine, *, was_moved):
    sides = [piece.markup if piece else "" for piece in (base, theirs, mine)]
    keys = [piece.key if piece else "" for piece in (base, theirs, mine)]
    if was_moved:
        yield Part(*sides, merged="")
    elif keys[2] == keys[0]:
        yield Part(*sides, merged=sides[1])
    elif keys[1] in (keys[0], keys[2]):
        yield Part(*sides, merged=sides[2])
    elif _is_same_container(base, theirs, mine):
        yield Part(base.opening, theirs.opening, mine.opening, merged=mine.opening)
        yield from _merge_pieces(base.pieces, theirs.pieces, mine.pieces)
        yield Part(base.closing, theirs.closing, mine.closing, merged=mine.closing)
    else:
        yield Part(*sides, is_clash=True)


def _is_same_container(*pieces: Piece | None):
    return all(piece and piece.pieces for piece in pieces) and len({p.opening for p in pieces}) == 1
