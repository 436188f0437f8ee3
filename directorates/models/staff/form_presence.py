from django.conf import settings
from django.db import models


class FormPresence(models.Model):
    """A person who has the form of a record open. The row ends by itself, soon after the browser is last heard of."""

    record_model = models.CharField(max_length=100)
    record_pk = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_model", "record_pk", "user"],
                name="one_presence_of_a_person_at_a_record",
            )
        ]

    def __str__(self):
        return f"{self.user} at {self.record_model} {self.record_pk}"
