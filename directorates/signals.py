"""Signals for other programs to count or log. Nothing in this project depends on a receiver."""

from django.dispatch import Signal

#: A sign-in failed or was refused.
sign_in_failed = Signal()
#: A request was answered with 503. Gives `is_disk_full`.
site_unavailable = Signal()
