"""Every form of the site, sent by everybody in every state of its record. Every refusal has a message.

The test opens every address of the URL configuration and reads the forms of the page. It sends each form
unchanged and with edits, also after the record has changed meanwhile. Each change is rolled back. `make test-all`
does this with every record, `make test` with the first record of each address and a share of the others
(`tests/share.py`).
"""

from contextlib import suppress
from copy import deepcopy

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from directorates.actions import sharing
from directorates.actions.publishing import publishing
from directorates.models import ChangeSet, Figure, Unit, UnitAssignment
from tests.admin.world import PEOPLE, World
from tests.factories import make_user
from tests.html_forms import read_forms
from tests.share import share

pytestmark = pytest.mark.django_db

#: Mistakes of people, and values of probing programs.
ODD = ["", "x" * 5000, "-1", "9" * 25, "0001-01-01", "9999-12-31", "a\0b", "24:61"]

#: Addresses that the test does not open, each with the reason.
LEFT_OUT = {
    "admin:logout": "ends the session that asks",
    "account_logout": "ends the session that asks",
    "directorates:style-guide": "shows parts of pages; their forms are sent from their own pages",
    "serving:metrics": "no page",
    "admin:jsi18n": "no page",
}

#: The people who send every form.
SENDERS = {"visitor", "Editor", "Publisher"}

#: Kinds that are tested with a record in each state. Other kinds are the same class under other addresses.
WHOLE = {"office", "figure", "changeset"}


#: Names of a record's id in addresses.
KEYS = {"pk", "object_id", "id"}


#: The test of all edits runs in so many parts, each with other addresses, because it takes minutes.
PARTS = 4


class Site:
    """Every address of the site, with matching records of a `World`."""

    def __init__(self, world):
        self.world = world
        link, self.token = sharing.share(
            change_set=world.sets["open", True], for_whom="X", days=1, by=None, at=timezone.now()
        )
        self.fixed = {
            "link_pk": [link.pk],
            "number": [1, 2],
            "token": [self.token, "unknown"],
            "instant": ["2026-03-02T12:00", "0001-01-01T00:00"],
            "path": ["offices/"],
            "slug": [world.north.slug, "unknown"],
            "identifier": [*self._figures(), "unknown"],
            "name": ["unknown.png"],
            "app_label": ["directorates"],
        }

    def _figures(self):
        records = self.world.records.items()
        return [row.identifier for (model, *_), row in records if model == "figure" and row]

    def records(self, name):
        """Return the records for an address of this name."""
        world, kind = self.world, name.partition("directorates_")[2].partition("_")[0]
        if "preview-set" in name or "affected" in name or kind == "changeset":
            return [record for record in world.sets.values() if record]
        if kind == "figure":
            return [row for (model, *_), row in world.records.items() if model == "figure" and row]
        if kind in ("unit", "office", "agency", "directorate") or "preview-" in name:
            units = [row for (model, *_), row in world.records.items() if model == "unit"]
            return [*units, world.agency] if kind in WHOLE else [units[0], units[3], world.agency]
        named = {
            "responsibility": world.named["responsibility"],
            "surveyresponse": world.named["answer"],
        }
        if kind in named:
            return [named[kind]]
        if "auth_user" in name:
            return [world.named["user"], world.users["nobody"]]
        return [world.named["group"]] if "auth_group" in name else []

    def addresses(self, *, of):
        """Yield (number, address, record or None): the first address of each named pattern, and the share of the others."""
        found = [*self._all_addresses()]
        names = [name for name, _, _ in found]
        first = {names.index(name) for name in names}
        for number in sorted(first.union(share(range(len(found)), of=of))):
            _, address, record = found[number]
            yield number, address, record

    def _all_addresses(self, resolver=None, namespaces=(), above=()):
        """Yield (name, address, record or None) of every named pattern. `above` are parameters of its prefix."""
        for pattern in (resolver or get_resolver()).url_patterns:
            parameters = (*above, *pattern.pattern.regex.groupindex)
            if hasattr(pattern, "url_patterns"):
                inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                yield from self._all_addresses(pattern, inner, parameters)
            elif pattern.name:
                name = ":".join((*namespaces, pattern.name))
                if name not in LEFT_OUT:
                    for address, record in self._filled_in(name, parameters):
                        yield name, address, record

    def _filled_in(self, name, parameters):
        if name.endswith(("_into_set", "_publish_selected", "_move", "_close_selected")):
            for record in self.records(name):
                if "pk" in parameters:
                    yield reverse(name, args=[record.pk]), record
                else:
                    yield f"{reverse(name)}?ids={record.pk}", record
            return
        records = [None]
        if KEYS.intersection(parameters):
            records = self.records(name) or [None]
        for record in records:
            chosen = {
                parameter: (record.pk if record else 1)
                if parameter in KEYS
                else self.fixed[parameter][0]
                for parameter in parameters
            }
            yield reverse(name, kwargs=chosen), record
            for parameter in parameters:
                for other in self.fixed.get(parameter, ())[1:]:
                    yield reverse(name, kwargs=chosen | {parameter: other}), record


