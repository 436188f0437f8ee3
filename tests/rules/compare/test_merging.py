import random
import re
from itertools import count

from hypothesis import example, given
from hypothesis import strategies as st

from directorates.rules.compare.merging import chosen_base, join, merge
from directorates.rules.compare.pieces import split

BASE = "<h2>Work</h2><p>One is here. </p><p>Two is here. </p><ul><li><p>Three. </p></li><li><p>Four. </p></li></ul><p>Five. </p>"


def both(part):
    return part.theirs + part.mine


def merged(base, theirs, mine):
    parts = merge(base, theirs, mine)
    return join(parts, choose=lambda part: f"[{part.theirs}|{part.mine}]")


# A text is a list of paragraphs and lists of items. Each is a list of sentences, without repetition.
lengths = st.integers(1, 3)
shapes = st.lists(st.one_of(lengths, st.lists(lengths, min_size=1, max_size=3)), max_size=5)


def sentence(name):
    """Return a sentence that has no word of other sentences, as far as the comparison sees."""
    return f"{name}a {name}b {name}c."


@st.composite
def texts(draw):
    numbers = count()

    def sentences(length):
        return [sentence(f"s{next(numbers)}") for _ in range(length)]

    return [
        tuple(map(sentences, shape)) if isinstance(shape, list) else sentences(shape)
        for shape in draw(shapes)
    ]


edits = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1000)), max_size=4)


def html_of(text):
    return "".join(
        "<ul>" + "".join(f"<li><p>{' '.join(item)}</p></li>" for item in block) + "</ul>"
        if isinstance(block, tuple)
        else f"<p>{' '.join(block)}</p>"
        for block in text
    )


def edited(text, steps, who):
    """Return the text after a person's edits, which have the person's name."""
    text = [tuple(map(list, block)) if isinstance(block, tuple) else list(block) for block in text]
    for number, (kind, seed) in enumerate(steps):
        chance = random.Random(seed)
        new = sentence(f"{who}{number}")
        place = chance.randint(0, len(text))
        block = chance.choice(text) if text else None
        target = chance.choice(block) if isinstance(block, tuple) else block
        if kind == 0 or block is None:
            text.insert(place, [new])
        elif kind == 1:
            target.insert(chance.randint(0, len(target)), new)
        elif kind == 2:
            target[chance.randrange(len(target))] = new
        elif kind == 3:
            text.remove(block)
        elif kind == 4:
            text.remove(block)
            text.insert(min(place, len(text)), block)
        else:
            text[text.index(block)] = (*block, [new]) if isinstance(block, tuple) else [*block, new]
    return text


def sentences_of(html):
    return set(re.findall(r"\w+a \w+b \w+c\.", html))


@given(texts(), edits, edits)
def test_what_one_side_added_and_nobody_removed_is_there_or_is_to_be_chosen(text, one, other):
    base, theirs, mine = (
        html_of(version) for version in (text, edited(text, one, "Ana"), edited(text, other, "Ben"))
    )
    before, their, my = map(sentences_of, (base, theirs, mine))
    parts = merge(base, theirs, mine)
    result = sentences_of(join(parts, both))

    assert (their - before) | (my - before) | (before & their & my) <= result
    assert (before - their) & (before - my) & result == set()


@given(texts(), edits)
def test_what_only_one_side_changed_is_taken_whole(text, one):
    base, theirs = html_of(text), html_of(edited(text, one, "Ana"))

    assert merged(base, theirs, base) == theirs
    assert merged(base, base, theirs) == theirs
    assert merged(base, theirs, theirs) == theirs


#: One moved a list and changed it, the other changed it in its place: the clash of the moved list is still open.
MOVED_AND_CHANGED = (
    [(["s0a s0b s0c."],), (["s1a s1b s1c."], ["s2a s2b s2c."], ["s3a s3b s3c.", "s4a s4b s4c."])],
    [(4, 351), (3, 150), (1, 652)],
    [(2, 566), (2, 619), (4, 746)],
)


