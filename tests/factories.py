"""Make valid records. Keywords change them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission

from directorates.actions import search_index
from directorates.actions.importing import importing
from directorates.actions.publishing import drafting, publishing
from directorates.models import Figure, Responsibility, SiteSettings, Unit, UnitAssignment
from tests.kept_rows import kept

_numbers = count(1)


def make_name():
    """Return a name that no other made record has, in the order of making: "bbbgk".

    It has no digits: tests look for numbers in pages, and a made name would be found instead. It has no vowels: it is
    part of no word.
    """
    return f"{next(_numbers):05}".translate(str.maketrans("0123456789", "bdgjkqvwxz"))


#: The reference instant of the tests; any day would do.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


#: Default permissions of a person: all except accounts.
EVERY_RECORD = [
    *(f"{task}_{kind}" for kind in ("unit", "figure") for task in ("view", "add", "change", "delete", "publish")),
    *(f"{task}_changeset" for task in ("view", "add", "change", "approve")),
    *(f"{task}_responsibility" for task in ("view", "add", "change", "delete")),
    *(f"{task}_sitesettings" for task in ("view", "add", "change")),
    *(f"{task}_surveyresponse" for task in ("view", "delete")),
]  # fmt: skip


def make_user(*, role=None, permissions=None, units=None, **fields):
    """Make a member of staff who works on every unit, or only on `units` and the units below.

    The person has a role, or these permissions, or by default all permissions for records.
    """
    if permissions is None:
        permissions = [] if role else EVERY_RECORD
    password = fields.pop("password", "correct horse battery staple")
    fields = {"username": f"person-{make_name()}", "is_staff": True} | fields
    user = get_user_model().objects.create_user(password=password, **fields)
    if units is None:
        permissions = (*permissions, "work_on_every_unit")
    else:
        UnitAssignment.objects.bulk_create(UnitAssignment(user=user, unit=unit) for unit in units)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_unit(*, by=None, at=NOON, responsibilities=(), successors=(), **content):
    name = make_name()
    fields = {
        "kind": "office",
        "name": f"Office {name}",
        "slug": f"office-{name}",
        "summary": f"Office {name} answers the questions that come in under its name.",
        "overview": f"<p>What office {name} does.</p>",
    } | content
    if fields["kind"] != "agency" and "parent" not in fields:
        fields["parent"] = Unit.objects.get(kind="agency")
    relations = {"responsibilities": responsibilities, "successors": successors}
    return drafting.save(record=Unit(**fields), relations=relations, by=by, at=at)


def make_agency(**content):
    fields = {
        "kind": "agency",
        "name": "Agency of Examples",
        "acronym": "AOE",
        "slug": "agency-of-examples",
        "is_on_overview": True,
    } | content
    return make_unit(**fields)


@kept
def published_agency():
    """Return the agency of most tests, published at noon. It is made once in each process, see `kept`."""
    return published(make_agency())


def make_directorate(**content):
    name = make_name()
    fields = {
        "kind": "directorate",
        "name": f"Directorate {name}",
        "slug": f"directorate-{name}",
        "is_on_overview": True,
    } | content
    return make_unit(**fields)


def make_figure(*, unit, by=None, at=NOON, **content):
    fields = {
        "identifier": f"figure-{make_name()}",
        "unit": unit,
        "value": 100,
        "counts": "examples",
        "source": "A count made for a test",
    } | content
    return drafting.save(record=Figure(**fields), relations={}, by=by, at=at)


def make_responsibility(phrase=None, **fields):
    made = Responsibility.objects.create(phrase=phrase or f"Matter {make_name()}", **fields)
    search_index.write_responsibilities([made])
    return made


def published(*records, at=NOON, by=None, effective_from=None, change_note=""):
    """Publish records in one step; return the first record, read again."""
    publishing.publish(
        records=records, by=by, at=at, effective_from=effective_from, change_note=change_note
    )
    records[0].refresh_from_db()
    return records[0]


def published_series(*values, at=NOON, **content):
    """Publish a figure with a number for each year until 2025, an hour after each other; return the figure."""
    figure = None
    for number, value in enumerate(values):
        instant = at + number * timedelta(hours=1)
        year = {"value": value, "as_of": date(2026 - len(values) + number, 9, 30)}
        draft = changed(figure, at=instant, **year) if figure else make_figure(at=instant, **content, **year)  # fmt: skip
        figure = published(draft, at=instant)
    return figure


def loaded(text, *, at=NOON):
    """Load an agency's file by the command."""
    return importing.load(content=text.encode(), file_name="agency.toml", by=None, at=at)


def changed(record, *, at=NOON, by=None, **content):
    """Save other content into a working record as an unpublished change."""
    record = type(record).objects.get(pk=record.pk)
    for name, value in content.items():
        setattr(record, name, value)
    return drafting.save(record=record, relations={}, by=by, at=at)


def set_survey(**changes):
    """Open the visitor survey. Keywords change it."""
    values = {
        "site_name": "Example.gov",
        "survey_is_open": True,
        "survey_requires_clearance": False,
        "survey_burden_minutes": 3,
    }
    SiteSettings.objects.update_or_create(pk=1, defaults=values | changes)
