"""Changes public content by the site's own actions, as staff do.

The functions run in the process of an `Editor`. They take and return plain data.
"""

from datetime import timedelta
from secrets import token_hex

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from bin.drills.rig import exits
from bin.production import HOST
from directorates.actions import site_settings
from directorates.actions.publishing import closing, drafting, publishing
from directorates.actions.reviewing import moving, reviewing
from directorates.models import Figure, SiteSettings, Unit
from directorates.models.database import guards
from directorates.models.records.governed import GOVERNED

EDITIONS = tuple(governed.edition_model for governed in GOVERNED)
NEW_SLUGS = ("office-of-new-things", "office-of-other-words")
#: Addresses that exist only after a change. They are watched before it too.
COMING = (
    "/offices/office-of-new-things/",
    "/offices/?part-of=office-of-new-things",
    "/offices/office-of-other-words/",
    "/offices/?part-of=office-of-other-words",
    "/directorates/under-embargo/",
    "/offices/?part-of=under-embargo",
    "/offices/of-a-withdrawn-text/",
)


def _staff():
    """Return two people: an author and a reviewer."""
    return tuple(get_user_model().objects.create_superuser(token_hex(4)) for _ in range(2))


def _draft(record, **content):
    """Save other content into a new or existing record; return the record."""
    for name, value in content.items():
        setattr(record, name, value)
    return drafting.save(record=record, relations={}, by=None, at=timezone.now())


def _publish(record):
    publishing.publish(records=[record], by=None, at=timezone.now())


def _new_figure(unit, counts):
    figure = Figure(identifier=token_hex(4), unit=unit, value=100, source="A count for a drill")
    return _draft(figure, counts=counts)


def _open(kind):
    units = Unit.objects.filter(kind=kind, is_closed=False, editions__isnull=False).distinct()
    return units.order_by("pk")


def _leaf():
    """Return an office without units below."""
    return _open("office").filter(unit_children__isnull=True).first()


def _directorates():
    return list(_open("directorate"))


def _approve(change_set, author, reviewer):
    reviewing.submit(change_set=change_set, by=author, at=timezone.now())
    change_set.refresh_from_db()
    return reviewing.approve(change_set=change_set, by=reviewer, at=timezone.now())


# What is there


def find_addresses(is_small=False):
    """Return the addresses to watch, or in a small drill fewer that differ by a unit alone."""
    found = exits.find(timezone.now())
    return [*(exits.few_of_records(found, slugs=NEW_SLUGS) if is_small else found), *COMING]


def find_unwatched(watched):
    return exits.find_unwatched(watched)


def render(watched):
    """Return {address: [status, location, body]} as Django makes the pages now, without caches."""
    client = Client(raise_request_exception=False, headers={"host": HOST})
    found = {}
    for address in watched:
        response = client.get(address, secure=True)
        body = b"".join(response) if response.streaming else response.content
        found[address] = [
            response.status_code,
            response.get("Location", ""),
            body.decode(errors="replace"),
        ]
    return found


# Changes that take effect at once


def publish_a_text():
    unit = _directorates()[0]
    _publish(_draft(unit, summary="It was published a moment ago.", overview="<p>New words.</p>"))


def publish_a_new_unit():
    unit = Unit(
        kind="office",
        name="Office of New Things",
        slug="office-of-new-things",
        parent=_directorates()[0],
        summary="The office looks after what is new.",
        overview="<p>What the office does.</p>",
        is_on_overview=True,
    )
    _publish(_draft(unit))


def publish_a_figure():
    _publish(_new_figure(_directorates()[0], "new things"))


def rename():
    unit = Unit.objects.get(slug="office-of-new-things")
    _publish(_draft(unit, name="Office of Other Words", slug="office-of-other-words"))


def rename_back():
    unit = Unit.objects.get(slug="office-of-other-words")
    _publish(_draft(unit, name="Office of New Things", slug="office-of-new-things"))


