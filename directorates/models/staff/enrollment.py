from django.conf import settings
from django.db import models

from directorates.rules import local_time


class Enrollment(models.Model):
    """The last time at which an administrator opened an account's enrollment: the time to add its first passkey.

    With a number, an invitation's link opens the account without a password; see `queries/staff/invitations.py`.
    The enrollment of an account without a row begins when the account is made.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollment")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    # Random, and new with each link. Empty: there is no link.
    link_number = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )

    def __str__(self):
        return f"{self.user}, from {local_time.written(self.opened_at)}"
