import csv
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.queries.staff import audit_trail
from directorates.queries.staff.audit_trail import COMMAND_LINE, Filters
from directorates.rules.local_time import day_of
from tests.factories import DAY, NOON, changed, make_agency, make_unit, make_user, published

pytestmark = pytest.mark.django_db

TODAY = day_of(NOON, "UTC")


@pytest.fixture
def person(db):
    return make_user(username="edith")


@pytest.fixture
def agency(db, person):
    return published(make_agency(name="Agency", acronym="", by=person))


def actions(page):
    return [entry.action for entry in page.entries]


def test_a_records_trail_begins_with_the_newest_entry(agency):
    changed(agency, name="Renamed")
    make_unit()
    assert actions(audit_trail.of_record(agency)) == ["change", "publish", "create"]


def test_a_sets_trail_holds_what_happened_to_its_records(agency, person):
    change_set = reviewing.submit_records(
        records=[changed(agency, name="Renamed")], by=person, at=NOON
    )
    assert actions(audit_trail.of_change_set(change_set)) == ["submit", "add", "create"]


def test_a_long_trail_is_read_by_the_page(agency, django_assert_num_queries):
    for number in range(audit_trail.ENTRIES_A_PAGE):
        changed(agency, name=f"Name {number}")
    with django_assert_num_queries(2):
        first = audit_trail.of_record(agency)
    with django_assert_num_queries(2):
        second = audit_trail.of_record(agency, page=first.earlier)
    assert (len(first.entries), len(second.entries)) == (audit_trail.ENTRIES_A_PAGE, 2)
    assert (second.later, second.earlier, second.count) == (1, None, audit_trail.ENTRIES_A_PAGE + 2)


def test_a_page_that_does_not_exist_is_the_last_one(agency):
    assert audit_trail.of_record(agency, page="none").number == 1
    assert audit_trail.of_record(agency, page=99).number == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["sign-in", "change", "publish", "create"]),
        (Filters(since=TODAY + DAY), ["sign-in"]),
        (Filters(until=TODAY), ["change", "publish", "create"]),
        (Filters(since=TODAY + DAY, until=TODAY), []),
        (Filters(person=COMMAND_LINE), ["publish"]),
        (Filters(action="change"), ["change"]),
        (Filters(record_model="auth.user"), ["sign-in"]),
        (Filters(words="ÖRTLICHE renamed"), ["change"]),
        (Filters(words="edith"), ["sign-in", "change", "create"]),
        (Filters(words="100%"), []),
    ],
    ids=str,
)
def test_the_trail_is_found_by(filters, found, agency, person):
    changed(agency, name="Renamed: Örtliche Ämter", by=person)
    accounts.note_sign_in(user=person, at=NOON + DAY)
    assert actions(audit_trail.find(filters)) == found


def test_the_trail_is_found_by_who_did_it(agency, person):
    assert actions(audit_trail.find(Filters(person=person.pk))) == ["create"]


def test_days_are_those_of_the_time_zone(agency):
    late = NOON.replace(hour=2) + DAY
    changed(agency, name="In the evening", at=late)
    with timezone.override("America/New_York"):
        assert actions(audit_trail.find(Filters(since=TODAY, words="evening"))) == ["change"]
        assert actions(audit_trail.find(Filters(since=TODAY + DAY, words="evening"))) == []


def test_the_latest_steps_leave_sign_ins_out(agency, person):
    accounts.note_sign_in(user=person, at=NOON + DAY)
    steps = audit_trail.latest_of(person, count=5)
    assert [step.action for step in steps] == ["create"]


def test_a_publication_is_one_of_the_latest_steps(agency, person):
    draft = changed(published(make_unit(name="Before")), name="After", by=person)
    reviewing.publish(records=[draft], by=person, at=NOON + DAY)
    assert [
        (step.action, step.record_label) for step in audit_trail.latest_of(person, count=2)
    ] == [
        ("publish", "After"),
        ("change", "After"),
    ]


def test_the_approval_of_several_records_is_one_step_about_the_set(agency, person):
    drafts = [changed(published(make_unit()), phone="202-555-0100", by=person) for _ in range(3)]
    reviewing.publish(records=drafts, by=person, at=NOON + DAY, title="Three telephones")
    step = audit_trail.latest_of(person, count=1)[0]
    assert (step.action, step.record_label) == ("approve", "Three telephones")


# As a file


def rows_of(filters):
    content = "".join(audit_trail.export_csv(filters)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_csv_file_has_a_row_for_each_change(agency, person):
    changed(agency, name="Renamed", acronym="AGY", by=person)
    rows = rows_of(Filters(action="change"))
    assert [(row["Field"], row["Before"], row["After"]) for row in rows] == [
        ("Name", "Agency", "Renamed"),
        ("Acronym", "", "AGY"),
    ]
    assert {(row["At (UTC)"], row["Person"], row["Record"]) for row in rows} == {
        ("2026-03-02T12:00:00+00:00", "edith", "Renamed (AGY)")
    }


def test_a_csv_file_has_a_row_for_an_entry_without_changes(person):
    accounts.note_sign_in(user=person, at=NOON)
    assert [row["Action"] for row in rows_of(Filters())] == ["sign-in"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_program_runs_nothing_of_a_csv_file(agency, formula):
    changed(agency, name=formula)
    row = next(row for row in rows_of(Filters(action="change")) if row["Field"] == "Name")
    assert (row["Record"], row["After"]) == (f"'{formula}", f"'{formula}")


def test_a_line_of_json_is_an_entry(agency):
    lines = list(audit_trail.export_json_lines(Filters()))
    newest = json.loads(lines[0])
    assert len(lines) == 2
    assert (newest["at"], newest["action"]) == ("2026-03-02T12:00:00+00:00", "publish")
    assert newest["changes"][0] == {
        "field": "edition",
        "label": "Published version",
        "kind": "value",
        "before": "",
        "after": "1",
    }


def test_a_file_is_written_in_one_query(agency, django_assert_num_queries):
    for number in range(30):
        changed(agency, name=f"Name {number}", at=NOON + timedelta(minutes=number))
    with django_assert_num_queries(1):
        assert len(list(audit_trail.export_json_lines(Filters()))) == 32


def test_an_entry_of_a_deleted_record_is_still_found(agency, person):
    unit = make_unit(name="Short-lived")
    drafting.delete(record=unit, by=person, at=NOON + DAY)
    assert actions(audit_trail.find(Filters(words="short-lived"))) == ["delete", "create"]