def move():
    """Move an office and the units below, in a set that a second person approves."""
    author, reviewer = _staff()
    unit = _open("office").filter(unit_children__isnull=False).first()
    target = next(d for d in _directorates() if d.pk != unit.parent_id)
    change_set = reviewing.create(title="A move", by=author, at=timezone.now())
    moving.move(units=[unit], parent=target, change_set=change_set, by=author, at=timezone.now())
    change_set.refresh_from_db()
    _approve(change_set, author, reviewer)


def approve_a_set_of_many():
    author, reviewer = _staff()
    records = [_draft(unit, head_title="Director", head_name="") for unit in _directorates()]
    records += [_new_figure(unit, "things of a set") for unit in records]
    change_set = reviewing.create(title="Many", records=records, by=author, at=timezone.now())
    _approve(change_set, author, reviewer)


def close():
    """Close an office. Another office gets the units below and the visitors."""
    unit = _open("office").filter(unit_children__isnull=False).last()
    below = {child.pk for child in unit.unit_children.all()}
    successor = _open("office").exclude(pk__in=below | {unit.pk, unit.parent_id}).first()
    closing.close(
        unit=unit,
        successors=[successor],
        children_to=successor,
        by=None,
        at=timezone.now(),
    )


def change_a_site_setting():
    settings = SiteSettings.objects.load()
    settings.site_name = "Other.example"
    settings.contact_phone = "202-555-0100"
    site_settings.save(settings=settings, by=_staff()[0], at=timezone.now())


AT_ONCE = (
    publish_a_text,
    publish_a_new_unit,
    publish_a_figure,
    rename,
    rename_back,
    move,
    approve_a_set_of_many,
    close,
    change_a_site_setting,
)


def render_as_of(watched, seconds):
    """Return the result that `render` would have had this many seconds ago."""
    real, timezone.now = timezone.now, lambda: real() - timedelta(seconds=seconds)
    try:
        return render(watched)
    finally:
        timezone.now = real


def names():
    """Return the names of the changes that take effect at once."""
    return [change.__name__ for change in AT_ONCE]


# Changes that take effect at an instant


def schedule(seconds, marker):
    """Approve a set that takes effect in this many seconds; return the instant, in seconds since 1970.

    The set has a directorate's new name and slug, a text, and an office that moves there.
    """
    author, reviewer = _staff()
    instant = timezone.now() + timedelta(seconds=seconds)
    directorate = _directorates()[-1]
    office = _leaf()
    records = [
        _draft(
            directorate,
            name=f"Directorate of {marker}",
            slug="under-embargo",
            summary=f"{marker} begins.",
            overview=f"<p>{marker}</p>",
            is_on_overview=True,
        ),
        _draft(office, parent=directorate),
        _new_figure(directorate, marker),
    ]
    change_set = reviewing.create(
        title=marker, records=records, effective_from=instant, by=author, at=timezone.now()
    )
    _approve(change_set, author, reviewer)
    return instant.timestamp()


def schedule_and_withdraw(seconds, marker):
    """Schedule a text for an instant and withdraw it before the instant; return the instant."""
    at = timezone.now()
    instant = at + timedelta(seconds=seconds)
    directorate = _directorates()[1]
    draft = _draft(directorate, name=f"Directorate of {marker}", slug="of-a-withdrawn-text")
    editions = publishing.publish(records=[draft], by=None, at=at, effective_from=instant)
    publishing.withdraw(editions=editions, by=_staff()[0], at=timezone.now())
    return instant.timestamp()


def withdraw_what_is_scheduled():
    """Withdraw all scheduled editions; return their number."""
    at = timezone.now()
    editions = [edition for model in EDITIONS for edition in model.objects.scheduled(at)]
    if editions:
        publishing.withdraw(editions=editions, by=_staff()[0], at=at)
    return len(editions)


# Changes without a visible effect


def make_older(seconds):
    """Move all loaded editions into the past, without actions and without the guards that refuse this."""
    with guards.lifted(connection):
        for model in EDITIONS:
            model.objects.update(effective_from=F("effective_from") - timedelta(seconds=seconds))
    count_a_change()


def count_a_change():
    """Save unchanged site settings: every page is made again, and stays the same."""
    site_settings.save(settings=SiteSettings.objects.load(), by=None, at=timezone.now())
