"""Two published versions of a unit, compared for the public: a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from directorates.models import UnitContent, UnitEdition
from directorates.queries import referring_texts, visibility
from directorates.queries.differences import (
    LabeledDifference,
    ReferenceWords,
    labeled_differences,
)
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.unit_history import names_above

#: The name of a unit above that is withheld.
_WITHHELD = "A unit that is withheld from the public"
#: What staff arrange, which is no statement about the unit.
_LEFT_OUT = {"position", "is_on_overview", "closing_day_is_known", "parent"}


class UnknownVersionError(LookupError):
    """The unit is not public or has no such published version."""


@dataclass(frozen=True)
class Side:
    """A version: its number and the time at which it took effect, or None if the day is not known."""

    number: int
    at: datetime | None


@dataclass(frozen=True)
class VersionComparison:
    path: str
    unit: Link
    slug: str
    before: Side
    after: Side
    differences: tuple[LabeledDifference, ...]
    earlier_url: str
    later_url: str
    description: str


def get(*, at, of, before, after) -> VersionComparison | UnitEdition:
    """Compare two versions of the unit with the slug `of`, by their numbers: at most twelve queries.

    Only versions that have taken effect by `at` count. The earlier version comes first, whichever is named first.
    If the unit has another slug now, its edition in force is returned. Raises UnknownVersionError.
    """
    present = visibility.find_by_slug(of, at=at)
    if present is None:
        raise UnknownVersionError(f"no unit {of!r}")
    if present.slug != of:
        return present
    history = visibility.public_unit_history(at).filter(unit_id=present.unit_id)
    numbers = list(history.order_by("effective_from").values_list("number", flat=True))
    wanted = {_read(before), _read(after)}
    if len(wanted) != 2 or not wanted <= {*numbers}:
        raise UnknownVersionError(f"no two versions {before!r} and {after!r}")
    first, second = sorted(
        history.filter(number__in=wanted).annotate(**names_above()),
        key=lambda edition: edition.effective_from,
    )
    return VersionComparison(
        path=address(of, first.number, second.number),
        unit=Link(present.name, present.get_absolute_url()),
        slug=of,
        before=_side(first),
        after=_side(second),
        differences=_differences(first, second, at),
        earlier_url=_neighbor(of, numbers, numbers.index(first.number)),
        later_url=_neighbor(of, numbers, numbers.index(second.number) + 1),
        description=f"Two published versions of the page of {present.name}, word by word",
    )


def address(slug, before, after):
    query = urlencode({"of": slug, "from": before, "to": after})
    return f"{reverse('directorates:compare')}?{query}"


def _read(number):
    """Return a number of an address, in its one spelling, or None."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    return int(number) if is_number and not number.startswith("0") else None


def _side(edition):
    return Side(edition.number, edition.effective_from if edition.beginning_is_known else None)


def _neighbor(slug, numbers, place):
    """Return the address of the version at `place` compared with the one before, or ''."""
    if not 1 <= place < len(numbers):
        return ""
    return address(slug, numbers[place - 1], numbers[place])


def _differences(first, second, at):
    """Return the differences. References have the words that readers saw when each version took effect."""
    sides = (first, second)
    facts = [referring_texts.read_for([edition], at=edition.effective_from) for edition in sides]
    found = labeled_differences(
        UnitContent,
        *(_values(edition, at) for edition in sides),
        words=ReferenceWords(*facts, with_records=False),
    )
    return tuple(found)


def _values(edition, at):
    """Return {field name: value} of an edition, with the public names of other units: two queries.

    Working records are not read, because drafts may have other names.
    """
    values = {
        field.name: getattr(edition, field.name)
        for field in edition.content_fields()
        if field.name not in _LEFT_OUT
    }
    successors = visibility.public_units(at).filter(unit__in=edition.successors.values("pk"))
    return values | {
        "parent": (edition.above or _WITHHELD,) if edition.parent_id else (),
        "responsibilities": tuple(edition.responsibilities.values_list("phrase", flat=True)),
        "successors": tuple(successors.values_list("name", flat=True)),
    }
