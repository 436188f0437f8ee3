"""The states of a working record: never published, published, changed since, scheduled, closed."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Case, DateTimeField, Exists, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html_join

from directorates.admin.wording import moment
from directorates.models.records.edition import UPDATED_AT


def request_instant(request):
    """Return one instant for a whole request, so a list's filters and columns agree."""
    if not hasattr(request, "instant"):
        request.instant = timezone.now()
    return request.instant


def once(request, key, find):
    """Return the result of `find`, called once a request for this key."""
    known = request.__dict__.setdefault("found_once", {})
    if key not in known:
        known[key] = find()
    return known[key]


def with_state(records, edition_model, *, at):
    """Annotate working records with what `states_of` reads, in the same query."""
    own = edition_model.objects.filter(**{edition_model.record_field: OuterRef("pk")}).order_by()
    in_force = own.in_force(at)
    scheduled = own.scheduled(at).order_by("effective_from")
    records = records.annotate(
        has_editions=Exists(own),
        is_in_force=Exists(in_force),
        is_scheduled=Exists(scheduled),
        in_force_from=Subquery(in_force.values("effective_from")[:1]),
        updated_at=Subquery(in_force.annotate(read_from=UPDATED_AT).values("read_from")[:1]),
        scheduled_from=Subquery(scheduled.values("effective_from")[:1]),
    )
    if hasattr(edition_model, "is_closed"):
        # A correction of a closed unit's page is a later edition. The unit therefore closed when its last open
        # edition ended, or without one when its first edition took effect.
        started = own.started(at)
        last_open = started.filter(is_closed=False).order_by("-effective_from")
        closed_from = Coalesce(
            Subquery(last_open.values("effective_until")[:1]),
            Subquery(started.order_by("effective_from").values("effective_from")[:1]),
        )
        records = records.annotate(
            is_closed_in_force=Exists(in_force.filter(is_closed=True)),
            closed_from=Case(
                When(is_closed_in_force=True, then=closed_from), output_field=DateTimeField()
            ),
            closed_on_known_day=Subquery(in_force.values("closing_day_is_known")[:1]),
            is_closing=Subquery(scheduled.values("is_closed")[:1]),
        )
    return records


@dataclass(frozen=True)
class RecordState:
    name: str
    label: str


def states_of(record):
    """Return the states of a record read through `with_state`, the public's view first."""
    states = []
    if getattr(record, "is_closed_in_force", False):
        since = f" from {moment(record.closed_from)}" if record.closed_on_known_day else ""
        states.append(RecordState("closed", f"closed{since}"))
    elif record.is_in_force:
        states.append(RecordState("published", "published"))
    else:
        states.append(RecordState("unpublished", "never published"))
    if record.has_unpublished_changes and record.has_editions:
        states.append(RecordState("changed", "unpublished changes"))
    if record.is_scheduled:
        when = moment(record.scheduled_from)
        if getattr(record, "is_closing", False):
            states.append(RecordState("scheduled", f"closed from {when}"))
        else:
            states.append(RecordState("scheduled", f"scheduled for {when}"))
    return states


def state_labels(record):
    """Return the states as HTML texts, which the stylesheet colors."""
    return format_html_join(
        " ",
        '<span class="state state--{}">{}</span>',
        ((state.name, state.label) for state in states_of(record)),
    )


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("published", "Published"),
            ("changed", "Unpublished changes"),
            ("scheduled", "Scheduled"),
            ("unpublished", "Never published"),
            *([("closed", "Closed")] if model_admin.can_close else []),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "published":
                queryset = queryset.filter(is_in_force=True)
                if "is_closed_in_force" in queryset.query.annotations:
                    queryset = queryset.filter(is_closed_in_force=False)
            case "changed":
                queryset = queryset.filter(has_unpublished_changes=True, has_editions=True)
            case "scheduled":
                queryset = queryset.filter(is_scheduled=True)
            case "unpublished":
                queryset = queryset.filter(is_in_force=False)
            case "closed" if "is_closed_in_force" in queryset.query.annotations:
                queryset = queryset.filter(is_closed_in_force=True)
        return queryset
