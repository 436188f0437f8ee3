"""What tells units of one name apart, wherever they are named."""

from collections import Counter, defaultdict

from django.db.models import OuterRef, Subquery

from directorates.models import UnitContent
from directorates.queries import visibility
from directorates.rules.content.alphabet import sort_key


def find(editions=None, *, at):
    """Return {unit id: label} of the open units that share their name with another: one query.

    A label is the name with the acronym; where that is the same too, with what the unit is part of. Only
    names that these editions have are looked for, or else all.
    """
    parents = visibility.public_units(at).filter(unit_id=OuterRef("parent_id")).order_by()
    units = visibility.open_units(at).order_by("sort_key", "unit_id")
    if editions is not None:
        names = {sort_key(edition.name) for edition in editions}
        # Every kind is named, because the index begins with it.
        units = units.filter(kind__in=UnitContent.Kind.values, sort_key__in=names)
    sharing = defaultdict(list)
    for row in units.annotate(above=Subquery(parents.values("name")[:1])).values_list(
        "unit_id", "name", "acronym", "above"
    ):
        sharing[sort_key(row[1])].append(row)
    return {
        unit_id: label
        for rows in sharing.values()
        if len(rows) > 1
        for unit_id, label in _labels(rows)
    }


def label_of(edition, found):
    """Return an edition's name, or what tells it from others of that name."""
    return found.get(edition.unit_id, edition.name)


def _labels(rows):
    acronyms = Counter(acronym.casefold() for _, _, acronym, _ in rows)
    for unit_id, name, acronym, above in rows:
        label = f"{name} ({acronym})" if acronym else name
        if above and acronyms[acronym.casefold()] > 1:
            label = f"{label}, part of {above}"
        yield unit_id, label