class Crawl:
    def __init__(self, world, person, record_property):
        self.world, self.record_property = world, record_property
        self.client = world.client(person)
        self.client.raise_request_exception = False
        self.sent, self.broken, self.known = 0, {}, set()

    def open(self, address):
        """Open a page and return its forms that no earlier page had."""
        response = self.client.get(address)
        self._note("GET", address, {}, response)
        if response.streaming or "html" not in response.get("Content-Type", ""):
            return []
        forms = []
        for form in read_forms(response.content.decode(), address):
            key = (form.address, form.method, *sorted(form.controls))
            if "logout" not in form.address and key not in self.known:
                self.known.add(key)
                forms.append(form)
        return forms

    def send(self, form, data, after=None):
        """Call `after`, send a form, and roll both back."""
        cookies = self.client.cookies.copy()
        with transaction.atomic():
            if after is not None:
                after()
            if form.method == "post":
                response = self.client.post(form.address, data)
            else:
                response = self.client.get(form.address.partition("?")[0], data)
            self._note(form.method, form.address, data, response)
            transaction.set_rollback(True)
        self.client.cookies = cookies

    def _note(self, method, address, data, response):
        self.sent += 1
        if response.status_code >= 500 and "readyz" not in address:
            shown = {name: str(value)[:60] for name, value in data.items() if value}
            key = (method, address.partition("?")[0], response.status_code)
            self.broken.setdefault(key, (shown, getattr(response, "exc_info", None)))

    def report(self):
        self.record_property("staff_requests", self.sent)
        assert self.sent > 20
        assert not self.broken, "\n".join(
            f"{key}: {exc and exc[1]!r} by {shown}" for key, (shown, exc) in self.broken.items()
        )


def small_edits(form):
    """Return data with every text changed a little, as a user of the form does."""
    changes = {
        name: [f"{control.values[0]} again"]
        for name, control in form.controls.items()
        if control.kind in ("text", "textarea", "search") and control.values
    }
    return form.data(**changes)


def every_edit(form, turn, keys):
    """Yield data with one field changed: choices to each option, texts to odd values.

    Each turn takes another twelfth of a long form, because the same form appears for each record.
    """
    controls = list(enumerate(form.controls.items()))
    for number, (name, control) in controls if len(controls) < 12 else controls[turn % 12 :: 12]:
        if name == "csrfmiddlewaretoken":
            continue
        if control.kind in ("select", "radio", "checkbox"):
            for value in [*control.offered[:1], *keys[:1], "no such choice", "9" * 25]:
                yield form.data(**{name: [value]})
            yield form.data(**{name: []})
        else:
            yield form.data(**{name: [ODD[(turn + number) % len(ODD)]]})


def with_buttons(form, data):
    """Yield the data of each button."""
    buttons = list(dict.fromkeys(form.buttons)) or [("", "")]
    for name, value in [buttons[0], *buttons[3:]]:
        yield data | ({name: value} if name else {})


def whole_list(form):
    """Yield the data for each action on all rows, if the form is a list's."""
    rows = form.controls.get("_selected_action")
    for action in form.controls["action"].values if rows else ():
        yield form.data(action=[action], _selected_action=rows.offered)
        yield form.data(action=[action], _selected_action=rows.offered[:1], post="yes")


def meanwhile(world, record):
    """Yield changes by another person while a form of the record is open."""
    if isinstance(record, ChangeSet):
        rows = ChangeSet.objects.filter(pk=record.pk)
        yield lambda: rows.update(state="discarded", approved_at=None)
        yield lambda: rows.update(state="in-review", approved_at=None)
        yield lambda: rows.update(version=record.version + 1)
    if isinstance(record, Unit | Figure):
        rows = type(record)._base_manager.filter(pk=record.pk)
        yield lambda: rows.update(version=record.version + 1)
        yield lambda: rows.update(change_set=world.sets["in-review", True])
        yield lambda: rows.update(change_set=world.sets["open", True])
        yield lambda: rows.update(has_unpublished_changes=False)
        yield lambda: UnitAssignment.objects.all().delete()
        if not record.editions.exists():
            yield lambda: (rows.update(change_set=None), rows.get().delete())
            yield lambda: (rows.update(change_set=None), _publish(rows))


def _publish(rows):
    with suppress(publishing.PublishingError):
        publishing.publish(records=list(rows), by=None, at=timezone.now())


@pytest.fixture(scope="module")
def kept_world(keep_rows):
    with keep_rows():
        world = World()
        world.users["root"] = make_user(username="root", is_superuser=True)
        yield world


@pytest.fixture
def world(db, kept_world, settings):
    settings.AUTHORS_MAY_APPROVE = True
    return deepcopy(kept_world)


# Reviewers and administrators see the same forms as these.
@pytest.mark.parametrize("person", [name for name in PEOPLE if name in SENDERS])
def test_no_role_meets_a_broken_form(world, person, record_property):
    crawl = Crawl(world, person, record_property)
    # Editors and publishers share the records of each kind, because their obstacles differ by role and not by record.
    half = {"Editor": 0, "Publisher": 1}.get(person)
    for turn, address, record in Site(world).addresses(of=7):
        if record is not None and half not in (None, turn % 2):
            continue
        for form in crawl.open(address):
            for data in with_buttons(form, small_edits(form)):
                crawl.send(form, data)
            if person != "visitor" and form.method == "post":
                # Every third edit each time, because the same form appears for each record.
                for change in [*meanwhile(world, record)][turn % 3 :: 3]:
                    crawl.send(form, small_edits(form), after=change)
    crawl.report()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_edit_of_a_form_breaks_it(world, record_property, part):
    crawl = Crawl(world, "root", record_property)
    keys = [str(unit.pk) for unit in (world.agency, world.north, world.targets[False])]
    for turn, address, _ in Site(world).addresses(of=7):
        if turn % PARTS != part:
            continue
        for form in crawl.open(address):
            for data in (*whole_list(form), *every_edit(form, turn, keys)):
                crawl.send(form, data)
    crawl.report()
