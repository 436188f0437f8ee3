"""Labels that tell units with the same name apart."""

from collections import Counter, defaultdict

from django.db.models import OuterRef, Subquery

from directorates.models import UnitContent
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.rules.content.alphabet import sort_key


def find(editions, *, at, with_closed=False):
    """Return {unit id: label} of the open units that share their name with one of `editions`: at most two queries.

    A label is the name with the acronym. If labels are equal, the unit's parent is added. If they are still equal,
    the last part of the address is added. `with_closed` includes closed units.
    """
    keys = sorted({sort_key(one.name) for one in editions})
    names = Counter(_keys(keys=keys, at=at, with_closed=with_closed))
    shared = [name for name, units_with_it in names.items() if units_with_it > 1]
    if not shared:
        return {}
    parents = visibility.public_units(at).filter(unit_id=OuterRef("parent_id")).order_by()
    sharing = defaultdict(list)
    for row in (
        _units_named(shared, at, with_closed)
        .order_by("sort_key", "unit_id")
        .annotate(above=Subquery(parents.values("name")[:1]))
        .values_list("unit_id", "name", "acronym", "above", "slug")
    ):
        sharing[sort_key(row[1])].append(row)
    return {unit_id: label for rows in sharing.values() for unit_id, label in _labels(rows)}


def _units_named(keys, at, with_closed):
    units = visibility.public_units(at) if with_closed else visibility.open_units(at)
    # Name every kind, because the index begins with the kind.
    return units.filter(kind__in=UnitContent.Kind.values, sort_key__in=keys)


@prepared
def _keys(keys, at, with_closed):
    return _units_named(keys, at, with_closed).order_by().values_list("sort_key", flat=True)


def label_of(edition, found):
    """Return an edition's name, or its label in `found` if others have the same name."""
    return found.get(edition.unit_id, edition.name)


def _labels(rows):
    acronyms = Counter(acronym.casefold() for _, _, acronym, _, _ in rows)
    labels = {}
    for unit_id, name, acronym, above, _ in rows:
        labels[unit_id] = f"{name} ({acronym})" if acronym else name
        if above and acronyms[acronym.casefold()] > 1:
            labels[unit_id] += f", part of {above}"
    alike = Counter(label.casefold() for label in labels.values())
    for unit_id, _, _, _, slug in rows:
        is_alone = alike[labels[unit_id].casefold()] == 1
        yield unit_id, labels[unit_id] if is_alone else with_address(labels[unit_id], slug)


def with_address(label, slug):
    """Return a label with the last part of the unit's address, which no other unit has."""
    return f"{label} ({slug})"
