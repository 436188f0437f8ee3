"""Every action takes its locks in the order of `actions.locks`."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from agency_site import serving
from directorates import actions
from directorates.actions import locks
from directorates.actions.reviewing import dry_run, reviewing
from directorates.exchange import agency_export
from directorates.models import ChangeSet, Generation, SiteSettings, Unit
from tests.actions.every_action import run
from tests.actions.lock_recorder import recording
from tests.actions.test_auditing import CALLS, a_draft, actions_with_a_person
from tests.admin.pages import shown_on
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db

APP = Path(actions.__file__).parents[1]
SERVING = Path(serving.__file__).parent


@pytest.fixture(autouse=True)
def _one_person_is_enough(settings):
    settings.AUTHORS_MAY_APPROVE = True


@pytest.fixture
def person(db):
    return make_user(is_superuser=True)


@pytest.fixture
def agency(db):
    return published(make_agency(name="Agency", acronym=""))


def a_full_set(by, *, state="open"):
    """A set of figures and units, added in another order than the order of locks."""
    unit = published(make_unit(name="Z"))
    figure = changed(published(make_figure(unit=unit)), value=5)
    made = reviewing.create(
        title="Full",
        records=[figure, changed(unit, name="A"), a_draft()],
        by=by,
        at=NOON,
        effective_from=NOON + 9 * DAY,
    )
    if state != "open":
        reviewing.submit(change_set=made, by=by, at=NOON)
    if state == "approved":
        reviewing.approve(change_set=made, by=by, at=NOON)
    return ChangeSet.objects.get(pk=made.pk)


def some_units(number=3):
    return [published(make_unit(name=name)) for name in "CAB"[:number]][::-1]


#: Calls that the audit trail's tests lack: many records, figures, existing records.
MORE_CALLS = {
    "accounts.save": lambda by: {"account": User.objects.get(pk=by.pk), "relations": {"groups": []}},
    "closing.close": lambda by: a_unit_with_children(),
    "closing.draft": lambda by: a_unit_with_children(),
    "drafting.save": lambda by: {"record": published(make_unit()), "relations": {}},
    "importing.load": lambda by: a_file(),
    "moving.move": lambda by: {
        "units": some_units(),
        "parent": published(make_unit()),
        "change_set": a_full_set(by),
    },
    "ordering.set_positions": lambda by: some_positions(),
    "publishing.publish": lambda by: {"records": [changed(unit, name="N") for unit in some_units()]},
    "publishing.withdraw": lambda by: {
        "editions": a_full_set(by, state="approved").find_all_editions()[::-1]
    },
    "responsibilities.save": lambda by: {"responsibility": a_published_matter()},
    "reviewing.create": lambda by: {"title": "A set", "records": [a_draft(), a_draft()][::-1]},
    "reviewing.add": lambda by: {"change_set": a_full_set(by), "records": [a_draft(), a_draft()][::-1]},
    "reviewing.save": lambda by: {
        "change_set": a_full_set(by),
        "records": [a_draft(), a_draft()][::-1],
    },
    "reviewing.submit": lambda by: {"change_set": a_full_set(by)},
    "reviewing.discard": lambda by: {"change_set": a_full_set(by)},
    "reviewing.approve": lambda by: {"change_set": a_full_set(by, state="in-review")},
    "reviewing.withdraw": lambda by: {
        "change_set": a_full_set(by, state="approved"),
        "comment": "Why",
    },
    "reviewing.submit_records": lambda by: {"records": [a_draft(), a_draft()][::-1]},
    "reviewing.publish": lambda by: {"records": [a_draft(), a_draft()][::-1]},
    "sharing.share": lambda by: {"change_set": a_full_set(by), "for_whom": "Counsel", "days": 3},
    "site_settings.save": lambda by: {"settings": SiteSettings.objects.load()},
}  # fmt: skip


def a_unit_with_children():
    parent, other = published(make_unit()), published(make_unit())
    for name in "BA":
        published(make_unit(name=name, parent=parent))
    return {"unit": parent, "successors": [other], "children_to": other}


def some_positions():
    units = some_units()
    return {
        "positions": dict.fromkeys(units, 7),
        "versions": {unit: unit.version for unit in units},
    }


def a_file():
    """A file with changed texts for all records, and with new records."""
    published(office := make_unit(), make_figure(unit=office))
    make_responsibility()
    lines = agency_export.dump().replace("Office", "Bureau").splitlines()
    content = "\n".join(line for line in lines if not line.startswith("effective_from"))
    return {"content": content.encode(), "file_name": "changed.toml"}


def a_published_matter():
    matter = make_responsibility()
    published(make_unit(responsibilities=[matter]))
    matter.synonyms = ["another word"]
    return matter


def call(name, arguments, by):
    return run(name, arguments, by=by)


@pytest.mark.parametrize("name", sorted(actions_with_a_person()))
@pytest.mark.parametrize("calls", [CALLS, MORE_CALLS], ids=["plain", "more"])
def test_every_action_takes_its_locks_in_order(name, calls, agency, person):
    prepare = calls.get(name) or CALLS[name]
    arguments = prepare(person)
    SiteSettings.objects.get_or_create(pk=1, defaults={"site_name": "Example.gov"})
    with recording() as recorder:
        call(name, arguments, person)
    assert recorder.errors == []


#: Actions that make only new rows, or use rows that their caller has locked.
WITHOUT_LOCKS = {
    "accounts.assign_units",
    "accounts.delete",
    "accounts.set_password",
    "drafting.write",
    "responsibilities.find_or_make",
    "survey.delete",
}


@pytest.mark.parametrize("name", sorted(set(actions_with_a_person()) - WITHOUT_LOCKS))
def test_an_action_that_changes_what_is_there_locks_it(name, agency, person):
    arguments = (MORE_CALLS.get(name) or CALLS[name])(person)
    with recording() as recorder:
        call(name, arguments, person)
    assert recorder.taken


@pytest.mark.parametrize("state", ["open", "in-review", "approved"])
@pytest.mark.parametrize("look", [dry_run.with_change_set, dry_run.without])
def test_a_preview_takes_its_locks_in_order(look, state, agency, person):
    change_set = a_full_set(person, state=state)
    with recording() as recorder:
        look(change_set, at=NOON + DAY)
    assert recorder.errors == []


@pytest.mark.parametrize("state", ["open", "approved"])
def test_no_lock_is_taken_while_a_preview_is_shown(state, agency, person):
    change_set = a_full_set(person, state=state)
    outcome = dry_run.for_outsiders(change_set, at=NOON + DAY)
    with recording() as recorder, outcome.shown():
        assert Unit.objects.count() == 3
    assert (recorder.taken, recorder.errors) == ([], [])


def the_form_of(client, address):
    """Return the data that a browser sends from an unchanged form of the admin."""
    form = client.get(address).context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if value not in (None, False, ""):
            data[bound.html_name] = value
    return data


def test_the_form_of_a_set_takes_its_locks_in_order(client, agency, person):
    client.force_login(person)
    change_set = a_full_set(person)
    taken_out = change_set.units.latest("pk")
    put_in = published(make_unit(name="Put in"))
    earlier = changed(agency, name="Earlier")
    data = the_form_of(client, change_set.get_absolute_url())
    data["units"] = [pk for pk in data["units"] if pk != taken_out.pk] + [earlier.pk]
    with recording() as recorder:
        response = client.post(change_set.get_absolute_url(), data)
    assert response.status_code == 302
    assert set(change_set.units.values_list("pk", flat=True)) == set(data["units"])
    assert put_in.pk > earlier.pk
    assert recorder.errors == []
    assert recorder.taken


@pytest.mark.parametrize("transition", ["approve", "return"])
def test_the_buttons_of_a_set_take_their_locks_in_order(client, agency, person, transition):
    client.force_login(person)
    change_set = a_full_set(person, state="in-review")
    ChangeSet.objects.update(effective_from=timezone.now() + DAY)
    page = client.get(change_set.get_absolute_url())
    data = {"transition": transition, "version": change_set.version, "comment": "Why"} | shown_on(
        page
    )
    address = reverse("admin:directorates_changeset_transition", args=[change_set.pk])
    with recording() as recorder:
        assert client.post(address, data).status_code == 302
    assert recorder.errors == []
    change_set.refresh_from_db()
    assert change_set.state != "in-review"


def test_the_site_settings_take_their_locks_in_order(client, agency, person):
    client.force_login(person)
    SiteSettings.objects.get_or_create(pk=1, defaults={"site_name": "Example.gov"})
    address = reverse("admin:directorates_sitesettings_change", args=[1])
    context = client.get(address).context
    data = the_form_of(client, address)
    for formset in context["inline_admin_formsets"]:
        management = formset.formset.management_form
        data |= {bound.html_name: bound.value() for bound in management}
        data[management["TOTAL_FORMS"].html_name] = data[management["INITIAL_FORMS"].html_name]
        for form in formset.formset.initial_forms:
            data |= {b.html_name: b.value() for b in form if b.value() not in (None, False)}
    with recording() as recorder:
        response = client.post(address, data | {"site_name": "Other.gov"})
    assert response.status_code == 302, response.context["errors"]
    assert SiteSettings.objects.get().site_name == "Other.gov"
    assert recorder.errors == []
    assert recorder.taken[0][0] == 0


def test_a_closure_that_goes_into_a_set_takes_its_locks_in_order(client, agency, person):
    client.force_login(person)
    change_set = a_full_set(person)
    unit = published(make_unit(name="Closing"))
    data = {"when": "set", "change_set": change_set.pk, "effective_from_0": "", "children_to": ""}
    address = reverse("admin:directorates_office_close", args=[unit.pk])
    with recording() as recorder:
        response = client.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    assert change_set.units.filter(pk=unit.pk).exists()
    assert recorder.errors == []


def test_no_lock_is_taken_outside_the_module():
    for path in [*APP.rglob("*.py"), *SERVING.rglob("*.py")]:
        if path.name != "locks.py" and "migrations" not in path.parts:
            source = path.read_text(encoding="utf-8")
            for locking in ("select_for_update", "update_or_create"):
                assert locking not in source, f"{path}: lock rows through actions.locks"


def test_every_action_is_tried_again_after_a_collision():
    for path in (APP / "actions").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert "@transaction.atomic" not in source, f"{path}: begin actions with @locks.atomic"


def test_a_model_without_a_place_in_the_order_is_not_locked():
    with pytest.raises(ValueError, match="its place in the order"), transaction.atomic():
        locks.rows(ChangeSet.steps.rel.related_model.objects.all())


@pytest.mark.parametrize("fault", ["records first", "later unit first", "unlocked write"])
def test_the_recorder_sees_what_is_out_of_order(agency, fault):
    first, second = make_unit(), make_unit()
    with recording() as recorder, transaction.atomic():
        if fault == "records first":
            locks.records([first])
            locks.publications()
        elif fault == "later unit first":
            locks.records([second])
            locks.records([first])
        else:
            locks.records([first])
            Generation.objects.advance()
    assert len(recorder.errors) == 1


def test_a_lock_beside_the_module_is_seen(agency):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no locks on rows")
    with recording() as recorder, transaction.atomic():
        Unit.objects.select_for_update().first()
    assert len(recorder.errors) == 1
