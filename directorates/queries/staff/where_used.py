"""The uses of a record: the records that name it, its change sets and its public pages.

Each takes a fixed number of queries, for any size of the organization.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from directorates.models import (
    AuditEntry,
    ChangeSet,
    Figure,
    Responsibility,
    Unit,
)
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.queries import assignments, visibility
from directorates.queries.pages.page_parts import Link
from directorates.queries.staff import shown_pages

#: The most uses of a group. After them comes a link to the full list.
MOST_ENTRIES = 10

#: The parameter of a change list with the uses of one record, like `uses=below-12`.
PARAMETER = "uses"


@dataclass(frozen=True)
class Relation:
    """The `field` by which records of `model` name a `target`. For change sets, which hold the target, it is ''."""

    name: str
    target: type
    model: type
    field: str
    heading: str
    #: Whether past editions count too.
    with_past: bool = False

    @property
    def list_url(self):
        return reverse(f"admin:directorates_{self.model._meta.model_name}_changelist")


def relations():
    """Return all relations, in the order of the groups on a page."""
    return (
        Relation("below", Unit, Unit, "parent", "Units below it"),
        *(
            Relation(
                governed.held_name,
                Unit,
                governed.model,
                governed.place,
                f"Its {governed.plural_name}",
            )
            for governed in GOVERNED
            if not governed.is_unit
        ),
        Relation("successor", Unit, Unit, "successors", "Units that name it as a successor"),
        *(
            Relation(
                f"{governed.name}-sets",
                governed.model,
                ChangeSet,
                "",
                "Change sets that hold it or held it",
            )
            for governed in GOVERNED
        ),
        Relation(
            "responsibility",
            Responsibility,
            Unit,
            "responsibilities",
            "Units that have it or had it",
            with_past=True,
        ),
    )


def find_relation(name):
    """Return the relation of this name, or None."""
    return next((relation for relation in relations() if relation.name == name), None)


@dataclass(frozen=True)
class Use:
    """One record that names the target. `when` says by which version: its draft or an edition."""

    name: str
    url: str
    when: str


@dataclass(frozen=True)
class UseGroup:
    id: str
    heading: str
    uses: tuple[Use, ...]
    total: int
    all_url: str

    @property
    def others(self):
        """The number of hidden uses as text, or ''."""
        hidden = self.total - len(self.uses)
        return f"and {hidden:,} more" if hidden else ""


@dataclass(frozen=True)
class WhereUsed:
    """`pages` are public pages, or None if this kind of record has none."""

    groups: tuple[UseGroup, ...]
    pages: tuple[Link, ...] | None


def of_unit(unit, *, user, at) -> WhereUsed:
    """Return the uses of a unit: at most thirteen queries."""
    return WhereUsed(_groups(unit, Unit, user, at), shown_pages.of_unit(unit, at))


def of_record(record, *, user, at) -> WhereUsed:
    """Return the uses of a record of a unit: at most six queries. Of these records, pages show only figures."""
    governed = find_governed(record)
    units = _group_of_units(governed, record, at) if visibility.can_see_drafts(user) else ()
    pages = shown_pages.of_figure(record, at) if governed.model is Figure else None
    return WhereUsed((*units, *_groups(record, governed.model, user, at)), pages)


def of_responsibility(responsibility, *, user, at) -> WhereUsed:
    """Return the units that have a responsibility or had it: two queries."""
    return WhereUsed(_groups(responsibility, Responsibility, user, at), None)


def find(relation, pk, *, at):
    """Return the records that name the target `pk`, annotated with which of their versions name it.

    Withdrawn editions do not count.
    """
    if relation.model is ChangeSet:
        return ChangeSet.objects.filter(_holds_or_held(relation.target, pk))
    edition_model = find_governed(relation.model).edition_model
    record = edition_model.record_field
    drafts = relation.model.objects.filter(**{relation.field: pk}).order_by()
    editions = edition_model.objects.filter(**{relation.field: pk}).order_by()
    counted = editions.not_withdrawn() if relation.with_past else editions.active_after(at)
    return _with_times(
        relation.model.objects.filter(
            Q(pk__in=drafts.values("pk")) | Q(pk__in=counted.values(record))
        ),
        drafts=drafts.filter(pk=OuterRef("pk")),
        editions=editions.filter(**{record: OuterRef("pk")}),
        at=at,
    )


def _holds_or_held(target, pk):
    """Return the condition of sets that hold a record, made an edition of it, or released it (audit trail)."""
    editions = find_governed(target).edition_model
    holding = target.objects.filter(pk=pk)
    made = editions.objects.of_records([pk]).order_by()
    entries = AuditEntry.objects.filter(
        record_model=target._meta.label_lower, record_pk=str(pk)
    ).order_by()
    condition = Q()
    for rows in (holding, made, entries):
        condition |= Q(pk__in=rows.values("change_set"))
    return condition


def _with_times(records, *, drafts, editions, at):
    return records.annotate(
        is_in_draft=Exists(drafts),
        is_in_force=Exists(editions.in_force(at)),
        is_scheduled=Exists(editions.scheduled(at)),
        is_past=Exists(editions.ended(at)),
    )


def _groups(record, target, user, at):
    return tuple(
        _group(
            relation.name,
            relation.heading,
            find(relation, record.pk, at=at),
            f"{relation.list_url}?{urlencode({PARAMETER: f'{relation.name}-{record.pk}'})}",
        )
        for relation in relations()
        if relation.target is target and visibility.can_see(user, relation.model)
    )


def _group(name, heading, records, all_url):
    return UseGroup(
        name,
        heading,
        tuple(_use(record) for record in records[:MOST_ENTRIES]),
        records.count(),
        all_url,
    )


def _group_of_units(governed, record, at):
    """Return the unit that a record belongs to, or two units if a draft or a schedule moves it."""
    editions = governed.edition_model.objects.of_records([record.pk]).order_by()
    units = Unit.objects.filter(
        Q(pk=assignments.place_of(record))
        | Q(pk__in=editions.active_after(at).values(governed.place))
    )
    units = _with_times(
        units,
        drafts=governed.model.objects.filter(pk=record.pk, **{governed.place: OuterRef("pk")}),
        editions=editions.filter(**{governed.place: OuterRef("pk")}),
        at=at,
    )
    url = reverse("admin:directorates_unit_changelist")
    return (_group("unit", "The unit whose page shows it", units, url),)


def _use(record):
    if isinstance(record, ChangeSet):
        return Use(str(record), record.get_absolute_url(), record.get_state_display().lower())
    url = reverse(f"admin:directorates_{record.page_name}_change", args=[record.pk])
    return Use(str(record), url, _when(record))


def _when(record):
    if record.is_in_force:
        times = ["in force" if record.is_in_draft else "in force, no longer in the draft"]
    else:
        times = ["in the draft"] if record.is_in_draft and not record.is_scheduled else []
    times += ["scheduled"] if record.is_scheduled else []
    # Show the past only if the target is not named now.
    times += ["in the past"] if record.is_past and not times else []
    return " and ".join(times)
