import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.compare import alignment
from directorates.rules.compare.alignment import align

few_letters = st.lists(st.sampled_from("abcd"), max_size=40)


@given(few_letters, few_letters)
def test_pairs_hold_the_same_item_and_rise_on_both_sides(before, after):
    pairs = align(before, after)

    assert all(before[position] == after[other] for position, other in pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(pairs))


@given(few_letters)
def test_what_is_the_same_is_aligned_whole(items):
    assert align(items, items) == [(place, place) for place in range(len(items))]


def test_items_that_stand_once_are_anchors():
    assert align("xaybz", "1a2b3") == [(1, 1), (3, 3)]


def test_the_longest_order_is_kept_when_items_move():
    assert [other for _, other in align("eabcd", "abcde")] == [0, 1, 2, 3]


class Counted:
    """An item that counts its comparisons."""

    looks = 0

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        Counted.looks += 1
        return hash(self.value)

    def __eq__(self, other):
        Counted.looks += 1
        return self.value == other.value


def test_each_item_is_looked_at_a_few_times_whatever_the_length():
    chance = random.Random(1)
    words = [chance.choice(["the", "of", "and", f"word{n}"]) for n in range(20_000)]
    changed = [word for word in words if chance.random() > 0.1]
    Counted.looks = 0

    align([Counted(word) for word in words], [Counted(word) for word in changed])

    assert Counted.looks <= 4 * (len(words) + len(changed))


def test_only_small_stretches_are_compared_item_by_item(monkeypatch):
    products = []

    class Recorded(alignment.SequenceMatcher):
        def __init__(self, isjunk, before, after, autojunk):
            products.append(len(before) * len(after))
            super().__init__(isjunk, before, after, autojunk)

    monkeypatch.setattr(alignment, "SequenceMatcher", Recorded)
    chance = random.Random(1)
    before = [chance.choice("abcdef") for _ in range(20_000)]
    after = [chance.choice("abcdef") for _ in range(20_000)]
    align(before, after)
    align(before, [*before[:9000], *after[:100], *before[9100:]])

    assert products
    assert max(products) <= alignment.LARGEST_STRETCH
    assert sum(products) <= 20 * alignment.LARGEST_STRETCH
