"""The index of the public search. Only `directorates.actions.search_index` writes it."""

from django.db import models
from django.db.models import Q

from directorates.models.records.figure import FigureEdition
from directorates.models.records.responsibility import Responsibility
from directorates.models.records.unit import UnitEdition
from directorates.rules.search import words


class SearchWord(models.Model):
    """A word of an edition or of a responsibility, as `rules.search.words` reads it.

    The row has no dates: a search joins the editions that the public sees at its instant.
    """

    word = models.CharField(max_length=words.LONGEST_WORD)
    #: How much the word says about the record: more in a name than in a text.
    weight = models.PositiveSmallIntegerField()
    #: Whether the word is in a name, a phrase or a synonym. Former units are found by these words only.
    in_name = models.BooleanField()
    # Editions are never deleted, so nothing looks for the words of one.
    unitedition = models.ForeignKey(
        UnitEdition, models.CASCADE, null=True, related_name="+", db_index=False
    )
    figureedition = models.ForeignKey(
        FigureEdition, models.CASCADE, null=True, related_name="+", db_index=False
    )
    responsibility = models.ForeignKey(Responsibility, models.CASCADE, null=True, related_name="+")
    # The edition that a text refers to. The word is in the text while both editions are in force.
    via_figure = models.ForeignKey(FigureEdition, models.CASCADE, null=True, related_name="+")
    via_unit = models.ForeignKey(UnitEdition, models.CASCADE, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        indexes = [
            # With every column, so a search reads the index only.
            models.Index(
                fields=[
                    "word",
                    "weight",
                    "in_name",
                    "unitedition",
                    "figureedition",
                    "responsibility",
                    "via_figure",
                    "via_unit",
                ],
                name="searchword_by_word",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="searchword_is_of_one_record",
                condition=Q(unitedition__isnull=False, figureedition=None, responsibility=None)
                | Q(figureedition__isnull=False, unitedition=None, responsibility=None)
                | Q(responsibility__isnull=False, unitedition=None, figureedition=None),
            )
        ]

    def __str__(self):
        return self.word


class SearchTrigram(models.Model):
    """Three letters of a word in a name, a phrase or a synonym. They find misspelt words."""

    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=words.LONGEST_WORD)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["trigram", "word"], name="searchtrigram_is_unique")
        ]

    def __str__(self):
        return f"{self.trigram}: {self.word}"
