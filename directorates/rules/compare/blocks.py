"""The change of each block of a text: kept, moved, removed, added, or changed in its words or its kind."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from operator import itemgetter
from typing import NamedTuple

from directorates.rules.compare.alignment import align
from directorates.rules.compare.prose import Block
from directorates.rules.compare.words import Fate, Segment, compare_words, whole

#: Two blocks with at least this share of common words count as one changed block.
LEAST_LIKENESS = 0.5
#: Up to this many pairs, every block is compared with every other; above, only blocks at the same place.
MOST_PAIRS = 400


@dataclass(frozen=True)
class BlockChange:
    """A block of the old text beside a block of the new text. One of the two may be missing."""

    before: Block | None
    after: Block | None
    #: Whether the same block, word for word, is at another place in the other text.
    is_moved: bool = False
    #: Whether the two blocks are compared by words. False: each is shown whole, side by side.
    is_by_words: bool = True

    @property
    def is_kept(self):
        return self.before == self.after

    @property
    def is_changed_in_structure(self):
        return bool(self.before and self.after and self.before.structure != self.after.structure)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The words of both sides. A moved block counts as kept."""
        if self.before and self.after and self.is_by_words:
            return compare_words(self.before.tokens, self.after.tokens)
        removed, added = (Fate.KEPT, Fate.KEPT) if self.is_moved else (Fate.REMOVED, Fate.ADDED)
        return whole(self.before.tokens if self.before else (), removed) + whole(
            self.after.tokens if self.after else (), added
        )

    @property
    def old_segments(self) -> tuple[Segment, ...]:
        return tuple(segment for segment in self.segments if segment.fate != Fate.ADDED)

    @property
    def new_segments(self) -> tuple[Segment, ...]:
        return tuple(segment for segment in self.segments if segment.fate != Fate.REMOVED)


def compare_blocks(
    before: Sequence[Block], after: Sequence[Block], *, by_words: bool = True
) -> tuple[BlockChange, ...]:
    """Return the change of each block, in reading order of both texts.

    Every block of both sides is in exactly one change. Without `by_words`, blocks are equal or different: for
    values that are not text.
    """
    pairs = align(before, after)
    moved, moved_here = _find_moved(before, after, pairs)
    olds = [_Placed(block, place in moved) for place, block in enumerate(before)]
    news = [_Placed(block, place in moved_here) for place, block in enumerate(after)]
    changes = []
    for kept, removed, added in _between(pairs, olds, news):
        if kept:
            changes.append(BlockChange(kept[0].block, kept[1].block))
        alike = _pair_alike(removed, added) if by_words else []
        for pair, left, right in _between(alike, removed, added):
            if pair:
                changes.append(BlockChange(pair[0].block, pair[1].block))
            changes += _side_by_side(left, right, by_words)
    return tuple(changes)


class _Placed(NamedTuple):
    block: Block
    is_moved: bool


def _find_moved(before, after, pairs):
    """Return the places of moved blocks: a set for the old text, a set for the new text."""
    aligned = {position for position, _ in pairs}
    aligned_after = {other for _, other in pairs}
    free = defaultdict(list)
    for other in reversed(range(len(after))):
        if other not in aligned_after:
            free[after[other]].append(other)
    moved, moved_here = set(), set()
    for position, block in enumerate(before):
        if position not in aligned and free.get(block):
            moved.add(position)
            moved_here.add(free[block].pop())
    return moved, moved_here


def _between(pairs, olds, news):
    """Yield each pair (None at first) with the blocks after it on both sides, up to the next pair."""
    pair, position, other = None, 0, 0
    for next_position, next_other in [*pairs, (len(olds), len(news))]:
        yield pair, olds[position:next_position], news[other:next_other]
        if next_position < len(olds) and next_other < len(news):
            pair = (olds[next_position], news[next_other])
        position, other = next_position + 1, next_other + 1


def _pair_alike(olds, news):
    """Return pairs of places of blocks that are probably one changed block. Places rise on both sides."""
    if len(olds) * len(news) > MOST_PAIRS:
        places = range(min(len(olds), len(news)))
        return [(place, place) for place in places if _likeness(olds[place], news[place])]
    # For each place: the best sum of likenesses from there to the end, and its pairs as a linked list. Filled
    # from the end.
    best = [[(0.0, None)] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for row, column in product(reversed(range(len(olds))), reversed(range(len(news)))):
        choices = [best[row + 1][column], best[row][column + 1]]
        likeness = _likeness(olds[row], news[column])
        if likeness:
            rest, chain = best[row + 1][column + 1]
            choices.insert(0, (rest + likeness, ((row, column), chain)))
        best[row][column] = max(choices, key=itemgetter(0))
    pairs, chain = [], best[0][0][1]
    while chain:
        pair, chain = chain
        pairs.append(pair)
    return pairs


def likeness(block: Block, other: Block) -> float:
    """Return the share of words that two blocks have in common; 0 if it is below LEAST_LIKENESS."""
    words, other_words = (
        Counter(token for token in each.tokens if not token.text.isspace())
        for each in (block, other)
    )
    shared = (words & other_words).total()
    share = 2 * shared / ((words.total() + other_words.total()) or 1)
    return share if share >= LEAST_LIKENESS else 0.0


def _likeness(old, new):
    return 0.0 if old.is_moved or new.is_moved else likeness(old.block, new.block)


def _side_by_side(olds, news, by_words):
    """Return the changes of unpaired blocks: a moved block alone, a removed block beside an added one."""
    changes, olds, news = [], deque(olds), deque(news)
    while olds or news:
        if olds and olds[0].is_moved:
            changes.append(BlockChange(olds.popleft().block, None, is_moved=True))
        elif news and news[0].is_moved:
            changes.append(BlockChange(None, news.popleft().block, is_moved=True))
        else:
            old = olds.popleft().block if olds else None
            new = news.popleft().block if news else None
            changes.append(BlockChange(old, new, is_by_words=by_words))
    return changes
