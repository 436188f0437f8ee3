"""The mails to staff: why there is one, to whom it goes, and what became of it."""

from django.conf import settings
from django.db import models

from directorates.models.change_set import ChangeSet
from directorates.rules import local_time


class MailChoice(models.Model):
    """How often a person wants mail. Without a row, each thing is one mail, at once."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at-once", "At once: one mail for each thing"
        DAILY = "daily", "Once a day: one mail with everything, in the morning"
        NONE = "none", "No mail: I look at the first page"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choice"
    )
    rhythm = models.CharField(
        "mail",
        max_length=10,
        choices=Rhythm,
        default=Rhythm.AT_ONCE,
        db_default="at-once",
        help_text="What waits for you is on the first page too, with or without mail.",
    )
    # When the last daily mail began to be sent.
    daily_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.get_rhythm_display()


class MailOccasion(models.Model):
    """A reason for mails. It is written with the change itself, so a change that is rolled back leaves none."""

    class Kind(models.TextChoices):
        REVIEW = "submit", "Waits for review"
        RETURNED = "return", "Was returned"
        APPROVED = "approve", "Was approved"
        IN_FORCE = "in-force", "Took effect"
        WITHDRAWN = "withdraw", "Was withdrawn"
        INVITATION = "invitation", "Invitation"
        DUE = "due", "Due for a review"

    kind = models.CharField(max_length=10, choices=Kind)
    change_set = models.ForeignKey(ChangeSet, models.CASCADE, null=True, related_name="+")
    # The only person whom it concerns. Without one, the set decides.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # Names an occasion that a timer finds, so that it is found once.
    key = models.CharField(max_length=60, blank=True, default="", db_default="")
    # When its messages were made.
    spread_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="mail_occasion_is_found_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} at {local_time.written(self.at)}"


class MailMessage(models.Model):
    """One occasion for one person. Its state changes before a mail is handed over and again afterwards."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        SENDING = "sending", "Is being sent"
        SENT = "sent", "Sent"
        UNNEEDED = "unneeded", "No longer needed"
        UNSURE = "unsure", "Perhaps sent"
        FAILED = "failed", "Given up"

    occasion = models.ForeignKey(MailOccasion, models.CASCADE, related_name="messages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # Names the one run of the command that sends it.
    claim = models.UUIDField(null=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "next_try_at"], name="mail_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "person"], name="mail_is_one_for_each")
        ]

    def __str__(self):
        return f"{self.occasion}, for {self.person}"
