from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from directorates.rules import former_names

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Row:
    name: str
    acronym: str
    effective_until: datetime | None
    beginning_is_known: bool = True
    is_withheld: bool = False


def day(number):
    return START + timedelta(days=number)


def timeline(*names, unknown=()):
    """Return rows of one day each. `names` are "Name" or "Name, ACRONYM"."""
    rows = []
    for number, words in enumerate(names, start=1):
        name, _, acronym = words.partition(", ")
        until = day(number) if number < len(names) else None
        rows.append(Row(name, acronym, until, number not in unknown))
    return rows


def found(*names, unknown=()):
    rows = timeline(*names, unknown=unknown)
    present = rows[-1]
    return [
        (one.name, one.acronym, one.until)
        for one in former_names.find(rows, name=present.name, acronym=present.acronym)
    ]


def test_a_unit_with_one_name_has_no_former_names():
    assert found("Ledgers", "Ledgers") == []


def test_a_former_name_has_the_day_on_which_it_ended():
    assert found("Ledgers", "Accounts") == [("Ledgers", "", day(1))]


def test_the_newest_former_name_comes_first():
    assert found("First", "Second", "Third") == [("Second", "", day(2)), ("First", "", day(1))]


def test_a_name_that_differs_only_in_letter_case_is_no_other_name():
    assert found("office of ledgers", "Office of Ledgers") == []


def test_a_name_is_listed_once_with_the_day_of_its_last_end():
    assert found("First", "Second", "First", "Third") == [
        ("First", "", day(3)),
        ("Second", "", day(2)),
    ]


def test_the_present_name_is_no_former_name_if_the_unit_had_it_before():
    assert found("Same", "Other", "Same") == [("Other", "", day(2))]


def test_a_former_acronym_comes_with_its_name_if_it_differs():
    assert found("First, FIR", "Second, SEC") == [("First", "FIR", day(1))]
    assert found("First, ONE", "Second, ONE") == [("First", "", day(1))]


def test_a_new_acronym_alone_names_the_former_acronym_alone():
    assert found("Same, OLD", "Same, NEW") == [("", "OLD", day(1))]
    assert found("Same", "Same, NEW") == []


def test_an_unknown_day_is_not_said():
    assert found("First", "Second", unknown={2}) == [("First", "", None)]


def test_the_name_of_a_drafts_edition_in_force_has_no_day():
    rows = timeline("First", "Second")
    (name,) = former_names.find(rows, name="Second", acronym="")
    assert name.name == "First"
    newest, _ = former_names.find(rows, name="Third", acronym="")
    assert (newest.name, newest.until) == ("Second", None)


def test_at_most_the_newest_names_are_listed():
    names = found(*(f"Name {number}" for number in range(10)))
    assert [name for name, _, _ in names] == [f"Name {number}" for number in (8, 7, 6, 5, 4)]


def test_a_withheld_name_is_left_out_and_its_day_still_ends_the_name_before():
    rows = timeline("First", "Withheld", "Present")
    rows[1].is_withheld = True
    (former,) = former_names.find(rows, name="Present", acronym="")
    assert (former.name, former.until) == ("First", day(1))


def test_a_unit_without_a_past_has_no_former_names():
    assert former_names.find([], name="New", acronym="NEW") == ()
