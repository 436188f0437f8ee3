from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from directorates.models.append_only import AppendOnly
from directorates.models.dates import PlannedInstantField
from directorates.models.fields import LineField, LongTextField, ShortTextField
from directorates.models.records.governed import GOVERNED
from directorates.rules import local_time, review_states


class ChangeSet(models.Model):
    """Records that take effect together at one instant, after a second person has approved them."""

    class State(models.TextChoices):
        OPEN = review_states.OPEN, "Open"
        IN_REVIEW = review_states.IN_REVIEW, "In review"
        RETURNED = review_states.RETURNED, "Returned"
        APPROVED = review_states.APPROVED, "Approved"
        WITHDRAWN = review_states.WITHDRAWN, "Withdrawn"
        DISCARDED = review_states.DISCARDED, "Discarded"

    title = LineField(
        max_length=160, help_text="What changes, in a few words: staff see it in every list."
    )
    reason = LongTextField(blank=True, help_text="Why, for the reviewer. The public never sees it.")
    public_note = ShortTextField(
        max_length=300,
        blank=True,
        help_text="One sentence for the public: what changed and why. It appears on the units' pages.",
    )
    effective_from = PlannedInstantField(
        "takes effect",
        null=True,
        blank=True,
        help_text="In the agency's time zone. Empty: as soon as it is approved.",
    )
    state = models.CharField(
        max_length=10, choices=State, default=State.OPEN, editable=False, db_index=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)
    # The number of the form that made the set. A form that is sent twice makes one set.
    form_number = models.UUIDField(null=True, unique=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    # A set that corrects what is public holds no records: it has the changed fields here, see `actions/
    # publishing/correcting.py`. Null: the set publishes drafts.
    correction = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    # Whether the approver had a hand in the set, which a setting must allow. Written with the approval.
    is_self_approved = models.BooleanField("self-approved", default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("approve_changeset", "Can approve, return and withdraw change sets")]
        constraints = [
            models.CheckConstraint(
                name="changeset_approval_is_whole",
                condition=Q(approved_at__isnull=False, state__in=["approved", "withdrawn"])
                | Q(
                    approved_at__isnull=True,
                    state__in=["open", "in-review", "returned", "discarded"],
                ),
                violation_error_message="An approved change set says when it was approved, and no other does.",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("admin:directorates_changeset_change", args=[self.pk])

    @property
    def holds_records(self):
        return self.state in review_states.HOLDING

    @property
    def is_alive(self):
        """Whether the set is neither discarded nor withdrawn."""
        return self.holds_records or self.state == self.State.APPROVED

    @property
    def is_editable(self):
        return self.state in review_states.EDITABLE

    def find_records(self):
        """Return the working records in the set: one query for each kind."""
        return [record for governed in GOVERNED for record in governed.held_by(self)]

    def find_corrected(self):
        """Return the records whose public content the set corrects: one, or none."""
        if self.correction is None:
            return []
        model = next(one.model for one in GOVERNED if one.name == self.correction["model"])
        return list(model._base_manager.filter(pk=self.correction["pk"]))

    def find_subjects(self):
        """Return the records that an unfinished set is about: those that it holds or corrects."""
        return [*self.find_records(), *self.find_corrected()]

    def find_all_editions(self):
        """Return the set's editions, including withdrawn ones: one query for each kind."""
        return [edition for governed in GOVERNED for edition in governed.made_by(self)]

    def find_editions(self):
        """Return the set's editions without withdrawn ones: one query for each kind."""
        return [
            edition for governed in GOVERNED for edition in governed.made_by(self).not_withdrawn()
        ]

    def find_withdrawn(self):
        """Return the set's withdrawn editions: one query for each kind."""
        return [
            edition
            for governed in GOVERNED
            for edition in governed.made_by(self).filter(withdrawn_at__isnull=False)
        ]

    def is_to_come(self, at):
        """Whether the set may still take effect: it is unfinished, or approved for an instant after `at`."""
        is_approved = self.state == self.State.APPROVED
        return self.holds_records or (is_approved and self.effective_from > at)


class ChangeSetStep(AppendOnly):
    """One step of a change set: who made it, when and why."""

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    comment = LongTextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.name} at {local_time.written(self.at)}"
