from django.conf import settings
from django.db import models

from directorates.rules import local_time


class Enrollment(models.Model):
    """When an administrator last opened the time in which an account may add its first passkey.

    An account without a row has the time that begins when it was made.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollment")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self):
        return f"{self.user}, from {local_time.written(self.opened_at)}"
