from django.db import models

from directorates.models.fields import FoldedField, LineField, LineListField, SortKeyField


class Responsibility(models.Model):
    """A matter that units handle, in words that visitors search for."""

    phrase = LineField(
        max_length=120,
        unique=True,
        help_text="A short noun phrase, such as “Bond management”. It appears on the unit's page.",
    )
    synonyms = LineListField(
        default=list,
        blank=True,
        help_text="Other words that people use for it. They help search and never appear on a page.",
    )
    sort_key = SortKeyField("phrase")
    # Two phrases that differ only in case or composition are one matter.
    phrase_folded = FoldedField(of="phrase", max_length=500, unique=True)

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="responsibility_by_phrase")]
        verbose_name_plural = "responsibilities"

    def __str__(self):
        return self.phrase
