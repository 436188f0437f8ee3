"""A preview shows every page byte for byte as after approval, for all changes that a set can have."""

from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import dry_run, reviewing
from directorates.models import ChangeSet, Unit, UnitEdition
from directorates.models.database import guards
from directorates.previews.render_preview import render_public_page
from directorates.queries.overlay import Overlay
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db


def page(path, *, at):
    """Return the answer for a visitor: status, redirect address, bytes."""
    address = urlsplit(path)
    request = RequestFactory().get(path, headers={"host": "testserver"})
    response = render_public_page(request, address.path, at=at, also={"sitemap"})
    if hasattr(response, "render"):
        response.render()
    return response.status_code, response.get("Location", ""), response.content


OFFICES = "records registry archives moved moved-once moved-twice closed below born never nothing"
OFFICES += " staying secret-slug"
DIRECTORATES = "division bureau secret-bureau secret"
LISTS = [
    f"/{kind}/{query}"
    for kind in ("offices", "directorates")
    for query in ("", "?by=part-of", "?part-of=division", "?part-of=bureau")
]
PATHS = [
    *("/", "/about/", "/sitemap.xml", *LISTS),
    *(f"/offices/{slug}/" for slug in OFFICES.split()),
    *(f"/directorates/{slug}/" for slug in DIRECTORATES.split()),
]


def site(*, at):
    """Return {path: answer for a visitor} of every tested address, and of the lists."""
    return {path: page(path, at=at) for path in PATHS}


@pytest.fixture
def world():
    """An organization with a past, and a set with all possible changes."""
    long_ago, at = timezone.now() - 9 * DAY, timezone.now()
    agency, division = make_agency(), make_directorate(name="Division", slug="division")
    bureau = make_directorate(name="Bureau", slug="bureau")
    matters = [make_responsibility(f"Matter {letter}") for letter in "abc"]
    office = make_unit(
        name="Records", slug="records", parent=division, responsibilities=matters[:2]
    )
    moved = make_unit(name="Moved", slug="moved", parent=division)
    closed = make_unit(name="Closed", slug="closed", parent=division)
    below = make_unit(name="Below", slug="below", parent=closed)
    figure = make_figure(unit=office, value=10)
    published(agency, division, bureau, office, moved, closed, below, figure, at=long_ago)
    published(changed(office, name="Registry", slug="registry"), at=long_ago + DAY)
    published(changed(moved, slug="moved-once"), at=long_ago + DAY)
    withdrawn = changed(moved, name="Never to be", slug="never")
    made = publishing.publish(records=[withdrawn], by=None, at=at, effective_from=at + 2 * DAY)
    publishing.withdraw(editions=made, by=None, at=at)
    instant = at + 9 * DAY
    records = [
        changed(office, name="Archives", slug="archives", body="<p>Old papers.</p>"),
        changed(moved, parent=bureau, name="Moved", slug="moved-twice"),
        changed(below, parent=bureau),
        make_unit(name="Born", slug="born", parent=bureau, responsibilities=matters[1:]),
        changed(figure, value=12),
        make_figure(unit=office, value=3),
    ]
    Unit.objects.get(pk=office.pk).responsibilities.set(matters[2:])
    closing = Unit.objects.get(pk=closed.pk)
    closing.is_closed = True
    closing.save()
    closing.successors.set([office, moved])
    Unit.objects.filter(pk=closed.pk).update(has_unpublished_changes=True)
    change_set = reviewing.create(
        title="Everything",
        records=[*records, Unit.objects.get(pk=closed.pk)],
        by=None,
        at=at,
        effective_from=instant,
        public_note="Everything moves.",
    )
    return SimpleNamespace(change_set=change_set, at=at, instant=instant, division=division)


def approved(change_set, at):
    reviewing.submit(change_set=change_set, by=None, at=at)
    reviewing.approve(change_set=change_set, by=make_user(), at=at)
    change_set.refresh_from_db()


def outcome(look, change_set, *, at):
    found = look(change_set, at=at)
    with found.shown():
        return site(at=found.instant)


def schedule(world, days, *records, title="Another"):
    change_set = reviewing.create(
        title=title, records=records, by=None, at=world.at, effective_from=world.at + days * DAY
    )
    approved(change_set, world.at)
    return change_set


def test_a_preview_is_byte_for_byte_what_approval_makes(world):
    before = site(at=world.instant)
    shown = outcome(dry_run.with_change_set, world.change_set, at=world.at)
    outside = outcome(dry_run.for_outsiders, world.change_set, at=world.at)
    approved(world.change_set, world.at)
    made = site(at=world.instant)
    assert made != before
    assert shown == made
    assert outside == made
    # The site with an approved set, and without it.
    assert outcome(dry_run.with_change_set, world.change_set, at=world.at) == made
    assert outcome(dry_run.for_outsiders, world.change_set, at=world.at) == made
    assert outcome(dry_run.without, world.change_set, at=world.at) == before


