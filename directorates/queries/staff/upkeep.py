"""Which published records are due for a review, and whom this concerns. One query for each kind of record and list.

A record is due when its interval has passed since its last review or, without one, since the public could first
read it. A saved draft or a new version moves no day. Closed units, and figures of closed units, are never due.

A due record concerns its owner: the person, or the people with its role who work on its unit. Without an owner who
still works here, it concerns everybody who works on its unit. An overdue record also concerns those who may publish
it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from directorates.models import RecordReview, UnitEdition
from directorates.models.records.edition import UPDATED_AT
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.models.records.working_record import WorkingRecord
from directorates.queries import assignments, permissions, visibility
from directorates.rules import local_time, upkeep


@dataclass(frozen=True)
class DueRecord:
    """A record that is due. `label` is its public name: mails must not tell what a draft says."""

    record: WorkingRecord
    label: str
    owner: str
    reviewed_at: datetime | None
    due_on: date
    is_overdue: bool


@dataclass(frozen=True)
class DueList:
    """The first of the due records, the latest first, and how many there are in all."""

    records: tuple[DueRecord, ...] = ()
    total: int = 0

    def __bool__(self):
        return bool(self.records)

    @property
    def more(self):
        return self.total - len(self.records)


NOTHING_DUE = DueList()
#: So many keys are named in a query. Above, the database looks through all records again.
_MOST_KEYS = 500


@dataclass(frozen=True)
class Upkeep:
    """The upkeep of one record. `edition` is the one in force, or None; `due_on` is None if it is never due.

    `reviews` are the newest, the newest first.
    """

    edition: object | None
    reviews: tuple[RecordReview, ...]
    reviewed_at: datetime | None
    due_on: date | None
    is_due: bool
    owner: str
    interval: str


def find_own(user, *, at, most, due=None) -> DueList:
    """Return the due records that concern a person as an owner, or because nobody else owns them.

    `due` is what `find_due` returned: who asks for several lists need not look through all records for each.
    """
    return _listed(user, at, most, lambda governed: _is_own(governed, user, at), due)


def find_overdue_of_others(user, *, at, most, due=None) -> DueList:
    """Return the overdue records of other owners that a person may publish."""

    def concerns(governed):
        if not permissions.may(user, "publish", governed.model):
            return None
        is_overdue = _is_counted_from_before(governed, "overdue_before", at)
        return is_overdue & _works_on(governed, user, at) & ~_is_own(governed, user, at)

    return _listed(user, at, most, concerns, due)


def find_due(*, at) -> dict:
    """Return {governed kind: the keys of the editions in force of the records that are due}: a query each."""
    found = {}
    for governed in GOVERNED:
        editions = governed.edition_model.objects.in_force(at).order_by()
        found[governed] = list(_only_due(governed, editions, at).values_list("pk", flat=True))
    return found


def find_all(user, *, at, most) -> DueList:
    """Return all due records, whomever they concern, for people who may see them."""
    return _listed(user, at, most, lambda governed: Q())


def get(record, *, at, most_reviews) -> Upkeep:
    """Return the upkeep of a record: three queries."""
    governed = find_governed(record)
    editions = _with_days(governed, governed.edition_model.objects.in_force(at), at)
    edition = editions.filter(**{governed.record_field: record}).first()
    reviews = RecordReview.objects.of_kind(governed.model).filter(record_pk=record.pk)
    months = governed.months_between_reviews(record)
    due_on = None
    if edition is not None and not edition.is_of_closed_unit:
        due_on = upkeep.months_after(local_time.day_of(edition.counted_from), months)
    return Upkeep(
        edition=edition,
        reviews=tuple(reviews.made_by_then(at).select_related("by")[:most_reviews]),
        reviewed_at=edition.reviewed_at if edition else None,
        due_on=due_on,
        is_due=due_on is not None and due_on <= local_time.day_of(at),
        owner=_owner_of(record),
        interval=upkeep.interval(months),
    )


def _listed(user, at, most, concerns, due=None):
    """Return the DueList of the records for which the Q of `concerns(governed)` holds; None means none."""
    found, total = [], 0
    for governed in GOVERNED:
        if due is not None and not due[governed]:
            continue
        condition = concerns(governed) if visibility.can_see(user, governed.model) else None
        if condition is None:
            continue
        rows = _due(governed, at).filter(condition).order_by("-waited", "pk")
        if due is not None and len(due[governed]) <= _MOST_KEYS:
            rows = rows.filter(pk__in=due[governed])
        rows = list(rows[:most])
        found += [(row.waited, _due_record(governed, row, at)) for row in rows]
        total += rows[0].together if rows else 0
    found.sort(key=lambda one: one[0], reverse=True)
    return DueList(tuple(record for _, record in found[:most]), total)


def _due(governed, at):
    """Return the editions in force of the records of a kind that are due."""
    today = local_time.day_of(at)
    record = governed.record_field
    editions = _with_days(governed, governed.edition_model.objects.in_force(at), at)
    return (
        _only_due(governed, editions, at)
        .annotate(
            overdue_before=_counted_before(
                governed, upkeep.months_before(today, upkeep.MONTHS_OF_GRACE)
            ),
        )
        .annotate(
            waited=ExpressionWrapper(
                F("due_before") - F("counted_from"), output_field=DurationField()
            ),
            together=Window(Count("pk")),
        )
        .select_related(record, f"{record}__upkeep_owner", f"{record}__upkeep_role")
        .only(*_columns(governed))
        .order_by()
    )


def _only_due(governed, editions, at):
    """Return those of the editions in force whose records are due, with `due_before`."""
    return editions.annotate(
        due_before=_counted_before(governed, local_time.day_of(at)),
        is_of_closed_unit=_is_of_closed_unit(governed, at),
    ).filter(_is_counted_from_before(governed, "due_before", at), is_of_closed_unit=False)


def _is_of_closed_unit(governed, at):
    if governed.is_unit:
        return F("is_closed")
    closed_units = UnitEdition.objects.in_force(at).filter(is_closed=True)
    return Exists(closed_units.filter(unit=OuterRef(governed.place_id)))


def _columns(governed):
    """Return the columns that a DueRecord needs. The texts of all due records would take a second to sort."""
    record = governed.record_field
    kept = ("identifier", *(field.name for field in governed.model.upkeep_fields()))
    owner = ("first_name", "last_name", "username")
    return (
        *governed.edition_model.label_fields,
        *(f"{record}__{name}" for name in kept),
        *(f"{record}__upkeep_owner__{name}" for name in owner),
        f"{record}__upkeep_role__name",
    )


def _with_days(governed, editions, at):
    """Annotate `reviewed_at`, `counted_from` (from when the interval runs) and `is_of_closed_unit`."""
    own = governed.edition_model.objects.started(at).filter(
        **{governed.record_field: OuterRef(governed.record_id)}
    )
    first = own.annotate(first_read_at=UPDATED_AT).order_by("first_read_at")
    return visibility.with_last_review(editions, at=at).annotate(
        counted_from=Coalesce(
            F("reviewed_at"),
            Subquery(first.values("first_read_at")[:1]),
            output_field=DateTimeField(),
        ),
        is_of_closed_unit=_is_of_closed_unit(governed, at),
    )


def _is_counted_from_before(governed, name, at):
    """Return a Q: `counted_from` is before the annotated instant `name`.

    It asks whether there is such a row, which is quicker than finding the first or the last row of each record.
    """
    reviews = RecordReview.objects.of_kind(governed.model).made_by_then(at)
    reviews = reviews.filter(record_pk=OuterRef(governed.record_id))
    read_before = governed.edition_model.objects.read_before(OuterRef(name)).filter(
        **{governed.record_field: OuterRef(governed.record_id)}
    )
    return ~Exists(reviews.filter(at__gte=OuterRef(name))) & (Exists(read_before) | Exists(reviews))


def _counted_before(governed, day):
    """Return an expression: the instant before which an interval that has passed by `day` began."""
    record = governed.record_field

    def instant(months):
        return Value(local_time.begin_of(upkeep.months_before(day, months) + timedelta(days=1)))

    own = [When(**{f"{record}__upkeep_months": m}, then=instant(m)) for m in upkeep.MONTHS]
    usual = [
        When(**{f"{record}__upkeep_risk": risk}, then=instant(months))
        for risk, months in governed.usual_months.items()
    ]
    return Case(*own, *usual, output_field=DateTimeField())


def _is_own(governed, user, at):
    record = governed.record_field
    is_owner = Q(**{f"{record}__upkeep_owner": user})
    if not permissions.may_confirm_kind(user, governed.model):
        return is_owner
    has_role = Q(**{f"{record}__upkeep_role__in": user.groups.order_by().values("pk")})
    return is_owner | _works_on(governed, user, at) & (has_role | _has_no_owner(record))


def _works_on(governed, user, at):
    if assignments.is_assigned_everywhere(user):
        return Q()
    own = assignments.assigned_records(user, governed.model, at=at).order_by().values("pk")
    return Q(**{f"{governed.record_field}__in": own})


def _has_no_owner(record):
    """Return a Q: no owner is chosen, or the owner has left, or nobody who works here has the role."""
    people = get_user_model().objects.filter(is_active=True, is_staff=True)
    role = f"{record}__upkeep_role"
    owner = f"{record}__upkeep_owner"
    has_nobody = ~Exists(people.filter(groups=OuterRef(f"{role}_id")))
    return (
        Q(**{f"{owner}__isnull": True, f"{role}__isnull": True})
        | Q(**{f"{owner}__is_active": False})
        | Q(**{f"{owner}__is_staff": False})
        | Q(**{f"{role}__isnull": False}) & Q(has_nobody)
    )


def _due_record(governed, edition, at):
    months = governed.months_between_reviews(edition.record)
    due_on = upkeep.months_after(local_time.day_of(edition.counted_from), months)
    return DueRecord(
        record=edition.record,
        label=edition.public_label,
        owner=_owner_of(edition.record),
        reviewed_at=edition.reviewed_at,
        due_on=due_on,
        is_overdue=upkeep.is_overdue(due_on, today=local_time.day_of(at)),
    )


def _owner_of(record):
    """Return the name of the role or the person who looks after a record, or ''."""
    if record.upkeep_role is not None:
        return str(record.upkeep_role)
    owner = record.upkeep_owner
    return (owner.get_full_name() or owner.get_username()) if owner else ""
