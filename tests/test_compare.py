from directorates.compare import Difference, differences, prose_lines


def test_equal_contents_have_no_differences():
    assert differences({"name": "One", "position": 1}, {"name": "One", "position": 1}) == ()


def test_a_difference_names_the_field_and_both_values():
    assert differences({"name": "One", "position": 1}, {"name": "Two", "position": 1}) == (
        Difference("name", "One", "Two"),
    )


def test_differences_stand_in_the_order_of_the_fields():
    found = differences({"b": 1, "a": 1}, {"a": 2, "b": 2, "c": 3})

    assert [difference.name for difference in found] == ["b", "a", "c"]


def test_a_field_on_one_side_only_differs_from_nothing():
    assert differences({}, {"name": "New"}) == (Difference("name", None, "New"),)
    assert differences({"name": "Old"}, {}) == (Difference("name", "Old", None),)


def test_prose_becomes_one_line_a_block():
    html = "<h2>Who we are</h2><p>First\n words.</p><p>Second.</p>"

    assert prose_lines(html) == ("Heading 2: Who we are", "First words.", "Second.")


def test_prose_shows_list_items_and_the_addresses_of_links():
    html = '<ul><li><p>See <a href="/about/">about us</a>.</p></li><li>Two</li></ul>'

    assert prose_lines(html) == ("• See about us [/about/].", "• Two")


def test_prose_shows_a_tables_rows():
    html = "<table><tbody><tr><th><p>A</p></th><td><p>1</p></td></tr></tbody></table>"

    assert prose_lines(html) == ("A | 1",)


def test_empty_prose_has_no_lines():
    assert prose_lines("") == ()
    assert prose_lines("<p></p>") == ()
