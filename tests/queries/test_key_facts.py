from datetime import date

from directorates.queries.pages.key_facts import KeyFact, grouped

REPORT = {"source": "Annual report", "source_url": "", "as_of": date(2026, 9, 30)}
COUNTED = KeyFact("", "4", "directorates")


def values(groups):
    return [[fact.value for fact in group.facts] for group in groups]


def test_neighbors_with_one_source_share_a_group():
    people, budget = KeyFact("", "20", "people", **REPORT), KeyFact("", "30", "cars", **REPORT)
    other = KeyFact("", "40", "boats", source="A letter")
    groups = grouped((people, budget, other))
    assert values(groups) == [["20", "30"], ["40"]]
    assert [group.source for group in groups] == ["Annual report", "A letter"]
    assert groups[0].as_of == date(2026, 9, 30)


def test_counted_numbers_stand_in_the_row_before_them():
    (group,) = grouped((KeyFact("", "20", "people", **REPORT), COUNTED))
    assert (len(group.facts), group.source, group.has_counted) == (2, "Annual report", True)


def test_counted_numbers_alone_have_no_source():
    (group,) = grouped((COUNTED,))
    assert (group.source, group.has_counted) == ("", True)


def test_without_facts_there_is_no_group():
    assert grouped(()) == ()
