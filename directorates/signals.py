"""What others may count or log: they connect, and nothing here depends on them."""

from django.dispatch import Signal

#: A sign-in failed or was refused.
sign_in_failed = Signal()
#: A request was answered with 503. Gives `is_disk_full`.
site_unavailable = Signal()
