"""Aligns the equal items of two sequences, in time near the length of the sequences.

Items that occur once on each side are candidates for anchors; the longest series in the same order is used. The
stretch between two anchors is aligned the same way. `difflib` compares only small stretches without anchors, item
by item. On long texts it is slow, because common words match everywhere.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher

#: The largest product of a stretch's two lengths for a comparison item by item.
LARGEST_STRETCH = 40_000
#: How often a stretch is divided at anchors. The limit bounds the time; no real text comes near it.
DEEPEST_DIVISION = 30


def align(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of positions of equal items. The positions rise on both sides."""
    numbers = {}
    before = [numbers.setdefault(item, len(numbers)) for item in before]
    after = [numbers.setdefault(item, len(numbers)) for item in after]
    pairs = []
    stretches = [(0, len(before), 0, len(after), 0)]
    while stretches:
        low, high, other_low, other_high, depth = stretches.pop()
        while low < high and other_low < other_high and before[low] == after[other_low]:
            pairs.append((low, other_low))
            low, other_low = low + 1, other_low + 1
        while low < high and other_low < other_high and before[high - 1] == after[other_high - 1]:
            high, other_high = high - 1, other_high - 1
            pairs.append((high, other_high))
        if low == high or other_low == other_high:
            continue
        anchors = []
        if depth < DEEPEST_DIVISION:
            anchors = _anchors(before, after, low, high, other_low, other_high)
        if not anchors:
            pairs += _align_small(before, after, low, high, other_low, other_high)
            continue
        pairs += anchors
        for position, other in [*anchors, (high, other_high)]:
            stretches.append((low, position, other_low, other, depth + 1))
            low, other_low = position + 1, other + 1
    return sorted(pairs)


def _anchors(before, after, low, high, other_low, other_high):
    counts, other_counts = Counter(before[low:high]), Counter(after[other_low:other_high])
    places = {
        after[other]: other
        for other in range(other_low, other_high)
        if other_counts[after[other]] == 1
    }
    candidates = [
        (position, places[before[position]])
        for position in range(low, high)
        if counts[before[position]] == 1 and before[position] in places
    ]
    return _longest_rising(candidates)


def _longest_rising(candidates):
    """Return the longest subsequence with rising second numbers. The first numbers rise already."""
    lowest_ends, ends, previous = [], [], []
    for index, (_, other) in enumerate(candidates):
        length = bisect_left(lowest_ends, other)
        previous.append(ends[length - 1] if length else None)
        lowest_ends[length : length + 1] = [other]
        ends[length : length + 1] = [index]
    rising, index = [], ends[-1] if ends else None
    while index is not None:
        rising.append(candidates[index])
        index = previous[index]
    return rising[::-1]


def _align_small(before, after, low, high, other_low, other_high):
    if (high - low) * (other_high - other_low) > LARGEST_STRETCH:
        return []
    matcher = SequenceMatcher(None, before[low:high], after[other_low:other_high], autojunk=False)
    return [
        (low + match.a + step, other_low + match.b + step)
        for match in matcher.get_matching_blocks()
        for step in range(match.size)
    ]
