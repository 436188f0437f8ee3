from django.conf import settings
from django.db import models

from directorates.models.append_only import AppendOnly
from directorates.models.fields import LongTextField
from directorates.rules import local_time


class RecordReviewQuerySet(models.QuerySet):
    def of_kind(self, model):
        """Return the reviews of one kind of record."""
        return self.filter(record_model=model._meta.label_lower)

    def made_by_then(self, at):
        """Return the reviews made at `at` or before, the newest first."""
        return self.filter(at__lte=at).order_by("-at", "-pk")


class RecordReview(AppendOnly):
    """A person has looked at the published version of a record and found it still right: who, when and a note.

    A saved draft or a publication makes no such row.
    """

    # For example "directorates.unit". Published records are never deleted.
    record_model = models.CharField(max_length=100)
    record_pk = models.BigIntegerField()
    # The number of the edition that was in force.
    edition = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = LongTextField(
        blank=True,
        help_text="What you compared it with, for colleagues. The public sees the day of the review, and not this note.",
    )

    objects = RecordReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["record_model", "record_pk", "-at"], name="review_by_record")
        ]

    def __str__(self):
        return f"Reviewed at {local_time.written(self.at)}"
