"""No day is invented: records without dates and units found closed are shown without a day."""

import re

import pytest
from django.urls import reverse

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.admin.records.record_state import states_of, with_state
from directorates.exchange import agency_export
from directorates.exchange.agency_file import AgencyFileError
from directorates.models import FigureEdition, Unit, UnitEdition
from directorates.queries.pages import unit_page
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

AGENCY = """
format = 1
[site]
site_name = "Example.gov"
[[units]]
identifier = "agency"
[[units.editions]]
kind = "agency"
name = "Agency of Examples"
slug = "agency"
effective_from = 2004-01-01T05:00:00Z
"""
FIGURE = """
[[figures]]
identifier = "people"
[[figures.editions]]
unit = "agency"
value = 100
counts = "people"
source = "A count made for a test"
"""


def unit(identifier, *editions):
    tables = "".join(
        f'[[units.editions]]\nkind = "office"\nparent = "agency"\nname = "{identifier}"\n'
        f'slug = "{identifier}"\n{edition}\n'
        for edition in editions
    )
    return f'[[units]]\nidentifier = "{identifier}"\n{tables}'


CLOSED = unit("closed", "is_closed = true")
CLOSED_LATER = unit("later", "effective_from = 2005-01-01T05:00:00Z", "is_closed = true")
CLOSED_ON_A_DAY = unit("dated", "is_closed = true\neffective_from = 2010-06-30T04:00:00Z")
CLOSED_ON_RECORD = unit(
    "record",
    "effective_from = 2005-01-01T05:00:00Z",
    "is_closed = true\neffective_from = 2010-06-30T04:00:00Z\nbeginning_is_known = false",
)
UNKNOWN_BEGINNING = unit("old", 'summary = "Before"', "effective_from = 2010-06-30T04:00:00Z")


def closure_of(slug, at=NOON + DAY):
    return unit_page.get(UnitEdition.objects.in_force(at).get(slug=slug), at=at).closure


def text_of(client, slug):
    return " ".join(client.get(f"/offices/{slug}/").content.decode().split())


def state_of(slug, at=NOON + DAY):
    record = with_state(Unit.objects.filter(slug=slug), UnitEdition, at=at).get()
    return [state.label for state in states_of(record)]


@pytest.mark.parametrize(
    ("text", "slug"),
    [(CLOSED, "closed"), (CLOSED_LATER, "later"), (CLOSED_ON_RECORD, "record")],
)
def test_a_unit_that_a_file_closes_without_a_day_is_closed_without_a_day(client, text, slug):
    loaded(AGENCY + text)
    assert closure_of(slug).closed_at is None
    page = text_of(client, slug)
    assert "This office has closed" in page
    assert "It closed on" not in page
    assert state_of(slug) == ["closed"]


@pytest.mark.parametrize("key", ["closing_day_is_known", "beginning_is_known"])
def test_a_file_that_knows_a_day_says_it(key):
    text = AGENCY + unit("closed", f"is_closed = true\n{key} = true")
    with pytest.raises(AgencyFileError, match=f"{key}: the day is not there"):
        loaded(text)


def test_a_closing_whose_day_a_later_edition_keeps_is_dumped_with_it(client):
    later = "is_closed = true\nclosing_day_is_known = true\nbeginning_is_known = false"
    dated = "is_closed = true\neffective_from = 2010-06-30T04:00:00Z"
    text = AGENCY + unit("dated", "effective_from = 2005-01-01T05:00:00Z", dated, f'{later}\neffective_from = 2012-01-01T05:00:00Z\nsummary = "Corrected"')  # fmt: skip
    loaded(text)
    assert closure_of("dated").closed_at.year == 2010
    assert loaded(agency_export.dump(), at=NOON + DAY).editions == 0


def test_a_day_that_a_file_gives_is_the_day_of_the_closing(client):
    loaded(AGENCY + CLOSED_ON_A_DAY)
    published(changed(Unit.objects.get(slug="dated"), summary="A corrected summary"), at=NOON + DAY)
    assert "It closed on <time" in text_of(client, "dated")
    assert closure_of("dated", NOON + 2 * DAY).closed_at.year == 2010
    assert state_of("dated", NOON + 2 * DAY) == ["closed from June 30, 2010 at 4:00 AM"]


def test_a_dump_and_a_load_make_up_no_day():
    text = AGENCY + CLOSED + CLOSED_LATER + CLOSED_ON_RECORD + UNKNOWN_BEGINNING + FIGURE
    loaded(text)
    dumped = agency_export.dump()
    assert loaded(text, at=NOON + DAY).editions == 0
    assert loaded(dumped, at=NOON + DAY).editions == 0
    assert dumped.count("closing_day_is_known = false") == 3
    assert dumped.count("beginning_is_known = false") == 5


