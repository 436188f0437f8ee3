from django.db import connections, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.urls import reverse

from directorates.models.fields import SortKeyField
from directorates.models.records.edition import Edition, EditionQuerySet
from directorates.models.records.governed import register
from directorates.models.records.unit_content import UnitContent
from directorates.models.records.upkeep import Upkeep
from directorates.models.records.working_record import WorkingRecord


def unit_url(kind, slug):
    """Return the path of a unit's public page. Do not cache it: in a preview, paths have another prefix."""
    if kind == UnitContent.Kind.AGENCY:
        return reverse("directorates:about")
    return reverse(f"directorates:{kind}", args=[slug])


class UnitQuerySet(models.QuerySet):
    def of_kind(self, kind):
        return self.filter(kind=kind)

    def with_look_alikes(self):
        """Annotate `has_namesake`: whether a unit with the same name and acronym is part of the same unit."""
        same = ("sort_key", "acronym", "parent")
        others = Unit.objects.filter(**{name: OuterRef(name) for name in same})
        return self.annotate(has_namesake=Exists(others.exclude(pk=OuterRef("pk")).order_by()))

    def assigned_to(self, user, *, at):
        """Return the working records of the units assigned to a person and of all units below these.

        The edition in force decides a unit's place; without one, the draft decides. So a draft that moves a unit
        changes no person's share before it is approved.
        """
        in_force = UnitEdition.objects.in_force(at).order_by()
        editions, edition_parameters = in_force.values(
            "unit_id", "parent_id"
        ).query.sql_with_params()
        drafts, draft_parameters = (
            Unit.objects.filter(~Exists(in_force.filter(unit=OuterRef("pk"))))
            .order_by()
            .values("id", "parent_id")
            .query.sql_with_params()
        )
        assigned, assigned_parameters = (
            Unit.objects.filter(assignments__user=user)
            .order_by()
            .values("id")
            .query.sql_with_params()
        )
        sql = (
            f"WITH RECURSIVE share(unit_id) AS ({assigned} UNION SELECT placed.unit_id FROM share"
            f" JOIN ({editions} UNION ALL {drafts}) AS placed ON placed.parent_id = share.unit_id)"
            " SELECT unit_id FROM share"
        )
        parameters = (*assigned_parameters, *edition_parameters, *draft_parameters)
        return self.filter(pk__in=RawSQL(sql, parameters))


class Unit(WorkingRecord, UnitContent):
    """The working record of an agency, a directorate or an office."""

    sort_key = SortKeyField("name")

    objects = UnitQuerySet.as_manager()

    class Meta(UnitContent.Meta):
        abstract = False
        ordering = ["position", "sort_key", "pk"]
        indexes = [models.Index(fields=["position", "sort_key"], name="unit_by_place")]
        permissions = [("publish_unit", "Can publish, withdraw and close units")]
        constraints = [
            *UnitContent.Meta.constraints,
            *Upkeep.Meta.constraints,
            models.UniqueConstraint(
                Lower("identifier"),
                name="unit_identifier_is_unique_in_any_case",
                violation_error_message="There is a unit with this identifier already.",
            ),
        ]

    def __str__(self):
        return self.name_with_acronym

    def save(self, *args, **kwargs):
        if not self.identifier:
            self.identifier = self._free_identifier()
        if not self.is_closed:
            # An open unit has no closing day, so the day cannot be unknown.
            self.closing_day_is_known, self.outcome = True, ""
        super().save(*args, **kwargs)

    @property
    def page_name(self):
        return self.kind

    @property
    def choice_label(self):
        """The unit's label in lists that staff choose from: with its parent, and "(closed)" if it is closed.

        If `with_look_alikes` found a unit with the same label, the last part of the address is added.
        """
        above = f", part of {self.parent}" if self.parent else ""
        address = f" ({self.slug})" if getattr(self, "has_namesake", False) else ""
        return f"{self}{above}{address}{' (closed)' if self.is_closed else ''}"

    @property
    def unit_id(self):
        """The id of the working record, under the same name as on an edition."""
        return self.pk

    def _free_identifier(self):
        taken = set(
            Unit.objects.filter(identifier__istartswith=self.slug[:90]).values_list(
                Lower("identifier"), flat=True
            )
        )
        candidates = (
            self.slug if number == 1 else f"{self.slug[:90]}-{number}"
            for number in range(1, len(taken) + 2)
        )
        return next(candidate for candidate in candidates if candidate.lower() not in taken)


