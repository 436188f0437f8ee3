"""Texts for instants, people and contents on the staff pages."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.utils import timezone
from django_prose_editor.fields import ProseEditorField

from directorates.actions.auditing.auditing import COMMAND_LINE
from directorates.rules import date_rules
from directorates.rules.compare.blocks import BlockChange, compare_blocks
from directorates.rules.compare.fields import differences
from directorates.rules.compare.prose import Block, plain_block, prose_blocks
from directorates.rules.content import text
from directorates.rules.content.alphabet import sort_key
from directorates.rules.content.field_text import is_prose, written


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


@dataclass(frozen=True)
class DifferenceRow:
    """One change of a block, or a run of unchanged blocks."""

    change: BlockChange | None = None
    unchanged: tuple[Block, ...] = ()


@dataclass(frozen=True)
class LabeledDifference:
    """A field's label and the change of each block of its value."""

    name: str
    label: str
    changes: tuple[BlockChange, ...]

    @property
    def before(self):
        """The lines of the earlier side."""
        return tuple(str(change.before) for change in self.changes if change.before)

    @property
    def after(self):
        return tuple(str(change.after) for change in self.changes if change.after)

    @property
    def is_invisible(self):
        """Whether the sides have the same text and differ only in the markup."""
        return all(change.is_kept for change in self.changes)

    @property
    def rows(self):
        rows = []
        for is_kept, run in groupby(self.changes, key=attrgetter("is_kept")):
            if is_kept:
                rows.append(DifferenceRow(unchanged=tuple(change.after for change in run)))
            else:
                rows += [DifferenceRow(change) for change in run]
        return rows or [DifferenceRow()]


def labeled_differences(content_class, before, after):
    """Return the LabeledDifferences of two results of `content_of`."""
    found = []
    for difference in differences(before, after):
        field = content_class._meta.get_field(difference.name)
        label = text.capitalized(field.verbose_name)
        found.append(labeled_difference(field, label, difference.before, difference.after))
    return found


def labeled_difference(field, label, before, after):
    """Return the LabeledDifference of two values of a field."""
    changes = compare_blocks(
        _blocks(field, before), _blocks(field, after), by_words=is_prose(field)
    )
    return LabeledDifference(field.name, label, changes)


def _blocks(field, value):
    if value is None or value == "" or value == ():
        return ()
    if isinstance(value, tuple):
        return tuple(plain_block(line) for line in sorted(map(str, value), key=sort_key))
    if isinstance(field, ProseEditorField):
        return prose_blocks(value)
    if isinstance(value, datetime):
        return (plain_block(exact_moment(value)),)
    return (plain_block(written(field, value)),)
