from django.db import models
from django.db.models import F


class GenerationManager(models.Manager):
    def current(self):
        """Return the number of changes so far to what the public sees."""
        return self.values_list("number", flat=True).get(pk=1)

    def advance(self):
        """Count one more change. Inside a transaction this also makes publications wait for each other."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            self.create(pk=1, number=1)


class Generation(models.Model):
    """One counter, raised in the same transaction as anything that changes what the public sees."""

    number = models.PositiveBigIntegerField(default=0)

    objects = GenerationManager()

    def __str__(self):
        return str(self.number)
