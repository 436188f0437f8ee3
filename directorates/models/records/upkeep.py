from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from directorates.rules import upkeep


class Upkeep(models.Model):
    """Who looks after a record, and how often it is reviewed. It is no content: it has no draft and no edition."""

    class Risk(models.TextChoices):
        LOW = upkeep.LOW, "Low: a nuisance"
        MEDIUM = upkeep.MEDIUM, "Medium: misleading"
        HIGH = upkeep.HIGH, "High: harmful"

    upkeep_role = models.ForeignKey(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="role that looks after it",
        help_text="The people with this role who work on the unit are asked to review the record. The public does not see it.",
    )
    upkeep_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="person who looks after it",
        help_text="In place of a role. If neither is chosen, everybody who works on the unit is asked. The public does not see it.",
    )
    upkeep_risk = models.CharField(
        "risk",
        max_length=6,
        choices=Risk,
        default=Risk.MEDIUM,
        db_default=Risk.MEDIUM.value,
        help_text="What an error would be. It decides how often the record is reviewed.",
    )
    upkeep_months = models.PositiveSmallIntegerField(
        "interval",
        null=True,
        blank=True,
        choices=[(months, upkeep.interval(months).capitalize()) for months in upkeep.MONTHS],
        help_text="How often the record is due for a review. Leave it empty for the usual interval of this risk.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_one_owner",
                condition=Q(upkeep_role__isnull=True) | Q(upkeep_owner__isnull=True),
                violation_error_message="Choose a role or a person, not both.",
            )
        ]

    @classmethod
    def upkeep_fields(cls):
        return Upkeep._meta.local_fields

    def upkeep_values(self):
        """Return {attribute name: value} of the columns of the upkeep."""
        return {field.attname: getattr(self, field.attname) for field in self.upkeep_fields()}

    def take_upkeep_of(self, other):
        """Copy the upkeep of another state of the record, so a save of the content leaves it as it is."""
        for name, value in other.upkeep_values().items():
            setattr(self, name, value)
