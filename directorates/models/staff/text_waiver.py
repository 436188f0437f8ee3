from django.conf import settings
from django.db import models

from directorates.models.append_only import AppendOnly
from directorates.models.fields import LongTextField
from directorates.rules import local_time


class TextWaiver(AppendOnly):
    """A finding of the consistency check that stays as it is: who decided it, when and why.

    It holds as long as the text of the field is the same.
    """

    # For example "directorates.unit".
    record_model = models.CharField(max_length=100)
    record_pk = models.BigIntegerField()
    field = models.CharField(max_length=100)
    # A value of `findings.Kind`, and the words that were found.
    kind = models.CharField(max_length=20)
    found = models.TextField()
    # `Finding.key`, and `findings.hash_of` the stored text.
    finding = models.CharField(max_length=32)
    text_hash = models.CharField(max_length=64)
    # Null: the command line.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = LongTextField(
        help_text="Why the words stay as they are, for colleagues. The public never sees it."
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["finding"], name="waiver_by_finding")]

    def __str__(self):
        return f"Waived at {local_time.written(self.at)}"