@given(texts(), edits, edits)
@example(*MOVED_AND_CHANGED)
def test_the_next_merge_keeps_what_the_editor_has_before_them(text, one, other):
    base, theirs, mine = (
        html_of(version) for version in (text, edited(text, one, "Ana"), edited(text, other, "Ben"))
    )
    parts = merge(base, theirs, mine)
    shown = join(parts, choose=lambda part: part.mine)

    again = merge(chosen_base(parts), theirs, shown)

    result = join(again, choose=lambda part: part.mine)
    still_open = "".join(part.theirs for part in parts if part.is_clash)
    assert sentences_of(shown) <= sentences_of(result)
    # What was still to be chosen may be decided by then; all else is as it was.
    assert sentences_of(result) - sentences_of(shown) <= sentences_of(still_open)
    assert still_open or result == shown


@given(texts())
def test_the_pieces_of_a_text_joined_give_it_back(text):
    html = html_of(text)

    assert "".join(piece.markup for piece in split(html)) == html


def test_changes_of_two_paragraphs_that_stand_together_are_both_taken():
    theirs = BASE.replace("One is here.", "One is there.")
    mine = BASE.replace("Two is here.", "Two is gone.")

    assert merged(BASE, theirs, mine) == theirs.replace("Two is here.", "Two is gone.")


def test_changes_of_two_items_of_one_list_are_both_taken():
    theirs = BASE.replace("Three.", "Three and more.")
    mine = BASE.replace("<li><p>Four. </p></li>", "<li><p>Four. </p></li><li><p>New. </p></li>")

    result = merged(BASE, theirs, mine)

    assert "Three and more." in result
    assert "New." in result
    assert "|" not in result


def test_the_next_merge_asks_for_the_same_clashes_while_the_editor_writes_on():
    theirs = BASE.replace("One is", "One was").replace("Five.", "Five of them.")
    parts = merge(BASE, theirs, BASE.replace("Five.", "Five of us.").replace("Two is", "Two was"))
    shown = join(parts, choose=lambda part: part.mine)

    again = merge(chosen_base(parts), theirs, shown.replace("Five of us.", "Five of us and them."))

    asked = [part.key for part in parts if part.is_clash]
    assert len(asked) == 1
    assert [part.key for part in again if part.is_clash] == asked
    assert "One was" in join(again, choose=lambda part: part.mine)


def test_what_one_removed_and_the_other_left_alone_is_gone():
    mine = BASE.replace("One is here.", "One is there.")

    assert "Five" not in merged(BASE, BASE.replace("<p>Five. </p>", ""), mine)


def test_two_changes_of_one_paragraph_are_a_clash():
    theirs = BASE.replace("Five.", "Five of them.")
    mine = BASE.replace("Five.", "Five of us.")

    assert merged(BASE, theirs, mine) == BASE.replace(
        "<p>Five. </p>", "[<p>Five of them. </p>|<p>Five of us. </p>]"
    )


def test_what_one_removed_and_the_other_changed_is_a_clash():
    theirs = BASE.replace("<p>Five. </p>", "")
    mine = BASE.replace("Five.", "Five of us.")

    assert merged(BASE, theirs, mine).endswith("[|<p>Five of us. </p>]")


def test_what_one_moved_and_the_other_changed_is_changed_at_its_new_place():
    base = "<p>A stands here.</p><p>B stands there.</p><p>C.</p>"
    changed = base.replace("A stands", "A sits")
    moved = "<p>B stands there.</p><p>C.</p><p>A stands here.</p>"
    both = "<p>B stands there.</p><p>C.</p><p>A sits here.</p>"

    assert merged(base, changed, moved) == both
    assert merged(base, moved, changed) == both


def test_what_both_added_at_one_place_stands_one_after_the_other():
    result = merged("<p>A.</p>", "<p>A.</p><p>Theirs.</p><p>Same.</p>", "<p>A.</p><p>Mine.</p><p>Same.</p>")  # fmt: skip

    assert result == "<p>A.</p><p>Theirs.</p><p>Mine.</p><p>Same.</p>"


def test_line_ends_as_a_browser_sends_them_are_no_change():
    base = "<p>A\nline.</p>\n<p>Another.</p>"

    result = merged(base.replace("\n", "\r\n"), base, base.replace("Another", "My"))

    assert result == "<p>A\nline.</p><p>My.</p>"
