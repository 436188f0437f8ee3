"""Whether mail reaches staff, for those who manage accounts: at most two queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from directorates.models import MailMessage, MailOccasion

#: The timer runs every minute, so mail that waits for longer than this has no timer.
_LATE = timedelta(minutes=30)
#: For how long a mail that was lost is shown.
_SHOWN = timedelta(days=7)

State = MailMessage.State


@dataclass(frozen=True)
class MailState:
    """`late_since` is the time of the oldest occasion that the timer has not seen, if it should have."""

    is_set_up: bool
    late_since: datetime | None
    given_up: int
    unsure: int

    @property
    def is_well(self):
        return self.is_set_up and not (self.late_since or self.given_up or self.unsure)


def get(*, at):
    recent = MailMessage.objects.filter(ended_at__gt=at - _SHOWN).aggregate(
        given_up=Count("pk", filter=Q(state=State.FAILED)),
        unsure=Count("pk", filter=Q(state=State.UNSURE)),
    )
    late = None
    if settings.MAIL_IS_SET_UP:
        waiting = MailOccasion.objects.filter(spread_at=None, at__lt=at - _LATE)
        late = waiting.aggregate(since=Min("at"))["since"]
    return MailState(settings.MAIL_IS_SET_UP, late, **recent)