def test_a_dump_that_is_loaded_elsewhere_gives_no_day_either():
    loaded(AGENCY + CLOSED)
    elsewhere = agency_export.dump().replace('"closed"', '"gone"')
    loaded(elsewhere, at=NOON + DAY)
    assert closure_of("gone", NOON + 2 * DAY).closed_at is None


def test_a_beginning_that_no_one_knows_is_not_printed_as_one(client):
    loaded(AGENCY + UNKNOWN_BEGINNING + FIGURE)
    first, second = UnitEdition.objects.filter(slug="old").order_by("number")
    assert (first.beginning_is_known, second.beginning_is_known) == (False, True)
    assert first.effective_from == UnitEdition.objects.get(kind="agency").effective_from
    assert not FigureEdition.objects.get().beginning_is_known
    client.force_login(make_user(is_superuser=True))
    record = Unit.objects.get(slug="old")
    form = reverse("admin:directorates_office_change", args=[record.pk])
    edition = reverse("admin:directorates_office_edition", args=[record.pk, 1])
    for address in (form, edition, f"{reverse('admin:search')}?q=Before"):
        page = client.get(address).content.decode()
        assert "January 1, 2004" not in page
        assert "Jan 1, 2004" not in page
    assert "Not known" in client.get(edition).content.decode()


def test_an_end_that_no_one_knows_is_not_printed_as_one(client):
    loaded(AGENCY + CLOSED_LATER)
    published(changed(Unit.objects.get(slug="later"), summary="Corrected"), at=NOON + DAY)
    client.force_login(make_user(is_superuser=True))
    record = Unit.objects.get(slug="later")
    history = reverse("admin:directorates_office_history", args=[record.pk])
    versions = client.get(history).context["versions"]
    says = {one.value: one.says for one in versions}
    assert list(says) == ["3", "2", "1"]
    assert says["3"].startswith("Since ") and " until " not in says["3"]
    assert " until March 3, 2026" in says["2"]
    assert " until a day that is not known" in says["1"]
    edition = client.get(reverse("admin:directorates_office_edition", args=[record.pk, 1]))
    assert edition.context["edition"].until == "Not known"


def test_a_unit_that_was_found_closed_is_closed_without_a_day(client):
    published_agency()
    office = published(make_unit(slug="found"))
    close(unit=office, successors=[], by=None, at=NOON + DAY, day_is_known=False)
    assert "It closed on" not in text_of(client, "found")
    assert state_of("found", NOON + 2 * DAY) == ["closed"]


@pytest.mark.parametrize(
    ("day_is_known", "sentence"),
    [
        (True, "It closed on March 3, 2026, without a successor."),
        (False, "It closed without a successor."),
    ],
)
def test_a_closing_without_a_successor_is_one_sentence(client, day_is_known, sentence):
    published_agency()
    office = published(make_unit(slug="gone"))
    at = NOON + DAY
    close(unit=office, successors=[], outcome="none", by=None, at=at, day_is_known=day_is_known)
    [alert] = re.findall("This office has closed</h2>(.*?)</div>", text_of(client, "gone"))
    assert re.sub("<[^>]+>", "", alert).strip() == sentence


def test_staff_say_that_the_day_of_a_closing_is_not_known(client):
    published_agency()
    office = published(make_unit(slug="found"))
    client.force_login(make_user(is_superuser=True))
    address = reverse("admin:directorates_office_close", args=[office.pk])
    [form] = [
        form
        for form in read_forms(client.get(address).content.decode(), address)
        if "day_is_unknown" in form.controls
    ]
    answer = client.post(address, form.data(when="now", day_is_unknown="on"))
    assert answer.status_code == 302
    office = Unit.objects.get(pk=office.pk)
    assert (office.is_closed, office.closing_day_is_known) == (True, False)
    assert "It closed on" not in text_of(client, "found")


def test_an_open_unit_forgets_that_the_day_of_its_closing_was_not_known():
    published_agency()
    office = published(make_unit(slug="found"))
    close(unit=office, successors=[], by=None, at=NOON + DAY, day_is_known=False)
    opened = changed(office, is_closed=False)
    assert opened.closing_day_is_known
    publishing.publish(records=[opened], by=None, at=NOON + 2 * DAY)
    close(unit=opened, successors=[], by=None, at=NOON + 3 * DAY)
    assert closure_of("found", NOON + 4 * DAY).closed_at == NOON + 3 * DAY
