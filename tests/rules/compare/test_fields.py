from directorates.rules.compare.fields import FieldDifference, differences


def test_equal_contents_have_no_differences():
    assert differences({"name": "One", "position": 1}, {"name": "One", "position": 1}) == ()


def test_a_difference_names_the_field_and_both_values():
    assert differences({"name": "One", "position": 1}, {"name": "Two", "position": 1}) == (
        FieldDifference("name", "One", "Two"),
    )


def test_differences_stand_in_the_order_of_the_fields():
    found = differences({"b": 1, "a": 1}, {"a": 2, "b": 2, "c": 3})

    assert [difference.name for difference in found] == ["b", "a", "c"]


def test_a_field_on_one_side_only_differs_from_nothing():
    assert differences({}, {"name": "New"}) == (FieldDifference("name", None, "New"),)
    assert differences({"name": "Old"}, {}) == (FieldDifference("name", "Old", None),)