class KindManager(models.Manager.from_queryset(UnitQuerySet)):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def get_queryset(self):
        return super().get_queryset().of_kind(self.kind)


class Agency(Unit):
    objects = KindManager(UnitContent.Kind.AGENCY)

    class Meta:
        proxy = True
        verbose_name_plural = "agency"


class Directorate(Unit):
    objects = KindManager(UnitContent.Kind.DIRECTORATE)

    class Meta:
        proxy = True


class Office(Unit):
    objects = KindManager(UnitContent.Kind.OFFICE)

    class Meta:
        proxy = True


class UnitEditionQuerySet(EditionQuerySet):
    def with_slug(self, slug):
        """Return editions with this slug, in capital or small letters."""
        return self.with_small_slug(slug.lower())

    def with_small_slug(self, slug):
        """Return editions with this slug, which is given in small letters."""
        return self.alias(small_slug=Lower("slug")).filter(small_slug=slug)

    def chain_above(self, unit_id, *, at):
        """Return the editions in force from the agency down to the unit's parent: one query.

        Each is a dict with unit_id, parent_id, kind, slug, name and acronym. The query reads one row per level above the unit.
        """
        columns = ("unit_id", "parent_id", "kind", "slug", "name", "acronym")
        editions, parameters = self.in_force(at).order_by().values(*columns).query.sql_with_params()
        names = ", ".join(columns)
        sql = (
            f"WITH RECURSIVE chain(depth, {names}) AS ("
            f" SELECT 0, {names} FROM ({editions}) AS own WHERE unit_id = %s"
            f" UNION ALL SELECT chain.depth + 1, {', '.join('above.' + c for c in columns)}"
            f" FROM chain JOIN ({editions}) AS above ON above.unit_id = chain.parent_id"
            " WHERE chain.depth < 50"
            f") SELECT {names} FROM chain WHERE depth > 0 ORDER BY depth DESC"
        )
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [*parameters, unit_id, *parameters])
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


class UnitEdition(Edition, UnitContent):
    """A published edition of a unit. It is never edited."""

    record_field = "unit"
    label_fields = ("name", "acronym")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="editions")
    sort_key = SortKeyField("name")
    index_key = SortKeyField("index_name", db_default=b"")

    objects = UnitEditionQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "effective_from", "number"]
        constraints = [
            *Edition.Meta.constraints,
            *UnitContent.Meta.constraints,
            models.UniqueConstraint(fields=["unit", "number"], name="unitedition_number_is_unique"),
            models.CheckConstraint(
                name="unitedition_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")),
                violation_error_message="A unit cannot be part of itself.",
            ),
        ]
        indexes = [
            # Three indexes hold the ends, so the database skips past editions without reading their rows.
            models.Index(
                fields=["unit", "effective_from", "effective_until"], name="unitedition_timeline"
            ),
            models.Index(
                fields=["parent", "effective_until", "effective_from", "unit"],
                name="unitedition_below",
            ),
            models.Index(
                fields=["effective_from", "id", "effective_until", "unit"],
                name="unitedition_by_day",
            ),
            models.Index(fields=["slug"], name="unitedition_slug"),
            models.Index(Lower("slug"), name="unitedition_slug_in_any_case"),
            models.Index(fields=["parent", "position", "sort_key"], name="unitedition_children"),
            models.Index(fields=["kind", "sort_key"], name="unitedition_by_name"),
            models.Index(fields=["index_key"], name="unitedition_a_to_z"),
            # Not a partial index: SQLite does not use one with a bound parameter.
            models.Index(fields=["is_on_overview", "position"], name="unitedition_overview"),
        ]

    def __str__(self):
        return f"{self.name_with_acronym}, published version {self.number}"

    @property
    def public_label(self):
        return self.name_with_acronym

    def get_absolute_url(self):
        return unit_url(self.kind, self.slug)


register(
    Unit,
    UnitEdition,
    place="parent",
    search_fields=(
        "name", "acronym", "link_label", "slug", "head_name", "head_title", "summary",
        "statutory_authority", "email", "phone", "street_address", "address_locality", "overview", "body",
    ),
)  # fmt: skip
