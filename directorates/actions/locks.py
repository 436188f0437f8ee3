"""Locks on rows, taken only here and in one order for all actions, which prevents deadlocks.

`order` lists the tables. Within a table the primary keys give the order:

1. The publications: the row of the generation counter.
2. Records that take effect at once: the site settings, the responsibilities.
3. Change sets, then governed records in the order in which their kinds are registered.
4. Links, then accounts, groups and authenticators.

An action takes its locks in this order. On SQLite a transaction holds the only write lock from its beginning.
"""

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from directorates.actions import collisions
from directorates.actions.refusals import DeletedMeanwhileError
from directorates.models import (
    ChangeSet,
    Generation,
    PreviewLink,
    Responsibility,
    SiteSettings,
)
from directorates.models.records.governed import GOVERNED

#: Every action is one transaction, which is tried once more if the database gave it up for another.
atomic = collisions.atomic


def order():
    """Return the models whose rows may be locked, in the order of the locks."""
    return (
        *(Generation, SiteSettings, Responsibility, ChangeSet),
        *(governed.model for governed in GOVERNED),
        *(PreviewLink, get_user_model(), Group, Authenticator),
    )


def publications():
    """Let publications, and other changes that the public sees at once, wait for each other."""
    if not rows(Generation.objects.filter(pk=1)):
        # A flush deletes the row. This insert waits for another process that inserts it too.
        Generation.objects.bulk_create([Generation(pk=1)], ignore_conflicts=True)
        rows(Generation.objects.filter(pk=1))


def change_set(change_set):
    """Lock a change set and return its current row. Raises DeletedMeanwhileError."""
    return row(ChangeSet.objects.filter(pk=change_set.pk))


def records(records, *, to_delete=False):
    """Lock working records and return their current rows, in the order in which they were given.

    Raises DeletedMeanwhileError.
    """
    locked = {}
    for governed in GOVERNED:
        if pks := [record.pk for record in governed.among(records)]:
            found = rows(governed.model._base_manager.filter(pk__in=pks), to_delete=to_delete)
            # A proxy of a record equals the record.
            locked |= {row: row for row in found}
    for record in records:
        if record not in locked:
            raise DeletedMeanwhileError.of(record)
    return [locked[record] for record in records]


def row(queryset):
    """Lock the only row of a queryset and return its current values. Raises DeletedMeanwhileError."""
    found = rows(queryset)
    if not found:
        name = queryset.model._meta.verbose_name
        raise DeletedMeanwhileError(
            f"This {name} was deleted by someone else meanwhile. Nothing was saved."
        )
    return found[0]


def rows(queryset, *, to_delete=False):
    """Lock rows of one table of `order` and return their current values, by primary key.

    A lock for a change lets other rows refer to the row meanwhile; a lock for a deletion does not.
    """
    if queryset.model._meta.concrete_model not in order():
        raise ValueError(f"Give {queryset.model.__name__} its place in the order of locks.")
    locked = queryset.select_for_update(no_key=not to_delete, of=("self",))
    return list(locked.order_by("pk"))
