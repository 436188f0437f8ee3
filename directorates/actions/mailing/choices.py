"""A person's own choice of how often to get mail."""

from directorates.actions import locks
from directorates.models import MailChoice


@locks.atomic
def choose(*, user, rhythm):
    """Save how often a person wants mail. Raises ValueError for a word that is no choice."""
    rhythm = MailChoice.Rhythm(rhythm)
    MailChoice.objects.bulk_create(
        [MailChoice(user=user, rhythm=rhythm)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["rhythm"],
    )
