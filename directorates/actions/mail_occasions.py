"""Noting a reason for mails, in the transaction of the change that is the reason."""

from django.conf import settings
from django.db import transaction

from directorates.models import MailOccasion
from directorates.signals import mail_waits

#: The transitions of change sets that people hear of by mail.
OF_SETS = {"submit", "return", "approve", "withdraw"}


def note(*, kind, by, at, change_set=None, person=None):
    """Note an occasion. Only the timer's command sends mails, so no page waits for a mail server.

    Without a mail server nothing is noted: a server that is set up later shall send no old news.
    """
    if not settings.MAIL_IS_SET_UP:
        return
    MailOccasion.objects.create(kind=kind, change_set=change_set, person=person, by=by, at=at)
    if settings.MAIL_IS_SENT_AT_ONCE:
        transaction.on_commit(lambda: mail_waits.send(MailOccasion), robust=True)


def note_transition(change_set, name, *, by, at):
    if name in OF_SETS:
        note(kind=name, change_set=change_set, by=by, at=at)
