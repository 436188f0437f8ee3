from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from directorates.rules import local_time

_SCALE = [MinValueValidator(1), MaxValueValidator(5)]


class SurveyResponse(models.Model):
    """One visitor's answers. Nothing in them identifies the visitor."""

    submission_id = models.UUIDField(unique=True, editable=False)
    submitted_at = models.DateTimeField(editable=False, db_index=True)
    page = models.CharField(max_length=300, blank=True, help_text="The page the visitor came from.")
    trust = models.PositiveSmallIntegerField(validators=_SCALE)
    ease = models.PositiveSmallIntegerField(null=True, blank=True, validators=_SCALE)
    effectiveness = models.PositiveSmallIntegerField(null=True, blank=True, validators=_SCALE)
    comments = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="surveyresponse_answers_are_1_to_5",
                condition=Q(trust__range=(1, 5))
                & (Q(ease__isnull=True) | Q(ease__range=(1, 5)))
                & (Q(effectiveness__isnull=True) | Q(effectiveness__range=(1, 5))),
                violation_error_message="Answers run from 1 to 5.",
            )
        ]

    def __str__(self):
        return f"Response of {local_time.written(self.submitted_at)}"
