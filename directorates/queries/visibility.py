"""Decides who may see which records. All outputs ask here: pages, lists, sitemap, preview, history.

The public sees the editions in force at an instant. Staff who may see drafts see all drafts, schedules and
history.
"""

import logging
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from directorates.models import (
    FigureEdition,
    RecordReview,
    Responsibility,
    SiteLink,
    SiteSettings,
    Unit,
    UnitContent,
    UnitEdition,
)
from directorates.models.database.prepared import prepared
from directorates.models.records.edition import UPDATED_AT
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.models.site_settings import validate_time_zone
from directorates.queries.kept_readings import kept

logger = logging.getLogger(__name__)


def site_settings():
    """Return the settings for pages. Never save them: an unknown time zone is replaced."""
    settings = next(iter(_saved_settings()), None) or SiteSettings(pk=1)
    settings.time_zone = _known_time_zone(settings.time_zone)
    return settings


@kept
@prepared
def _saved_settings():
    return SiteSettings.objects.filter(pk=1)


@kept
@prepared
def site_links():
    """Return the links of the footer, those without an address too."""
    return SiteLink.objects.filter(settings=1)


@lru_cache(maxsize=16)
def _known_time_zone(name):
    """Return the name of a time zone, or UTC if this machine does not know it.

    A system update can remove a zone. Without this, every page would then fail.
    """
    try:
        validate_time_zone(name)
    except ValidationError:
        logger.error("This machine does not know the time zone “%s”, so pages use UTC", name)
        return "UTC"
    return name


def next_public_change(at):
    """Return the next instant after `at` when the public view changes by itself, or None: four queries."""
    instants = [
        *(governed.edition_model.objects.next_boundary(at) for governed in GOVERNED),
        site_settings().survey_ends_at(at),
    ]
    return min((instant for instant in instants if instant), default=None)


def public_units(at):
    """Return editions of units that the public sees at `at`, including closed units.

    `at` may be in the past. An edition that is withheld by now is left out.
    """
    return UnitEdition.objects.in_force(at).not_withheld()


def public_units_until(at):
    """Return editions of units that the public saw just before `at`."""
    return UnitEdition.objects.in_force_until(at).not_withheld()


def open_units(at):
    """Return editions of open units, which the public sees at `at` in pages and lists."""
    return public_units(at).filter(is_closed=False)


def public_responsibilities(at):
    """Return the responsibilities of open units that the public sees at `at`. Their words have no days."""
    named = open_units(at).order_by().values("responsibilities")
    return Responsibility.objects.filter(pk__in=named)


def closed_into(unit_ids, *, at):
    """Return editions of the closed units that name one of these units as a successor."""
    return public_units(at).filter(is_closed=True, successors__in=unit_ids)


def successors_of(unit_ids, *, at):
    """Return editions of the units that the closed ones among these units name as successors."""
    closed = public_units(at).filter(is_closed=True, unit_id__in=unit_ids).order_by()
    return public_units(at).filter(unit_id__in=closed.values("successors"))


def with_closing_day(editions, *, at):
    """Annotate `closed_at` of closed units: the end of the last open edition, or else the first day on record."""
    own = unit_timeline(at).filter(unit_id=OuterRef("unit_id"))
    last_open = own.filter(is_closed=False).order_by("-effective_from")
    return editions.annotate(
        closed_at=Coalesce(
            Subquery(last_open.values("effective_until")[:1]),
            Subquery(own.order_by("effective_from").values("effective_from")[:1]),
            output_field=DateTimeField(),
        )
    )


def named_successors(edition_ids):
    """Return (edition id, unit id) of the units that these public editions name as successors."""
    rows = UnitEdition.successors.through.objects.filter(unitedition_id__in=edition_ids)
    return rows.order_by("pk").values_list("unitedition_id", "unit_id")


def named_responsibilities(edition_id):
    """Return the rows that name the responsibilities of an edition. `edition_id` may be an OuterRef."""
    return UnitEdition.responsibilities.through.objects.filter(unitedition=edition_id).order_by()


def units_below(unit_id, *, at):
    """Return editions of the open units directly below a unit, in the order of its page."""
    return open_units(at).filter(parent=unit_id).order_by("position", "sort_key", "unit_id")


@kept
def places_of_units(*, at):
    """Return (unit id, id of the unit above, kind) of all open units, in the order of charts: one query."""
    units = open_units(at).order_by("position", "sort_key", "unit_id")
    return list(units.values_list("unit_id", "parent_id", "kind"))


def units_around(unit_id, parent_id, *, at, beside, below):
    """Return editions of the open units beside and below a unit, each in the order of its page: one query.

    The agency's parent is itself. At most `beside` units beside it and `below` units below it. `together` has how
    many there are.
    """
    siblings = {"partition_by": F("parent_id")}
    order = ("position", "sort_key", "unit_id")
    most = Case(When(parent_id=unit_id, then=below), default=beside)
    return (
        open_units(at)
        .filter(parent_id__in=[unit_id, parent_id])
        .exclude(unit_id=unit_id)
        .annotate(
            rank=Window(RowNumber(), order_by=order, **siblings),
            together=Window(Count("pk"), **siblings),
        )
        .filter(rank__lte=most)
        .order_by(*order)
    )


@prepared
def responsibilities_of(editions):
    """Return the responsibilities of editions in their order, one row for each `unit_id` that has it."""
    found = Responsibility.objects.filter(unitedition_set__in=editions)
    return found.annotate(unit_id=F("unitedition_set__unit_id")).order_by("sort_key", "pk")


def public_unit_history(at):
    """Return editions of units that the public can still read of `at` and before.

    All public readings of the past pass here or by `public_units`, so no content of a withheld edition comes out.
    """
    return unit_timeline(at).not_withheld()


