from datetime import timedelta

import pytest

from directorates.actions import withholding
from directorates.actions.publishing import drafting
from directorates.actions.publishing.closing import close
from directorates.models import Unit
from directorates.queries.pages import changes, unit_history
from directorates.rules.unit_changes import plain
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)
AGENCY_FILE = """format = 1
[site]
site_name = "Example.gov"
[[units]]
identifier = "a"
[[units.editions]]
kind = "agency"
name = "A"
slug = "a"
"""


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def office(agency):
    return published(make_unit(name="Records"), at=NOON + HOUR)


def words_of(unit, at):
    history = unit_history.get(unit.pk, at=at)
    return [" / ".join(map(plain, change.phrases)) for change in history.changes]


def test_the_history_is_newest_first_and_ends_at_its_instant(office):
    published(changed(office, name="Archives"), at=NOON + 2 * HOUR)
    published(changed(office, body="<p>More words.</p>"), at=NOON + 3 * HOUR)
    assert words_of(office, NOON + 2 * HOUR) == [
        "Renamed from Records to Archives",
        "Created as an office; part of Agency of Examples",
    ]
    assert words_of(office, NOON + DAY)[0] == "Text revised"


def test_a_change_of_responsibilities_is_told(agency):
    matters = [make_responsibility() for _ in range(2)]
    office = published(make_unit(responsibilities=matters), at=NOON + HOUR)
    drafting.save(record=office, relations={"responsibilities": matters[:1]}, by=None, at=NOON)
    published(office, at=NOON + 2 * HOUR)
    published(changed(office, body="<p>More words.</p>"), at=NOON + 3 * HOUR)
    expected = ["Text revised", "Responsibilities changed"]
    assert words_of(office, NOON + DAY)[:2] == expected
    editions = changes.get(at=NOON + DAY, unit=office.editions.in_force(NOON + DAY).get()).changes
    assert [plain(phrase) for change in editions[:2] for phrase in change.phrases] == expected
    assert [change.before for change in editions[:2]] == [2, 1]
    close(unit=office, successors=[], by=None, at=NOON + DAY)
    (newest, *_) = unit_history.get(office.pk, at=NOON + 2 * DAY).changes
    assert not newest.is_text


def test_a_text_that_returns_to_an_earlier_one_is_revised_again(office):
    for number, body in enumerate(("<p>A</p>", "<p>B</p>", "<p>A</p>"), start=2):
        published(changed(office, body=body), at=NOON + number * HOUR)
    assert words_of(office, NOON + DAY)[:3] == ["Text revised"] * 3


def test_the_first_entry_of_the_record_is_no_creation(agency):
    history = unit_history.get(agency.pk, at=NOON)
    assert [plain(phrase) for phrase in history.changes[0].phrases] == ["First entry"]
    assert history.begins_with_record
    assert history.changes[0].at == NOON


def test_a_move_names_both_units_as_they_were_called_then(office, agency):
    old = published(make_unit(kind="directorate", name="Old"), at=NOON + HOUR)
    new = published(make_unit(kind="directorate", name="New"), at=NOON + HOUR)
    published(changed(office, parent=old), at=NOON + 2 * HOUR)
    published(changed(old, name="Older"), at=NOON + 3 * HOUR)
    published(changed(office, parent=new), at=NOON + 4 * HOUR)
    published(changed(new, name="Newer"), at=NOON + 5 * HOUR)
    assert words_of(office, NOON + DAY)[:2] == [
        "Moved from Older to New",
        "Moved from Agency of Examples to Old",
    ]


def test_it_gives_the_first_publication_and_the_closing(office):
    close(unit=office, successors=[], by=None, at=NOON + 4 * HOUR)
    published(changed(office, summary="Corrected."), at=NOON + 5 * HOUR)
    history = unit_history.get(office.pk, at=NOON + DAY)
    assert (history.published_at, history.closed_at) == (NOON + HOUR, NOON + 4 * HOUR)


def test_a_unit_without_a_public_version_has_no_history(agency):
    history = unit_history.get(make_unit().pk, at=NOON)
    assert (history.changes, history.total, history.closed_at) == ((), 0, NOON)


