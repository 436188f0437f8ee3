from django.db import models, transaction
from django.db.models import F

from directorates.models.database import generation_stamp


class GenerationManager(models.Manager):
    def current(self):
        """Return the number of changes to the public record so far."""
        return self.values_list("number", flat=True).filter(pk=1).first() or 0

    def advance(self):
        """Count one more change. In a transaction, this makes publications wait for each other."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            # The row is missing, for example after a flush. If another transaction inserts it too, this one waits.
            self.bulk_create([Generation(pk=1)], ignore_conflicts=True)
            self.filter(pk=1).update(number=F("number") + 1)
        transaction.on_commit(generation_stamp.touch)


class Generation(models.Model):
    """One counter. Every change to the public record raises it in the same transaction."""

    number = models.PositiveBigIntegerField(default=0)

    objects = GenerationManager()

    def __str__(self):
        return str(self.number)
