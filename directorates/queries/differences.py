"""The differences of two contents of a record, field by field, with the labels that people read."""

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django_prose_editor.fields import ProseEditorField

from directorates.rules.compare.blocks import BlockChange, compare_blocks
from directorates.rules.compare.fields import differences
from directorates.rules.compare.prose import Block, plain_block, prose_blocks
from directorates.rules.content import references, text
from directorates.rules.content.alphabet import sort_key
from directorates.rules.content.field_text import is_prose, written
from directorates.rules.content.reference_words import ComparisonWriter, Facts


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


@dataclass(frozen=True)
class ReferenceWords:
    """The facts that give the references of each side their words.

    `with_records`: say after the words which record they come from, so staff see a change of the reference itself.
    """

    before: Facts = field(default_factory=Facts)
    after: Facts = field(default_factory=Facts)
    with_records: bool = True


def labeled_differences(content_class, before, after, *, write=written, words=None):
    """Return the LabeledDifferences of two contents, {field name: value}; relations as tuples.

    `write` turns a field and a value that is no rich text into a line. `words` gives references their words.
    """
    found = []
    for difference in differences(before, after):
        field = content_class._meta.get_field(difference.name)
        label = text.capitalized(field.verbose_name)
        sides = difference.before, difference.after
        found.append(labeled_difference(field, label, *sides, write=write, words=words))
    return found


def labeled_difference(field, label, before, after, *, write=written, words=None):
    """Return the LabeledDifference of two values of a field."""
    words = words or ReferenceWords()
    changes = compare_blocks(
        _blocks(field, before, write, words.before, words.with_records),
        _blocks(field, after, write, words.after, words.with_records),
        by_words=is_prose(field),
    )
    return LabeledDifference(field.name, label, changes)


def _blocks(field, value, write, facts, with_records):
    if value is None or value == "" or value == ():
        return ()
    if isinstance(value, tuple):
        return tuple(plain_block(line) for line in sorted(map(str, value), key=sort_key))
    words = ComparisonWriter(facts, with_records=with_records)
    if isinstance(field, ProseEditorField):
        return prose_blocks(references.write_rich_text(value, words.markup))
    line = write(field, value)
    return (plain_block(references.write_plain_text(line, words) if is_prose(field) else line),)
