"""Texts for instants, people and contents on the staff pages."""

from datetime import datetime

from django.utils import timezone

from directorates.actions.auditing.auditing import COMMAND_LINE
from directorates.queries import differences
from directorates.queries.differences import ReferenceWords
from directorates.rules import date_rules
from directorates.rules.content.field_text import written


def moment(instant):
    """Write an instant in the current time zone, with the time unless it is midnight."""
    local = timezone.localtime(instant)
    day = f"{local:%B} {local.day}, {local.year}"
    if (local.hour, local.minute) == (0, 0):
        return day
    return f"{day} at {local:%I:%M %p}".replace(" at 0", " at ")


def short_day(instant):
    """Write the day of an instant for a column of a list, for example "Nov 24, 2026"."""
    local = timezone.localtime(instant)
    return f"{local:%b} {local.day}, {local.year}"


def day_and_time(instant):
    """Write an instant with its time, for a button. The page names the zone elsewhere."""
    local = timezone.localtime(instant)
    clock = f"{local:%I:%M %p}".removeprefix("0")
    return f"{local:%B} {local.day}, {local.year} at {clock}"


def clock(instant):
    """Write the time of an instant, for example "10:42 AM". The reader knows that it was today."""
    local = timezone.localtime(instant)
    return f"{local:%I:%M %p}".removeprefix("0")


def exact_moment(instant):
    """Write an instant with its time and zone. If the clocks show the hour twice, the text says which one."""
    local, zone = timezone.localtime(instant), timezone.get_current_timezone_name()
    shown = local.replace(tzinfo=None, fold=0, microsecond=0)
    comes_twice = date_rules.choices_of(shown, timezone.get_current_timezone())
    which = f"{local:%Z}, " if comes_twice else ""
    return f"{day_and_time(instant)} ({which}{zone})"


def effect_once_approved(instant):
    """Write when a change takes effect after its approval; None means at once."""
    if instant is None:
        return "It takes effect as soon as it is approved."
    return f"It takes effect on {exact_moment(instant)}, if it is approved by then."


def submission_message(change_set):
    """Return the message after a change set was submitted for review."""
    effect = effect_once_approved(change_set.effective_from)
    return f"Submitted for review: “{change_set}”. {effect}"


def person(user):
    return (user.get_full_name() or user.get_username()) if user else COMMAND_LINE


def content_of(record):
    """Return {field name: value} of a working record or an edition; relations as tuples of records.

    Two queries for a unit and none for a figure, plus unread foreign keys; none if prefetched.
    """
    values = {field.name: getattr(record, field.name) for field in record.content_fields()}
    for relation in record.content_relations():
        values[relation.name] = sorted_records(getattr(record, relation.name).all())
    return values


def sorted_records(records):
    """Return records as a tuple that is the same for every order of the records."""
    return tuple(sorted(records, key=lambda record: record.pk))


def labeled_differences(content_class, before, after, *, facts):
    """Return the LabeledDifferences of two results of `content_of`. `facts` gives references their words."""
    words = ReferenceWords(facts, facts)
    return differences.labeled_differences(
        content_class, before, after, write=_written, words=words
    )


def labeled_difference(field, label, before, after, *, facts):
    """Return the LabeledDifference of two values of a field. `facts` gives references their words."""
    words = ReferenceWords(facts, facts)
    return differences.labeled_difference(field, label, before, after, write=_written, words=words)


def _written(field, value):
    return exact_moment(value) if isinstance(value, datetime) else written(field, value)
