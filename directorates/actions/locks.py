"""The only place that takes locks on rows, in one order for all actions, so that none ends in a deadlock.

The order is that of `order`, and within a table that of the primary keys:

1. the publications, which is the row of the generation counter;
2. what takes effect at once: the site settings, the responsibilities;
3. change sets, then governed records in the order in which their kinds are registered;
4. links, then accounts and what they sign in with.

An action takes what comes first before what comes later, or has it already. On SQLite a transaction has the
one write lock from its beginning, and nothing here asks for more.
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
    """Let publications, and whatever else the public sees at once, wait for each other."""
    if not rows(Generation.objects.filter(pk=1)):
        # Gone, as after a flush. Whoever else makes it too is waited for.
        Generation.objects.bulk_create([Generation(pk=1)], ignore_conflicts=True)
        rows(Generation.objects.filter(pk=1))


def change_set(change_set):
    """Lock a change set, and return it as it stands now. Raises DeletedMeanwhileError."""
    return row(ChangeSet.objects.filter(pk=change_set.pk))


def records(records, *, to_delete=False):
    """Lock working records and return them as they stand now, in the order in which they were given.

    Raises DeletedMeanwhileError.
    """
    locked = {}
    for governed in GOVERNED:
        model = governed.model
        pks = [record.pk for record in records if _concrete(record) is model]
        if pks:
            found = rows(model._base_manager.filter(pk__in=pks), to_delete=to_delete)
            locked |= {(model, row.pk): row for row in found}
    for record in records:
        if (_concrete(record), record.pk) not in locked:
            raise DeletedMeanwhileError.of(record)
    return [locked[_concrete(record), record.pk] for record in records]


def row(queryset):
    """Lock the one row of a queryset, and return it as it stands now. Raises DeletedMeanwhileError."""
    found = rows(queryset)
    if not found:
        name = queryset.model._meta.verbose_name
        raise DeletedMeanwhileError(
            f"This {name} was deleted by someone else meanwhile. Nothing was saved."
        )
    return found[0]


def rows(queryset, *, to_delete=False):
    """Lock rows of one table of `order`, and return them as they stand now, by their primary keys.

    A lock for a change lets others refer to the row meanwhile; one for a deletion does not.
    """
    if queryset.model._meta.concrete_model not in order():
        raise ValueError(f"Give {queryset.model.__name__} its place in the order of locks.")
    locked = queryset.select_for_update(no_key=not to_delete, of=("self",))
    return list(locked.order_by("pk"))


def _concrete(record):
    return type(record)._meta.concrete_model
