from django.conf import settings
from django.db import models

from directorates.models.append_only import AppendOnly
from directorates.models.fields import LongTextField
from directorates.rules import local_time, withholding_states


class WithholdingStep(AppendOnly):
    """One step of withholding a past edition from the public, or of showing it again: who, when and why.

    The newest step of an edition says its state. The edition's `withheld_at` says the same to queries.
    """

    # For example "directorates.unitedition". Editions are never deleted.
    edition_model = models.CharField(max_length=100)
    edition_pk = models.BigIntegerField()
    # A name of `withholding_states.TRANSITIONS`.
    name = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    # Null: the command line.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = LongTextField(
        blank=True,
        help_text="Why, for the second person and for the record. The public never sees it.",
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["edition_model", "edition_pk", "id"], name="withholding_by_edition"
            )
        ]

    def __str__(self):
        return f"{self.done} at {local_time.written(self.at)}"

    @property
    def done(self):
        return withholding_states.TRANSITIONS[self.name].done
