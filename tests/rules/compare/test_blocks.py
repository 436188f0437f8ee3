import random

from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.compare.blocks import compare_blocks
from directorates.rules.compare.prose import plain_block, prose_blocks
from directorates.rules.compare.words import Fate

blocks = st.lists(
    st.sampled_from(["One.", "Two words.", "Two other words.", "All of it is here.", "None."]).map(
        plain_block
    ),
    max_size=12,
)


def compared(before, after):
    return compare_blocks(prose_blocks(before), prose_blocks(after))


def sides(change):
    return (str(change.before or ""), str(change.after or ""))


@given(blocks, blocks)
def test_every_block_of_both_sides_stands_in_one_change_and_in_order(before, after):
    for by_words in (True, False):
        changes = compare_blocks(before, after, by_words=by_words)

        assert [change.before for change in changes if change.before] == before
        assert [change.after for change in changes if change.after] == after


@given(blocks, blocks)
def test_the_segments_of_a_change_give_both_its_blocks(before, after):
    for change in compare_blocks(before, after):
        if change.is_moved:
            continue
        old = "".join(part.text for part in change.segments if part.fate != Fate.ADDED)
        new = "".join(part.text for part in change.segments if part.fate != Fate.REMOVED)
        assert old == (change.before.text if change.before else "")
        assert new == (change.after.text if change.after else "")


@given(blocks)
def test_equal_texts_are_kept(before):
    assert all(change.is_kept for change in compare_blocks(before, before))


def test_a_changed_paragraph_stands_beside_what_it_was():
    changes = compared(
        "<p>First.</p><p>The office works for all.</p>",
        "<p>New at the top.</p><p>First.</p><p>The office works for some.</p>",
    )

    assert [sides(change) for change in changes] == [
        ("", "New at the top."),
        ("First.", "First."),
        ("The office works for all.", "The office works for some."),
    ]
    assert [part.text for part in changes[2].segments if part.fate != Fate.KEPT] == ["all", "some"]


def test_an_inserted_paragraph_does_not_shift_the_comparison():
    changes = compared(
        "<p>The office works for all people.</p><p>It has ten rooms in town.</p>",
        "<p>Nothing else is like this.</p><p>The office works for most people.</p>"
        "<p>It has two rooms in town.</p>",
    )

    assert [bool(change.before and change.after) for change in changes] == [False, True, True]


def test_another_level_of_a_heading_is_a_change_of_structure_alone():
    [change] = compared("<h2>Who we are</h2>", "<h3>Who we are</h3>")

    assert change.is_changed_in_structure
    assert {part.fate for part in change.segments} == {Fate.KEPT}


def test_another_address_of_a_link_is_a_change_of_structure():
    [change] = compared('<p>See <a href="/a/">us</a>.</p>', '<p>See <a href="/b/">us</a>.</p>')

    assert [
        (part.text, part.is_structure) for part in change.segments if part.fate != Fate.KEPT
    ] == [
        ("[/a/]", True),
        ("[/b/]", True),
    ]


def test_a_moved_paragraph_is_told_at_both_its_places():
    first, rest = "<p>It moves.</p>", "<p>One stays.</p><p>Two stays too.</p>"
    changes = compared(first + rest, rest + first)

    assert [(*sides(change), change.is_moved) for change in changes] == [
        ("It moves.", "", True),
        ("One stays.", "One stays.", False),
        ("Two stays too.", "Two stays too.", False),
        ("", "It moves.", True),
    ]


def test_a_paragraph_that_was_doubled_is_added_and_not_moved():
    changes = compared("<p>Once.</p>", "<p>Once.</p><p>Once.</p>")

    assert [change.is_moved for change in changes] == [False, False]


def test_values_that_are_no_text_are_replaced_whole():
    [change] = compare_blocks(
        [plain_block("March 2, 2026")], [plain_block("March 3, 2026")], by_words=False
    )

    assert [(part.fate, part.text) for part in change.segments] == [
        (Fate.REMOVED, "March 2, 2026"),
        (Fate.ADDED, "March 3, 2026"),
    ]


def test_a_long_text_of_which_everything_changed_is_compared():
    chance = random.Random(1)
    words = [f"word{n}" for n in range(500)]

    def text():
        return [plain_block(" ".join(chance.choices(words, k=40))) for _ in range(500)]

    before, after = text(), text()
    changes = compare_blocks(before, after)

    assert len([change.segments for change in changes]) == 500