def test_one_query_reads_any_number_of_versions(office, django_assert_num_queries):
    for number in range(2, 14):
        published(changed(office, head_name=f"Person {number}"), at=NOON + number * HOUR)
    with django_assert_num_queries(1):
        history = unit_history.get(office.pk, at=NOON + DAY)
    assert len(history.changes) == unit_history.NEWEST
    assert (history.total, history.more) == (13, 13 - unit_history.NEWEST)


def test_a_first_entry_without_a_day_has_the_day_of_its_entry(db):
    loaded(AGENCY_FILE)
    [change] = unit_history.get(Unit.objects.get().pk, at=NOON + DAY).changes
    assert change.at == NOON
    assert changes.get(at=NOON + DAY).total == 0


def test_a_made_up_beginning_is_no_day(db):
    later = '[[units.editions]]\nkind = "agency"\nname = "B"\nslug = "a"\n'
    made_up = "effective_from = 2004-01-01T05:00:00Z\nbeginning_is_known = false\n"
    loaded(f"{AGENCY_FILE}{made_up}{later}effective_from = 2010-01-01T05:00:00Z\n")
    newest, first = unit_history.get(Unit.objects.get().pk, at=NOON + DAY).changes
    assert (newest.at.year, first.at) == (2010, None)


def test_the_changes_of_many_units_take_as_many_queries_as_those_of_few(
    agency, django_assert_num_queries
):
    units = [published(make_unit(), at=NOON + HOUR) for _ in range(2)]
    close(unit=units[0], successors=[units[1]], by=None, at=NOON + 2 * HOUR)
    with django_assert_num_queries(6):
        changes.get(at=NOON + DAY)
    units = [published(make_unit(), at=NOON + HOUR) for _ in range(12)]
    for unit in units[1:]:
        close(unit=unit, successors=[units[0]], by=None, at=NOON + 3 * HOUR)
    with django_assert_num_queries(6):
        changes.get(at=NOON + DAY)


def withheld(unit, *, number):
    edition, at = unit.editions.get(number=number), NOON + DAY
    withholding.ask_to_withhold(edition=edition, reason="A person's name.", by=None, at=at)
    withholding.withhold(edition=edition, by=None, at=at)


def test_a_text_is_compared_with_the_text_before_a_withheld_one(office):
    published(changed(office, body="<p>New.</p>", head_name="Eva"), at=NOON + 2 * HOUR)
    published(changed(office, head_name=""), at=NOON + 3 * HOUR)
    withheld(office, number=2)
    newest = unit_history.get(office.pk, at=NOON + DAY).changes[0]
    assert [plain(phrase) for phrase in newest.phrases] == ["Text revised"]
    assert (newest.before, newest.is_text) == (1, True)


def test_a_text_that_only_a_withheld_version_had_is_no_revision(office):
    published(changed(office, body="<p>Eva.</p>", phone="202-555-0100"), at=NOON + 2 * HOUR)
    published(changed(office, body="", phone="", acronym="R"), at=NOON + 3 * HOUR)
    withheld(office, number=2)
    newest = unit_history.get(office.pk, at=NOON + DAY).changes[0]
    assert [plain(phrase) for phrase in newest.phrases] == ["New acronym: R"]
    assert not newest.is_text


def test_the_history_and_the_changes_tell_the_same_after_a_withheld_version(office):
    published(changed(office, body="<p>Eva.</p>", email="eva@example.gov"), at=NOON + 2 * HOUR)
    published(changed(office, body="<p>Eva.</p>", email=""), at=NOON + 3 * HOUR)
    withheld(office, number=2)
    history = unit_history.get(office.pk, at=NOON + DAY).changes[0]
    change = changes.get(at=NOON + DAY, unit=office.editions.last()).changes[0]
    assert (history.phrases, history.before) == (change.phrases, change.before)


def test_a_move_below_a_withheld_version_names_no_unit(agency, office):
    other = published(make_unit(name="Other"), at=NOON + HOUR)
    published(changed(other, name="Secret"), at=NOON + 2 * HOUR)
    published(changed(office, parent=other), at=NOON + 3 * HOUR)
    published(changed(other, name="Another"), at=NOON + 4 * HOUR)
    published(changed(office, parent=agency), at=NOON + 5 * HOUR)
    withheld(other, number=2)
    assert words_of(office, NOON + DAY)[:2] == [
        "Moved from Another to Agency of Examples",
        "Moved from Agency of Examples to another unit",
    ]
