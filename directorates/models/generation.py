from django.db import models, transaction
from django.db.models import F

from directorates.models.database import generation_stamp


class GenerationManager(models.Manager):
    def current(self):
        """Return the number of changes so far to what the public sees."""
        return self.values_list("number", flat=True).filter(pk=1).first() or 0

    def advance(self):
        """Count one more change. Inside a transaction this also makes publications wait for each other."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            # Gone, as after a flush. Whoever else makes it too is waited for.
            self.bulk_create([Generation(pk=1)], ignore_conflicts=True)
            self.filter(pk=1).update(number=F("number") + 1)
        transaction.on_commit(generation_stamp.touch)


class Generation(models.Model):
    """One counter, raised in the same transaction as anything that changes what the public sees."""

    number = models.PositiveBigIntegerField(default=0)

    objects = GenerationManager()

    def __str__(self):
        return str(self.number)
