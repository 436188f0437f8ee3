from django.db import models
from django.db.models import Q

from directorates.models.fields import (
    FoldedField,
    LineField,
    LineListField,
    SlugLineField,
    SortKeyField,
)
from directorates.rules.content.slugs import LONGEST, make_free_slug

#: The slug of a phrase that a slug cannot hold, such as one in Chinese. A number follows.
UNWRITABLE = "responsibility"


class ResponsibilityQuerySet(models.QuerySet):
    def fill_slugs(self, rows):
        """Give each unsaved row without a slug a free one, made from its phrase: one query."""
        taken = set(self.values_list("slug", flat=True)) | {row.slug for row in rows}
        for row in rows:
            row.slug = row.slug or make_free_slug(row.phrase, taken, UNWRITABLE)


class Responsibility(models.Model):
    """A matter that units handle, in words that visitors search for."""

    phrase = LineField(
        max_length=120,
        unique=True,
        help_text="A short noun phrase, such as “Bond management”. It appears on the unit's page and in “Who does what”.",
    )
    synonyms = LineListField(
        default=list,
        blank=True,
        help_text="Other words that people use for it. Each has a line in “Who does what”, and helps search.",
    )
    description = LineField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="One sentence: what is meant, and what is not. It appears in “Who does what”, where units have like tasks.",
    )
    slug = SlugLineField(
        max_length=LONGEST,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The anchor of its entry in “Who does what”. It is made from the first phrase and never changes.",
    )
    sort_key = SortKeyField("phrase")
    # Two phrases that differ only in case or composition are one matter.
    phrase_folded = FoldedField(of="phrase", max_length=500, unique=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="responsibility_by_phrase")]
        verbose_name_plural = "responsibilities"
        constraints = [
            # The previous release writes rows without a slug during an upgrade.
            models.UniqueConstraint(
                fields=["slug"],
                condition=~Q(slug=""),
                name="responsibility_slug_is_unique",
                violation_error_message="There is a responsibility with this address already.",
            )
        ]

    def __str__(self):
        return self.phrase

    def save(self, *args, **kwargs):
        if not self.slug:
            Responsibility.objects.fill_slugs([self])
        super().save(*args, **kwargs)
