"""The differences of two contents of a record, field by field, with the labels that people read."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django_prose_editor.fields import ProseEditorField

from directorates.rules.compare.blocks import BlockChange, compare_blocks
from directorates.rules.compare.fields import differences
from directorates.rules.compare.prose import Block, plain_block, prose_blocks
from directorates.rules.content import text
from directorates.rules.content.alphabet import sort_key
from directorates.rules.content.field_text import is_prose, written


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


def labeled_differences(content_class, before, after, *, write=written):
    """Return the LabeledDifferences of two contents, {field name: value}; relations as tuples.

    `write` turns a field and a value that is no rich text into a line.
    """
    found = []
    for difference in differences(before, after):
        field = content_class._meta.get_field(difference.name)
        label = text.capitalized(field.verbose_name)
        sides = difference.before, difference.after
        found.append(labeled_difference(field, label, *sides, write=write))
    return found


def labeled_difference(field, label, before, after, *, write=written):
    """Return the LabeledDifference of two values of a field."""
    changes = compare_blocks(
        _blocks(field, before, write), _blocks(field, after, write), by_words=is_prose(field)
    )
    return LabeledDifference(field.name, label, changes)


def _blocks(field, value, write):
    if value is None or value == "" or value == ():
        return ()
    if isinstance(value, tuple):
        return tuple(plain_block(line) for line in sorted(map(str, value), key=sort_key))
    if isinstance(field, ProseEditorField):
        return prose_blocks(value)
    return (plain_block(write(field, value)),)
