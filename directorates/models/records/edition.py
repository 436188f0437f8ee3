from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.functions import Greatest

from directorates.models.change_set import ChangeSet
from directorates.models.dates import PlannedInstantField
from directorates.models.fields import ShortTextField

#: The time at which the public could first read an edition: see `Edition.updated_at`.
UPDATED_AT = Greatest("effective_from", "approved_at")


class EditionQuerySet(models.QuerySet):
    """The only code that compares an edition's dates with a clock. The clock is the argument `at`."""

    def in_force(self, at):
        """Return editions that the public sees at `at`."""
        return self._not_ended(at).filter(effective_from__lte=at)

    def in_force_until(self, at):
        """Return editions that were in force just before `at`."""
        return self.not_withdrawn().filter(
            Q(effective_until__isnull=True) | Q(effective_until__gte=at), effective_from__lt=at
        )

    def begun_before(self, at):
        """Return editions that began before `at`."""
        return self.not_withdrawn().filter(effective_from__lt=at)

    def started(self, at):
        """Return editions that are in force at `at` or were before."""
        return self.not_withdrawn().filter(effective_from__lte=at)

    def read_before(self, at):
        """Return editions that the public could first read before `at`, which may be an expression."""
        return self.not_withdrawn().filter(effective_from__lt=at, approved_at__lt=at)

    def scheduled(self, at):
        """Return editions that take effect after `at`."""
        return self.not_withdrawn().filter(effective_from__gt=at)

    def ended(self, at):
        """Return editions that were in force and have ended by `at`."""
        return self.not_withdrawn().filter(effective_until__lte=at)

    def of_records(self, records):
        """Return editions of these working records, given as records or as primary keys."""
        return self.filter(**{f"{self.model.record_field}__in": records})

    def not_withdrawn(self):
        """Return editions that were not withdrawn: past, in force and scheduled."""
        return self.filter(withdrawn_at__isnull=True)

    def not_withheld(self):
        """Return editions that are not withheld from the public's past."""
        return self.filter(withheld_at__isnull=True)

    def beginning_within(self, since, until=None):
        """Return editions that take effect at `since` or later, and before `until` if it is given."""
        found = self.not_withdrawn().filter(effective_from__gte=since)
        return found if until is None else found.filter(effective_from__lt=until)

    def active_after(self, at):
        """Return editions in force at `at` or later."""
        return self.not_withdrawn()._not_ended(at)

    def ending_since(self, at):
        """Return editions that end at `at`, later or never. A withdrawn edition ends where it began."""
        return self.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=at))

    def with_times(self, at):
        """Annotate what `Edition.state` reads: `is_in_force` and `is_scheduled`."""
        itself = self.model.objects.filter(pk=OuterRef("pk")).order_by()
        return self.annotate(
            is_in_force=Exists(itself.in_force(at)), is_scheduled=Exists(itself.scheduled(at))
        )

    def next_boundary(self, at):
        """Return the first instant after `at` when an edition begins or ends, or None: one query."""
        found = self.not_withdrawn().aggregate(
            begins=Min("effective_from", filter=Q(effective_from__gt=at)),
            ends=Min("effective_until", filter=Q(effective_until__gt=at)),
        )
        return min((instant for instant in found.values() if instant), default=None)

    def _not_ended(self, at):
        return self.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=at))


class Edition(models.Model):
    """An immutable copy of a record's content, in force from one instant until another.

    After the insert, only three modules of `directorates.actions` write to a row: `editions` moves the end of the
    edition before a new one, `publishing` withdraws, and `withholding` withholds from the public's past.
    """

    number = models.PositiveIntegerField(editable=False)
    effective_from = PlannedInstantField("takes effect")
    # False: the edition was loaded without a day, so no page shows one.
    beginning_is_known = models.BooleanField(default=True, editable=False)
    effective_until = models.DateTimeField("in force until", null=True, blank=True)
    change_note = ShortTextField(
        "public change note",
        max_length=300,
        blank=True,
        help_text="One sentence for the public: what changed and why.",
    )
    approved_at = models.DateTimeField()
    # Null: loaded from a file by the command line.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Null: loaded from a file.
    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Null: the public may read the edition in the past of the site. `WithholdingStep` has who and why.
    withheld_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    #: The name of the foreign key to the working record.
    record_field: str
    #: The columns of the content that `public_label` reads.
    label_fields: tuple[str, ...] = ()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_begins_before_it_ends",
                condition=Q(withdrawn_at__isnull=True)
                & (Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from")))
                | Q(withdrawn_at__isnull=False, effective_until=F("effective_from")),
                violation_error_message="An edition must end after it begins.",
            ),
            models.CheckConstraint(
                name="%(class)s_only_the_past_is_withheld",
                condition=Q(withheld_at__isnull=True)
                | Q(
                    withdrawn_at__isnull=True,
                    effective_until__isnull=False,
                    effective_until__lte=F("withheld_at"),
                ),
                violation_error_message="Only a version that was in force, and no longer is, can be withheld.",
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("An edition is never edited. Save the record and publish it again.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An edition is never deleted. Withdraw it before it takes effect.")

    @property
    def is_self_approved(self):
        """Whether the approver had a hand in the edition. Without a change set, one person did all of it."""
        if self.change_set is not None:
            return self.change_set.is_self_approved
        return self.approved_by_id is not None

    @property
    def state(self):
        """The edition's state at the instant of `with_times`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.is_in_force:
            return "in force"
        if self.is_withheld:
            return "withheld from the public"
        return "scheduled" if self.is_scheduled else "ended"

    @property
    def is_withheld(self):
        """Whether the public must not read the edition in the past of the site."""
        return self.withheld_at is not None

    @property
    def updated_at(self):
        """The time at which the public could first read the edition: when it took effect or was approved, the later."""
        return max(self.effective_from, self.approved_at)

    @property
    def public_label(self):
        """The name under which the public knows the record. A draft may have another."""
        return self.record.identifier

    @property
    def record(self):
        return getattr(self, self.record_field)

    @property
    def record_pk(self):
        return getattr(self, f"{self.record_field}_id")
