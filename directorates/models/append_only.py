from django.db import models


class AppendOnly(models.Model):
    """A row that is never changed and never deleted. The database refuses both too."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError(f"This {self._meta.verbose_name} is never edited.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"This {self._meta.verbose_name} is never deleted.")
