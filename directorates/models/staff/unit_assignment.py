from django.conf import settings
from django.db import models

from directorates.models.records.unit import Unit


class UnitAssignment(models.Model):
    """A person's share of the organization: they work on this unit and on all units below it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="unit_assignments"
    )
    unit = models.ForeignKey(
        Unit,
        models.CASCADE,
        related_name="assignments",
        help_text="The person works on this unit and on all units below it.",
    )

    class Meta:
        ordering = ["user", "unit"]
        permissions = [("work_on_every_unit", "Can work on every unit, assigned or not")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit"],
                name="unitassignment_is_unique",
                violation_error_message="This unit is assigned to this person already.",
            )
        ]

    def __str__(self):
        return str(self.unit)
