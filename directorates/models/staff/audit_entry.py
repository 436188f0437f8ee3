from django.conf import settings
from django.db import models

from directorates.models.append_only import AppendOnly
from directorates.models.change_set import ChangeSet
from directorates.rules import audit_actions


class AuditEntry(AppendOnly):
    """One action: the person, the time, the record and its changes.

    The entry names the record in text too, so it stays readable after a draft is deleted.
    """

    at = models.DateTimeField()
    # Null: the command line. The composite index below serves the foreign key.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=500)
    # A code of `audit_actions.WORDS`.
    action = models.CharField(max_length=30)
    # For example "directorates.unit".
    record_model = models.CharField(max_length=100)
    record_pk = models.CharField(max_length=40, blank=True)
    record_label = models.CharField(max_length=400)
    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, null=True, related_name="audit_entries", db_index=False
    )
    # A list of {field, label, kind, before, after}; see `actions.auditing.audit_phrases`.
    changes = models.JSONField(default=list)
    comment = models.TextField(blank=True)
    # Every word of the entry once, in small letters, for the search.
    search_text = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit trail"
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["record_model", "record_pk", "-at", "-id"], name="audit_by_record"
            ),
            models.Index(fields=["change_set", "-at", "-id"], name="audit_by_set"),
            models.Index(fields=["by", "-at", "-id"], name="audit_by_person"),
            models.Index(fields=["-at", "-id"], name="audit_by_day"),
        ]

    def __str__(self):
        return f"{self.done}: {self.record_label}"

    @property
    def done(self):
        return audit_actions.WORDS.get(self.action, self.action)