@pytest.mark.parametrize("is_approved", [False, True])
def test_outsiders_see_the_site_as_if_nothing_else_were_scheduled(world, is_approved):
    new = make_directorate(name="SECRET bureau", slug="secret-bureau")
    figure = make_figure(unit=world.division, counts="SECRET things")
    earlier = schedule(
        world, 3, changed(world.division, name="SECRET division"), new, figure, title="Earlier"
    )
    if is_approved:
        approved(world.change_set, world.at)
    later = schedule(world, 12, changed(world.division, slug="secret"), title="Later")
    shown = outcome(dry_run.for_outsiders, world.change_set, at=world.at)
    assert not [path for path, (_, _, body) in shown.items() if b"SECRET" in body]
    assert shown["/directorates/secret-bureau/"][0] == shown["/directorates/secret/"][0] == 404
    staff = outcome(dry_run.with_change_set, world.change_set, at=world.at)
    assert b"SECRET division" in staff["/directorates/division/"][2]
    with transaction.atomic():
        for change_set in (later, earlier):
            reviewing.withdraw(
                change_set=change_set, by=make_user(), at=world.at, comment="For a test."
            )
        if not is_approved:
            approved(world.change_set, world.at)
        assert site(at=world.instant) == shown
        transaction.set_rollback(True)


def test_what_another_set_makes_of_an_own_record_before_is_not_shown(world):
    record = world.change_set.units.get(slug="archives")
    reviewing.remove(change_set=world.change_set, record=record, by=None, at=world.at)
    schedule(world, 3, changed(record, name="SECRET name", slug="secret-slug"))
    again = changed(record, name="Archives", slug="archives")
    reviewing.add(change_set=world.change_set, records=[again], by=None, at=world.at)
    shown = outcome(dry_run.for_outsiders, world.change_set, at=world.at)
    assert shown["/offices/secret-slug/"][0] == 404
    assert shown["/offices/registry/"][:2] == (301, "/offices/archives/")
    assert not [path for path, (_, _, body) in shown.items() if b"SECRET" in body]


def test_what_others_close_before_is_open_to_outsiders(world):
    unit = published(make_unit(name="Staying", slug="staying"), at=world.at)
    schedule(world, 3, changed(unit, is_closed=True))
    shown = outcome(dry_run.for_outsiders, world.change_set, at=world.at)
    assert b"Staying" in shown["/offices/"][2]
    staff = outcome(dry_run.with_change_set, world.change_set, at=world.at)
    assert b"Staying" not in staff["/offices/"][2]


@pytest.mark.parametrize("what", ["unit", "figure"])
def test_a_set_that_relies_on_another_cannot_be_shown_to_outsiders(world, what):
    new = make_directorate(name="SECRET bureau", slug="secret-bureau")
    schedule(world, 3, new)
    child = make_unit(parent=new) if what == "unit" else make_figure(unit=new)
    reviewing.add(change_set=world.change_set, records=[child], by=None, at=world.at)
    assert dry_run.with_change_set(world.change_set, at=world.at).overlay
    with pytest.raises(PublishingError):
        dry_run.for_outsiders(world.change_set, at=world.at)
    approved(world.change_set, world.at)
    with pytest.raises(PublishingError):
        dry_run.for_outsiders(world.change_set, at=world.at)


def test_a_set_without_an_instant_is_shown_to_outsiders_as_of_now(world):
    ChangeSet.objects.update(effective_from=None)
    world.change_set.refresh_from_db()
    shown = outcome(dry_run.for_outsiders, world.change_set, at=world.at + timedelta(hours=1))
    assert shown["/offices/archives/"][0] == 200
    assert shown["/offices/registry/"][0] == 301


@pytest.mark.parametrize("write", ["Unit", "UnitEdition", "ChangeSet"])
def test_nothing_can_be_written_while_an_overlay_is_shown(world, write):
    model = {"Unit": Unit, "UnitEdition": UnitEdition, "ChangeSet": ChangeSet}[write]
    found = dry_run.with_change_set(world.change_set, at=world.at)
    field = "title" if model is ChangeSet else "name"
    rows = list(model.objects.order_by("pk").values())
    with pytest.raises(Exception, match=r"read-?only|readonly|modify|update"), found.shown():
        model.objects.update(**{field: "Wrong"})
    assert list(model.objects.order_by("pk").values()) == rows
    with guards.lifted(connection):
        model.objects.update(**{field: "Right"})
    assert set(model.objects.values_list(field, flat=True)) == {"Right"}


def test_after_an_error_in_a_preview_the_connection_is_as_it_was(world):
    before = site(at=world.instant)
    found = dry_run.with_change_set(world.change_set, at=world.at)
    with pytest.raises(ZeroDivisionError), found.shown():
        _ = 1 / 0
    assert site(at=world.instant) == before
    assert _temporary_relations() == []
    with found.shown():
        assert "directorates_unitedition" in _temporary_relations()
    assert _temporary_relations() == []


def _temporary_relations():
    sql = (
        "SELECT name FROM sqlite_temp_master WHERE type IN ('table', 'view')"
        if connection.vendor == "sqlite"
        else "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(name for (name,) in cursor.fetchall())


def test_an_overlay_hides_and_adds_editions_of_figures_too(world):
    figure = world.change_set.figures.first()
    model = figure.editions.model
    with Overlay({model: set(model.objects.values_list("pk", flat=True))}, {}).shown():
        assert not model.objects.exists()
    assert model.objects.exists()
