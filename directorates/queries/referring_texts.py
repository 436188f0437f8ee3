"""Finds the texts of units that refer to records: which records a text names, and which texts name a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from directorates.models import Figure, Unit, UnitEdition
from directorates.models.records.edition import UPDATED_AT
from directorates.queries import visibility
from directorates.queries.references import figures_in, read
from directorates.rules.content import references

#: The fields of a unit that may hold references.
RICH_TEXTS, PLAIN_TEXTS = ("overview", "body"), ("summary",)

#: For more records than this, all texts with references are read instead of those that name one of them.
MOST_NAMES = 20


def find_in(content):
    """Return {field name: references} of a unit's texts, for the fields that have any."""
    found = {name: references.find_in_rich_text(getattr(content, name)) for name in RICH_TEXTS}
    found |= {name: references.find_in_plain_text(getattr(content, name)) for name in PLAIN_TEXTS}
    return {name: own for name, own in found.items() if own}


def read_for(*contents, at):
    """Return the facts of the references in the texts of units, their editions and drafts: at most one query.

    Each argument is a sequence of contents. Those of other records have no references.
    """
    found = [
        find_in(content) for some in contents for content in some if hasattr(content, "overview")
    ]
    return read({one for by_field in found for own in by_field.values() for one in own}, at=at)


def with_references(editions):
    """Return the editions of units whose texts have any reference."""
    return editions.filter(_texts_contain(["<span data-"], ("{figure ", "{unit ", "{count ")))


def naming(editions, records):
    """Return the editions of units whose texts name any of these units and figures, or count units below one.

    The texts are searched as they are stored. A few more editions may be found, as SQLite ignores letter case.
    """
    if len(records) > MOST_NAMES:
        return with_references(editions)
    condition = Q(pk__in=[])
    for record in records:
        name = record.identifier
        if isinstance(record, Figure):
            condition |= _texts_contain([f'<span data-figure="{name}"'], [f"{{figure {name} "])
            continue
        counts = [f'<span data-count="{one}" data-of="{name}"' for one in references.COUNTED]
        plain = [f"{{count {one} {name}" for one in references.COUNTED]
        condition |= _texts_contain(
            [f'<span data-unit="{name}"', *counts], [f"{{unit {name} ", *plain]
        )
    return editions.filter(condition)


def read_concerned(records, *, since):
    """Return the editions of units that end at `since` or later and whose texts concern these records: one query.

    Their texts name any of the records, or belong to one and have references.
    """
    units = [record for record in records if isinstance(record, Unit)]
    lasting = UnitEdition.objects.ending_since(since)
    return list(naming(lasting, records) | with_references(lasting.filter(unit__in=units)))


def figures_stated_in(editions):
    """Return the identifiers of the figures that the texts of units state: one query."""
    stating = with_references(editions).order_by().only("unit_id", *RICH_TEXTS, *PLAIN_TEXTS)
    return {one for unit in stating for one in figures_stated_by(unit)}


def figures_stated_by(unit):
    """Return the identifiers of the figures that the texts of a unit or its edition state."""
    return {one for wanted in find_in(unit).values() for one in figures_in(wanted)}


def naming_units(editions, unit_ids):
    """Return the editions of units whose texts name these units or their figures, given as primary keys."""
    units = Unit.objects.filter(pk__in=unit_ids)
    return naming(editions, [*units, *Figure.objects.filter(unit__in=unit_ids)])


def counting(editions):
    """Return the editions of units whose texts count units."""
    return editions.filter(
        _texts_contain(
            ["<span data-count="], [f"{{count {counted} " for counted in references.COUNTED]
        )
    )


def _texts_contain(spans, tokens):
    """Return the condition of texts with one of these beginnings of references.

    They begin with a rare character, because SQLite looks for the first one: three times as fast as for a letter.
    """
    condition = Q()
    for names, parts in ((RICH_TEXTS, spans), (PLAIN_TEXTS, tokens)):
        for name in names:
            for part in parts:
                condition |= Q(**{f"{name}__contains": part})
    return condition


@dataclass(frozen=True)
class FigureUpdates:
    """The last updates of the figures on a unit's pages, as times: its own, and those that its texts state by field."""

    own: datetime | None = None
    stated: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def on_page(self):
        """The times that count for the unit's own page."""
        return [self.own, *self.stated.values()]

    def in_fields(self, *names):
        """Return the times of the figures that these texts state."""
        return [self.stated[name] for name in names if name in self.stated]


class UpdatedFigure(NamedTuple):
    identifier: str
    unit_id: int
    updated_at: datetime


def read_figures(at):
    """Return an UpdatedFigure for each figure in force at `at`, the oldest record first: one query."""
    figures = visibility.public_figures(at).annotate(read_at=UPDATED_AT).order_by("figure_id")
    columns = ("figure__identifier", "unit_id", "read_at")
    return [UpdatedFigure(*row) for row in figures.values_list(*columns)]


def read_updates(figures, at):
    """Return {unit id: FigureUpdates} of the units with these figures or with texts that state any: one query."""
    by_identifier = {figure.identifier: figure.updated_at for figure in figures}
    own = {}
    for _, unit_id, updated_at in figures:
        own[unit_id] = max(updated_at, own.get(unit_id, updated_at))
    stating = with_references(visibility.public_units(at)).order_by()
    stated = {
        unit.unit_id: {
            name: max(times)
            for name, wanted in find_in(unit).items()
            if (times := [by_identifier[one] for one in figures_in(wanted) if one in by_identifier])
        }
        for unit in stating.only("unit_id", *RICH_TEXTS, *PLAIN_TEXTS)
    }
    return {
        unit_id: FigureUpdates(own.get(unit_id), stated.get(unit_id, {}))
        for unit_id in own.keys() | stated.keys()
    }
