"""The places of units in a picture. Sizes are pixels."""

from dataclasses import dataclass
from itertools import combinations

import pytest

from directorates.rules.drawing import chart


@dataclass
class Unit:
    label: str
    below: tuple = ()
    kind: str = "Office"
    head: object = None
    directly: str = ""
    further: str = ""
    hidden: int = 0
    short_label: str = "X"


def make_units(count, *, below=0, label="Office of Number {}"):
    return tuple(
        Unit(label.format(number), make_units(below), directly=f"{below} offices" if below else "")
        for number in range(count)
    )


ROOTS = {
    "one": Unit("Agency"),
    "five": Unit("Agency", make_units(5, below=2)),
    "six, one above the other": Unit("Agency", make_units(6, below=90)),
    "eight": Unit("Agency", make_units(8, below=40)),
    "a hundred": Unit("Agency", make_units(100)),
    "long words": Unit("A" * 60, make_units(7, below=3, label="Office" + "w" * 60 + " {}")),
    "deep": Unit("Agency", (Unit("A", (Unit("B", (Unit("C", make_units(3)),)),)),)),
}


def words_of(drawn):
    return ["".join(line.words for line in text.lines) for text in drawn.texts]


def tree_of_drawing(drawn):
    name = next(
        "".join(line.words for line in text.lines).replace(" ", "")
        for text in drawn.texts
        if text.style != "note"
    )
    return name, [tree_of_drawing(one) for one in drawn.below]


def tree_of_units(unit):
    return unit.label.replace(" ", ""), [tree_of_units(one) for one in unit.below]


def walk(drawn):
    yield drawn
    for one in drawn.below:
        yield from walk(one)


@pytest.fixture(params=ROOTS, ids=str)
def root(request):
    return ROOTS[request.param]


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_the_drawing_has_the_tree_of_the_units(root, is_right_to_left):
    drawing = chart.draw(root, is_right_to_left=is_right_to_left)
    assert tree_of_drawing(drawing.first) == tree_of_units(root)


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_everything_is_within_the_picture(root, is_right_to_left):
    drawing = chart.draw(root, is_right_to_left=is_right_to_left)
    for unit in walk(drawing.first):
        if unit.box:
            assert 0 <= unit.box.x <= unit.box.x + unit.box.width <= drawing.width
            assert 0 <= unit.box.y <= unit.box.y + unit.box.height <= drawing.height
        for text in unit.texts:
            assert 0 <= text.x <= drawing.width
            assert all(0 < line.y < drawing.height for line in text.lines)
    for one in drawing.segments:
        assert 0 <= min(one.x1, one.x2) <= max(one.x1, one.x2) <= drawing.width
        assert 0 <= one.y1 <= one.y2 <= drawing.height


def test_no_two_boxes_overlap_and_no_two_lines_of_text_are_in_one_place(root):
    drawing = chart.draw(root)
    units = list(walk(drawing.first))
    for one, other in combinations([unit.box for unit in units if unit.box], 2):
        assert (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
    lines = [(text.x, line.y) for unit in units for text in unit.texts for line in text.lines]
    assert len(lines) == len(set(lines))


def test_up_to_six_units_are_side_by_side():
    drawing = chart.draw(ROOTS["five"])
    assert len({unit.box.y for unit in drawing.first.below}) == 1
    assert len({unit.box.height for unit in drawing.first.below}) == 1


def test_more_units_fill_a_sheet_of_paper():
    drawing = chart.draw(ROOTS["eight"])
    assert 1 < drawing.width / drawing.height < 2.5


def test_a_long_list_goes_on_in_the_next_column():
    drawing = chart.draw(Unit("Agency", make_units(7, below=90)[:1] + make_units(7)))
    first = drawing.first.below[0]
    assert "X, continued" in words_of(first)
    assert len(first.below) == 90
    assert drawing.height < 2000


def test_a_unit_says_how_many_are_below_it_that_the_picture_leaves_out():
    cut = Unit("A", directly="11 offices", further="and 40 below them", hidden=11)
    drawing = chart.draw(Unit("Agency", (cut,), directly="1 office"))
    assert "11 offices and 40 below them" in "".join(words_of(drawing.first.below[0]))
    drawing = chart.draw(Unit("Agency", make_units(7), directly="900 offices", hidden=893))
    assert "and 893 others" in words_of(drawing.first)
