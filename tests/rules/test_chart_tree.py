from directorates.rules.chart_tree import grow

#: A unit 1, three units below it, and two units below the first of these.
ROWS = [(2, 1, "directorate"), (3, 1, "office"), (4, 1, "office"), (5, 2, "office"), (6, 2, "office")]  # fmt: skip


def shape(branch):
    return {branch.unit_id: [shape(one) for one in branch.below]}


def test_a_chart_has_all_units_below_in_their_order():
    tree = grow(1, ROWS)
    assert shape(tree.root) == {1: [{2: [{5: []}, {6: []}]}, {3: []}, {4: []}]}
    assert tree.numbers == {"directorate": 1, "office": 4}


def test_each_unit_knows_what_is_below_it():
    root = grow(1, ROWS).root
    assert (root.numbers, root.total, root.hidden) == ({"directorate": 1, "office": 2}, 5, 0)
    assert (root.below[0].numbers, root.below[0].total) == ({"office": 2}, 2)


def test_a_level_without_room_is_left_out_as_a_whole():
    tree = grow(1, ROWS, most_units=4)
    assert shape(tree.root) == {1: [{2: []}, {3: []}, {4: []}]}
    first = tree.root.below[0]
    assert (first.total, first.hidden) == (2, 2)
    assert tree.numbers == {"directorate": 1, "office": 4}


def test_the_first_level_is_always_shown_if_need_be_in_part():
    root = grow(1, ROWS, most_units=2).root
    assert shape(root) == {1: [{2: []}, {3: []}]}
    assert (root.total, root.hidden) == (5, 1)


def test_a_chart_has_no_more_levels_than_it_may():
    rows = [(number, number - 1, "office") for number in range(2, 40)]
    assert len(list(grow(1, rows).root.walk())) == 7
    assert grow(1, rows).root.total == 38


def test_any_unit_can_be_the_first():
    assert shape(grow(2, ROWS).root) == {2: [{5: []}, {6: []}]}
    assert shape(grow(6, ROWS).root) == {6: []}


def test_a_circle_in_the_records_ends():
    rows = [(1, 2, "office"), (2, 1, "office")]
    assert grow(1, rows).root.total < 4
