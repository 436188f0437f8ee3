"""The units on one page of a list, under their letters or under the units above them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby

from directorates.models import unit_url
from directorates.queries import visibility
from directorates.queries.pages import namesakes, page_text, unit_rows
from directorates.queries.pages.page_parts import Link
from directorates.rules.content import lines
from directorates.rules.content.telling_words import split_name

#: The columns of units that a list reads.
COLUMNS = (
    *("unit_id", "parent_id", "kind", "role", "slug", "name", "sorted_under", "acronym", "summary"),
    *("is_closed", "effective_from", "approved_at"),
)


@dataclass(frozen=True)
class UnitLine:
    """A unit of a list. Its name is `before`, `telling` and `after`; the list sorts by the telling part."""

    before: str
    telling: str
    after: str
    acronym: str
    role: str
    part_of: str
    summary: str
    url: str
    is_closed: bool
    successors: tuple[Link, ...]

    @property
    def name(self):
        return f"{self.before}{self.telling}{self.after}"


@dataclass(frozen=True)
class UnitGroup:
    """Units under one heading: a letter with its anchor, or the unit above them with its address.

    `above` are links to the units above the heading's unit, from the top. A unit above that is withheld has no
    name.
    """

    name: str
    url: str
    units: tuple[UnitLine, ...]
    anchor: str = ""
    above: tuple[Link, ...] = ()
    is_below_withheld: bool = False


class PageOfUnits:
    """The editions of the rows on a page, with the units that they name: at most six queries.

    If their summaries have references, one more reads these.
    """

    def __init__(self, rows, everything, at):
        self._rows = rows
        self._by_unit = {row.unit_id: row for row in everything}
        editions = visibility.public_units(at).filter(pk__in=[row.pk for row in rows])
        self._editions = {edition.pk: edition for edition in editions.only("pk", *COLUMNS)}
        self._summaries = page_text.shown_summaries(self._editions.values(), at=at)
        self._successors = _find_successors([row.pk for row in rows if row.is_closed], at)
        self._above = self._find_above(at)

    @property
    def updated_at(self):
        return max((edition.updated_at for edition in self._editions.values()), default=None)

    def by_letter(self, *, with_parent):
        """Return the units under their letters. `with_parent` adds the unit above to each line."""
        return tuple(
            UnitGroup(letter, "", self._lines(rows, with_parent), unit_rows.anchor_of(letter))
            for letter, rows in groupby(self._rows, key=lambda row: row.letter)
        )

    def by_parent(self):
        """Return the units under the units above them. The rows must be in the order of the tree."""
        groups = []
        for parent_id, rows in groupby(self._rows, key=lambda row: row.parent_id):
            own = list(rows)
            heading = self._above.get(parent_id, Link("", ""))
            path = unit_rows.path_above(own[0], self._by_unit)[:-1]
            above = tuple(self._above[unit_id] for unit_id in path if unit_id in self._above)
            groups.append(
                UnitGroup(
                    name=heading.text,
                    url=heading.url,
                    units=self._lines(own, False),
                    above=above,
                    is_below_withheld=parent_id is not None and parent_id not in self._by_unit,
                )
            )
        return tuple(groups)

    def _find_above(self, at):
        """Return {unit id: link} of all units above the units on the page."""
        ids = {above for row in self._rows for above in unit_rows.path_above(row, self._by_unit)}
        columns = ("unit_id", "kind", "slug", "name", "acronym")
        editions = list(visibility.public_units(at).filter(unit_id__in=ids).only(*columns))
        found = namesakes.find(editions, at=at)
        return {
            edition.unit_id: Link(namesakes.label_of(edition, found), edition.get_absolute_url())
            for edition in editions
        }

    def _lines(self, rows, with_parent):
        """Return the lines of rows. If two look the same, their names get the last part of the unit's address."""
        rows = list(rows)
        editions = [self._editions[row.pk] for row in rows if row.pk in self._editions]
        made = [self._line(edition, with_parent) for edition in editions]
        alike = Counter(map(_looks, made))
        return tuple(
            replace(line, after=f"{line.after} ({edition.slug})")
            if alike[_looks(line)] > 1
            else line
            for line, edition in zip(made, editions, strict=True)
        )

    def _line(self, edition, with_parent):
        before, telling, after = split_name(edition.name, edition.sorted_under)
        above = self._above.get(edition.parent_id)
        return UnitLine(
            before=before,
            telling=telling,
            after=after,
            acronym=edition.acronym,
            role=edition.role_and_kind,
            part_of=above.text if above and with_parent else "",
            summary=self._summaries[edition.summary],
            url=unit_url(edition.kind, edition.slug),
            is_closed=edition.is_closed,
            successors=self._successors.get(edition.pk, ()),
        )


def _looks(line):
    return lines.fold(line.name), line.acronym.casefold(), line.part_of


def _find_successors(edition_pks, at):
    """Return {pk of a closed edition: links to its unit's successors}: two queries, or none without editions."""
    if not edition_pks:
        return {}
    named = visibility.public_units(at).filter(pk__in=edition_pks, successors__isnull=False)
    pairs = list(named.order_by("pk").values_list("pk", "successors"))
    units = visibility.public_units(at).filter(unit_id__in={unit_id for _, unit_id in pairs})
    links = {
        unit.unit_id: Link(unit.name, unit.get_absolute_url())
        for unit in units.only("unit_id", "kind", "slug", "name")
    }
    successors = defaultdict(tuple)
    for pk, unit_id in pairs:
        successors[pk] += (links[unit_id],) if unit_id in links else ()
    return successors
