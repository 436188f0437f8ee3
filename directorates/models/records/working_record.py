from django.conf import settings
from django.db import models

from directorates.models.change_set import ChangeSet
from directorates.models.fields import SlugLineField
from directorates.models.records.upkeep import Upkeep


class WorkingRecord(Upkeep):
    """The record that staff edit. The public reads only its editions."""

    identifier = SlugLineField(
        "permanent name",
        max_length=100,
        unique=True,
        help_text="For data files and open data. It never changes.",
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    has_unpublished_changes = models.BooleanField(default=True, editable=False)

    # The change set that holds the record, until the set is approved or discarded.
    change_set = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="%(class)ss",
        verbose_name="change set",
    )

    class Meta:
        abstract = True

    @property
    def page_name(self):
        """Return the name of this kind of record in the addresses of its staff pages."""
        return self._meta.model_name

    @property
    def is_in_review(self):
        return self.change_set is not None and self.change_set.state == ChangeSet.State.IN_REVIEW
