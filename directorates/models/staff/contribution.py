from django.conf import settings
from django.db import models

from directorates.models.append_only import AppendOnly
from directorates.rules.local_time import written


class Contribution(AppendOnly):
    """One person's work on a draft, or a mark that the draft equals one of its editions.

    `directorates.queries.staff.contributors` reads the contributors of a change set from these rows. Actions on the change set itself are its steps.
    """

    #: The code of a mark: at this point the draft equals `edition`.
    CONFIRMED = "confirmed"

    # For example "directorates.unit". No foreign key: a row stays when its draft is deleted.
    record_model = models.CharField(max_length=100)
    record_pk = models.BigIntegerField()
    # A code of `audit_actions`, or CONFIRMED.
    did = models.CharField(max_length=30)
    # Null: the command line, or a mark.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # The number of a mark's edition.
    edition = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["record_model", "record_pk", "id"], name="contribution_by_record")
        ]

    def __str__(self):
        return f"{self.did} at {written(self.at)}"
