"""Who else has the form of a record open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from directorates.models import FormPresence

#: Browsers say every few seconds that a form is open, and once a minute from a tab in the background.
HEARD_WITHIN = timedelta(seconds=90)
#: More people than this are a number.
MOST_NAMED = 5


@dataclass(frozen=True)
class Presence:
    person: User
    since: datetime


def label_of(record):
    """Return the label of a record's kind, which its proxies share."""
    return record._meta.concrete_model._meta.label_lower


def oldest_heard(at):
    return at - HEARD_WITHIN


def find_others(record, *, person, at) -> list[Presence]:
    """Return the other people at the form of a record, the first one first: one query."""
    found = (
        FormPresence.objects.filter(
            record_model=label_of(record), record_pk=record.pk, seen_at__gte=oldest_heard(at)
        )
        .exclude(user=person)
        .select_related("user")
        .order_by("opened_at", "pk")[:MOST_NAMED]
    )
    return [Presence(row.user, row.opened_at) for row in found]
