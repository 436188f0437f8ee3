"""Signals for other programs to count or log. No server depends on a receiver."""

from django.dispatch import Signal

#: A sign-in failed or was refused.
sign_in_failed = Signal()
#: A request was answered with 503. Gives `is_disk_full`.
site_unavailable = Signal()
#: A change that people hear of by mail was committed. Only the local mode sends mails then.
mail_waits = Signal()