def unit_timeline(at):
    """Return editions of units up to `at`, withheld ones too: for days and counts, never for their content."""
    return UnitEdition.objects.started(at)


def withheld_units(at):
    """Return editions of units in force at `at` that are withheld. Pages of that day say that they are missing."""
    return UnitEdition.objects.in_force(at).filter(withheld_at__isnull=False)


def is_withheld(slug, *, at, now):
    """Whether the unit with this slug is missing from the page of `at` because its edition is withheld: one query.

    The slug is one that the unit has or had in an edition that the public can read at `now`.
    """
    named = public_unit_history(now).with_slug(slug).order_by()
    return withheld_units(at).filter(unit_id__in=named.values("unit_id")).exists()


def is_agency_withheld(at):
    """Whether the agency is missing from pages of `at` because its edition is withheld: one query."""
    return withheld_units(at).filter(kind=UnitContent.Kind.AGENCY).exists()


def record_begins_at(at):
    """Return the beginning of the first edition of a unit, or None: one query. A withheld one counts too."""
    return next(iter(_first_beginning(at=at)), None)


@prepared
def _first_beginning(at):
    began = unit_timeline(at).order_by().values(one=Value(1)).annotate(first=Min("effective_from"))
    return began.values_list("first", flat=True)


def with_first_publication(editions, *, at):
    """Annotate `published_at`: the time at which the public could first read an edition of the unit."""
    first = (
        unit_timeline(at)
        .filter(unit_id=OuterRef("unit_id"))
        .annotate(first_read_at=UPDATED_AT)
        .order_by("first_read_at")
        .values("first_read_at")[:1]
    )
    return editions.annotate(published_at=Subquery(first))


def last_reviews(model, record_pk, *, at):
    """Return the instant of a record's last review by `at` as a queryset of one row, for a subquery.

    `record_pk` may be an OuterRef. A page of a past day knows no later review.
    """
    reviews = RecordReview.objects.of_kind(model).filter(record_pk=record_pk)
    return reviews.made_by_then(at).values("at")[:1]


def with_last_review(editions, *, at):
    """Annotate `reviewed_at` of editions of units or figures: the last review of the record by `at`, or None."""
    governed = find_governed(editions.model)
    reviews = last_reviews(governed.model, OuterRef(governed.record_id), at=at)
    return editions.annotate(reviewed_at=Subquery(reviews))


def find_by_slug(slug, *, at):
    """Return the edition in force of the unit with this slug, or None: at most three queries.

    This is the unit that has the slug now, or else the unit that had it last. Letter case does not matter.
    """
    units = public_units(at)
    # Slugs written past the validators may differ only in case.
    found = sorted(_with_slug(slug=slug.lower(), at=at), key=lambda edition: edition.slug != slug)
    if found:
        return found[0]
    had = public_unit_history(at).with_slug(slug).order_by("-effective_from")
    last = had.values_list("unit_id", flat=True).first()
    return last and units.filter(unit_id=last).first()


@prepared
def _with_slug(slug, at):
    return public_units(at).with_small_slug(slug).order_by("pk")


def slug_of(unit_id, *, at):
    """Return the slug of a public unit as a queryset of one row, for a query or a subquery.

    `unit_id` may be an OuterRef. Another unit may have a former slug by now.
    """
    return public_units(at).filter(unit_id=unit_id).order_by().values_list("slug", flat=True)[:1]


def chain_above(unit_id, *, at):
    """Return the public editions from the agency down to the unit's parent, as dicts: one query."""
    return UnitEdition.objects.not_withheld().chain_above(unit_id, at=at)


def public_figures(at):
    """Return editions of figures that the public sees at `at`. One that is withheld by now is left out."""
    return FigureEdition.objects.in_force(at).not_withheld()


def listed_figures(at):
    """Return editions of figures that have a page at `at`: those of units that the public sees, closed ones too."""
    return public_figures(at).filter(unit_id__in=public_units(at).order_by().values("unit_id"))


def find_figure(identifier, *, at):
    """Return the edition in force of the figure with this identifier and a page, or None: one query.

    Its `figure` and its last review are read too. Letter case does not matter.
    """
    found = listed_figures(at).with_identifier(identifier).select_related("figure")
    return with_last_review(found, at=at).first()


def is_figure_withheld(identifier, *, at, now):
    """Whether a figure that the public can read of is missing at `at` because it or its unit is withheld: two queries."""
    if not public_figure_history(now).with_identifier(identifier).exists():
        return False
    then = FigureEdition.objects.in_force(at).with_identifier(identifier)
    of_withheld = Q(unit_id__in=withheld_units(at).order_by().values("unit_id"))
    return then.filter(Q(withheld_at__isnull=False) | of_withheld).exists()


def public_figure_history(at):
    """Return editions of figures that the public can still read of `at` and before, without withheld ones."""
    return figure_timeline(at).not_withheld()


def figure_timeline(at):
    """Return editions of figures up to `at`, withheld ones too: for days and counts, never for their content."""
    return FigureEdition.objects.started(at)


def withheld_figures(at):
    """Return editions of figures in force at `at` that are withheld. Pages of that day say that they are missing."""
    return FigureEdition.objects.in_force(at).filter(withheld_at__isnull=False)


def can_see(user, model):
    """Whether a member of staff may view the rows of a model, as in the admin."""
    options = model._meta
    may_see = (f"{options.app_label}.{do}_{options.model_name}" for do in ("view", "change"))
    return user.is_active and user.is_staff and any(user.has_perm(name) for name in may_see)


def can_see_drafts(user):
    return can_see(user, Unit)


def can_see_change_sets(user):
    return user.is_active and user.is_staff and user.has_perm("directorates.view_changeset")
